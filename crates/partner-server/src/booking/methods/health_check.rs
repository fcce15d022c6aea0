//! HealthCheck (section 2.1).

use booking_api::{Finding, FindingCode};
use partner::behaviour::Validation;
use partner::booking::{Answer, Reply};
use partner::decision::{Counterfactual, Layer};
use serde_json::json;

use super::Sent;

/// Tells by its status alone whether the partner can be called.
#[utoipa::path(
    get,
    path = "/v3/HealthCheck",
    tag = "Booking Server",
    responses(
        (status = 200, description = "Healthy; the body means nothing"),
        (status = 401, description = "Missing or wrong credentials"),
    ),
    security(("basic" = []))
)]
pub(in crate::booking) fn health_check(sent: &Sent<'_>) -> Reply {
    let mut reply = Reply::about("", String::new());
    let off = sent.call.snapshot.behaviour.validation == Validation::Off;
    if !sent.body.is_empty() && !off {
        let found = format!("{} bytes", sent.body.len());
        let finding = Finding::new(FindingCode::UnexpectedBody, "", found, "no body");
        reply.findings.push(finding);
    }
    let text = "The partner is healthy.";
    let unless = Counterfactual::network_toggle();
    reply
        .trail
        .decide_unless("health", Layer::Domain, text, "2.1", unless);
    reply.with(Ok(Answer::granted(
        &json!({ "status": "SERVING" }),
        "SERVING",
    )))
}
