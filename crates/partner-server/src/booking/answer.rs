//! Answers of the Booking Server as HTTP.

use booking_api::Finding;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use serde_json::json;

/// A moment as the header `date` has it.
pub(super) fn date(now: Timestamp) -> String {
    // Every year of the engine's clock has four digits.
    DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&now)
        .unwrap_or_default()
}

/// The body of a protocol error, with findings where there are any to list. Clients must not rely
/// on its shape: none is documented (section 1.4).
pub(super) fn error_body(code: u16, message: &str, findings: &[Finding]) -> String {
    let mut error = json!({ "code": code, "status": status_name(code), "message": message });
    if !findings.is_empty() {
        error["findings"] = json!(findings);
    }
    json!({ "error": error }).to_string()
}

/// Google's name for what an HTTP status means.
fn status_name(code: u16) -> &'static str {
    match code {
        400 | 405 | 413 | 414 | 431 => "INVALID_ARGUMENT",
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        408 | 504 => "DEADLINE_EXCEEDED",
        409 => "ABORTED",
        429 => "RESOURCE_EXHAUSTED",
        499 => "CANCELLED",
        501 => "UNIMPLEMENTED",
        503 => "UNAVAILABLE",
        500.. => "INTERNAL",
        _ => "FAILED_PRECONDITION",
    }
}
