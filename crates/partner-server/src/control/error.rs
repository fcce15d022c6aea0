//! Refusals of the control API, all in one shape.
//!
//! A code exists so that a program can branch on it; sentences are for people and may change.
//! What a store's or a socket's failure means to a client is decided here once.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use partner::behaviour::patch::BehaviourError;
use partner::inventory::edit::{EditError, EditErrorKind};
use partner::scenario::Problem;
use partner::{AtStake, StoreError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::listener::PortTaken;

/// The body of every refusal.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ErrorBody {
    /// What went wrong.
    error: ErrorDetail,
}

/// What went wrong, and what to do.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ErrorDetail {
    /// A stable word for programs, e.g. `unknown_field`, `unknown_value`, `not_supported_yet`,
    /// `illegal_combination`, `port_taken`, `listener_stopped`, `not_found`.
    code: &'static str,
    /// One sentence: what is wrong.
    message: String,
    /// One sentence: what to do.
    hint: String,
    /// With `port_taken`: a port that is free, where one was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    suggested_port: Option<u16>,
    /// With `would_discard`: what another scenario would discard.
    #[serde(skip_serializing_if = "Option::is_none")]
    discards: Option<AtStake>,
    /// With `broken_scenario`: everything that is wrong with its text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    problems: Vec<Problem>,
}

/// A refusal on its way out.
#[derive(Debug)]
pub(super) struct ApiError {
    status: StatusCode,
    /// Apart, so that results stay small where all is well.
    detail: Box<ErrorDetail>,
}

impl ApiError {
    pub(super) fn new(
        status: StatusCode,
        code: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        let detail = Box::new(ErrorDetail {
            code,
            message: message.into(),
            hint: hint.into(),
            suggested_port: None,
            discards: None,
            problems: Vec::new(),
        });
        Self { status, detail }
    }

    /// A scenario that cannot be read.
    pub(super) fn broken_scenario(problems: Vec<Problem>) -> Self {
        let words = problems.first().map(|first| {
            let Problem {
                line,
                column,
                message,
                ..
            } = first;
            format!("The scenario is broken at line {line}, column {column}: {message}")
        });
        let mut error = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "broken_scenario",
            words.unwrap_or_default(),
            "Mend what \"problems\" names, by line and column.",
        );
        error.detail.problems = problems;
        error
    }

    /// Something that another scenario would discard.
    pub(super) fn would_discard(discards: AtStake) -> Self {
        let counted = [
            (discards.bookings, "booking"),
            (discards.exchanges, "exchange"),
            (discards.notifications, "notification"),
            (discards.merchants, "added merchant"),
            (discards.toggles.len() as u64, "toggle"),
        ];
        let parts: Vec<String> = counted
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}{}", if count == 1 { "" } else { "s" }))
            .collect();
        let mut error = Self::new(
            StatusCode::CONFLICT,
            "would_discard",
            format!("Loading a scenario would discard {}.", parts.join(", ")),
            "Send it with ?discard=true to do so; ?dry_run=true only says what would go.",
        );
        error.detail.discards = Some(discards);
        error
    }

    /// A name that does not exist.
    pub(super) fn unknown_field(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "unknown_field",
            message,
            hint,
        )
    }

    /// A value that does not exist, or of the wrong type or range.
    pub(super) fn unknown_value(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "unknown_value",
            message,
            hint,
        )
    }

    /// Nothing there.
    pub(super) fn not_found(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", message, hint)
    }

    /// No or wrong token.
    pub(super) fn unauthorized(message: &str) -> Self {
        let hint = "Send \"Authorization: Bearer TOKEN\" with the control token that was printed \
                    at the start.";
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", message, hint)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "the store refused a control call");
        let hint = "Try again; if it stays so, look at the program's log and at the disk.";
        let message = "The store did not answer, so nothing was done.";
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "store_unavailable",
            message,
            hint,
        )
    }
}

impl From<BehaviourError> for ApiError {
    fn from(error: BehaviourError) -> Self {
        let code = error.code.name();
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            code,
            error.message,
            error.hint,
        )
    }
}

impl From<EditError> for ApiError {
    fn from(error: EditError) -> Self {
        let (status, code) = match error.kind {
            EditErrorKind::NotFound => (StatusCode::NOT_FOUND, "not_found"),
            EditErrorKind::UnknownField => (StatusCode::UNPROCESSABLE_ENTITY, "unknown_field"),
            EditErrorKind::UnknownValue => (StatusCode::UNPROCESSABLE_ENTITY, "unknown_value"),
            EditErrorKind::IllegalCombination => {
                (StatusCode::UNPROCESSABLE_ENTITY, "illegal_combination")
            }
            EditErrorKind::Conflict(code) => (StatusCode::CONFLICT, code),
        };
        Self::new(status, code, error.message, error.hint)
    }
}

impl From<PortTaken> for ApiError {
    fn from(taken: PortTaken) -> Self {
        let hint = match taken.suggested_port {
            Some(port) => format!("Port {port} is free."),
            None => "Choose another port or host.".to_owned(),
        };
        let mut error = Self::new(StatusCode::CONFLICT, "port_taken", taken.message, hint);
        error.detail.suggested_port = taken.suggested_port;
        error
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (
            self.status,
            Json(ErrorBody {
                error: *self.detail,
            }),
        )
            .into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

/// A known path with a verb that it does not take; the router adds the `Allow` header.
pub(super) async fn method_not_allowed() -> ApiError {
    let message = "This path does not take that verb.";
    let hint = "The Allow header names those it takes.";
    ApiError::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        message,
        hint,
    )
}

/// A fault of our own.
pub(super) fn internal() -> ApiError {
    let message = "The program made a mistake while answering this call.";
    let hint = "Other calls still work; please report it with the program's log.";
    ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message, hint)
}
