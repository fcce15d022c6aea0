//! The errors that Google's interfaces answer: `google.rpc.Status` in JSON (section 6.5).

use serde_json::json;

/// The kinds of error, each with its HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RpcCode {
    /// A request that is wrong in itself.
    InvalidArgument,
    /// A request that does not fit the resource's state.
    FailedPrecondition,
    /// No credentials, or wrong ones.
    Unauthenticated,
    /// Known, and not allowed.
    PermissionDenied,
    /// No such resource.
    NotFound,
    /// A concurrent change came first.
    Aborted,
    /// Over the quota.
    ResourceExhausted,
    /// A fault of the server.
    Internal,
    /// Not there for the moment.
    Unavailable,
    /// It took too long.
    DeadlineExceeded,
}

impl RpcCode {
    /// Every code.
    pub const ALL: &'static [Self] = &[
        Self::InvalidArgument,
        Self::FailedPrecondition,
        Self::Unauthenticated,
        Self::PermissionDenied,
        Self::NotFound,
        Self::Aborted,
        Self::ResourceExhausted,
        Self::Internal,
        Self::Unavailable,
        Self::DeadlineExceeded,
    ];

    /// The HTTP status that goes with it.
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidArgument | Self::FailedPrecondition => 400,
            Self::Unauthenticated => 401,
            Self::PermissionDenied => 403,
            Self::NotFound => 404,
            Self::Aborted => 409,
            Self::ResourceExhausted => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
            Self::DeadlineExceeded => 504,
        }
    }

    /// Its name in the body.
    pub const fn name(self) -> &'static str {
        match self {
            Self::InvalidArgument => "INVALID_ARGUMENT",
            Self::FailedPrecondition => "FAILED_PRECONDITION",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::PermissionDenied => "PERMISSION_DENIED",
            Self::NotFound => "NOT_FOUND",
            Self::Aborted => "ABORTED",
            Self::ResourceExhausted => "RESOURCE_EXHAUSTED",
            Self::Internal => "INTERNAL",
            Self::Unavailable => "UNAVAILABLE",
            Self::DeadlineExceeded => "DEADLINE_EXCEEDED",
        }
    }

    /// The usual code of an HTTP status.
    pub fn of_status(status: u16) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.status() == status)
    }
}

/// An error with its sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RpcError {
    /// Its kind.
    pub code: RpcCode,
    /// What is wrong.
    pub message: String,
}

impl RpcError {
    /// An error.
    pub fn new(code: RpcCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    /// The body in which it goes over the wire.
    pub fn body(&self) -> String {
        json!({
            "error": {
                "code": self.code.status(),
                "status": self.code.name(),
                "message": self.message,
                "details": [],
            }
        })
        .to_string()
    }
}
