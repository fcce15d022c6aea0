//! The update mask: which fields of a booking a PATCH changes (section 6.3).

use super::rpc::{RpcCode, RpcError};
use crate::json::is_camel_case_of;

/// A field that a PATCH may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MaskField {
    /// `status`.
    Status,
    /// `startTime`.
    StartTime,
    /// `duration`.
    Duration,
    /// `partySize`.
    PartySize,
    /// `paymentInformation.prepaymentStatus`.
    PrepaymentStatus,
}

impl MaskField {
    /// Every field.
    pub const ALL: &'static [Self] = &[
        Self::Status,
        Self::StartTime,
        Self::Duration,
        Self::PartySize,
        Self::PrepaymentStatus,
    ];

    /// The path as it is written.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::StartTime => "startTime",
            Self::Duration => "duration",
            Self::PartySize => "partySize",
            Self::PrepaymentStatus => "paymentInformation.prepaymentStatus",
        }
    }

    const fn snake_case(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::StartTime => "start_time",
            Self::Duration => "duration",
            Self::PartySize => "party_size",
            Self::PrepaymentStatus => "payment_information.prepayment_status",
        }
    }

    /// The field of a path in either spelling.
    fn of_path(path: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|field| field.snake_case() == path || is_camel_case_of(field.snake_case(), path))
    }
}

/// Fields as `updateMask` has them.
pub fn written(fields: &[MaskField]) -> String {
    let paths: Vec<&str> = fields.iter().map(|field| field.path()).collect();
    paths.join(",")
}

/// Reads an `updateMask`, each field once.
///
/// # Errors
/// [`RpcError`] for an empty mask and for a path that cannot be changed.
pub fn read(mask: &str) -> Result<Vec<MaskField>, RpcError> {
    let invalid = |message: String| RpcError::new(RpcCode::InvalidArgument, message);
    if mask.is_empty() {
        return Err(invalid(
            "updateMask is missing: name the fields that change, such as updateMask=status."
                .to_owned(),
        ));
    }
    let mut fields = Vec::new();
    for path in mask.split(',') {
        let Some(field) = MaskField::of_path(path) else {
            let known = written(MaskField::ALL);
            return Err(invalid(format!(
                "updateMask names \"{path}\", which cannot be changed. These can: {known}."
            )));
        };
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_are_read_and_nothing_else() {
        use MaskField::{Duration, PartySize, PrepaymentStatus, StartTime, Status};
        assert_eq!(read("status"), Ok(vec![Status]));
        assert_eq!(read("startTime,duration"), Ok(vec![StartTime, Duration]));
        assert_eq!(
            read("start_time,party_size"),
            Ok(vec![StartTime, PartySize])
        );
        for both in [
            "paymentInformation.prepaymentStatus",
            "payment_information.prepayment_status",
        ] {
            assert_eq!(read(both), Ok(vec![PrepaymentStatus]));
        }
        assert_eq!(read("status,status"), Ok(vec![Status]));
        for wrong in [
            "",
            "*",
            "name",
            "status,",
            "status, duration",
            "Status",
            "clientInformation",
        ] {
            assert_eq!(
                read(wrong).map_err(|error| error.code),
                Err(RpcCode::InvalidArgument),
                "{wrong}"
            );
        }
    }
}
