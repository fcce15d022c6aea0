//! HealthCheck (section 2.1).

use partner::booking::{Answer, Reply};
use partner::decision::Layer;
use serde_json::json;

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
pub(in crate::booking) fn health_check() -> Reply {
    let mut reply = Reply::about("", String::new());
    reply
        .trail
        .decide("health", Layer::Domain, "The partner is healthy.", "2.1");
    reply.with(Ok(Answer::granted(
        &json!({ "status": "SERVING" }),
        "SERVING",
    )))
}
