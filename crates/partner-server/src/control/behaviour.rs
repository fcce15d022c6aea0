//! `/api/behaviour`: what is in force, change it, back to normal.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use partner::behaviour::Behaviour;

use super::error::{ApiError, ErrorBody};
use super::given::{Body, Given};
use crate::app::App;

/// The behaviour in force.
///
/// The `times` of a failure or fault count down; used up, it is null.
#[utoipa::path(
    get,
    path = "/api/behaviour",
    tag = "behaviour",
    responses((status = 200, description = "The behaviour in force.", body = Behaviour))
)]
pub(super) async fn get_behaviour(State(app): State<App>) -> Json<Behaviour> {
    Json(app.engine.behaviour().current().behaviour.clone())
}

/// Changes the behaviour.
///
/// The next request sees the change; requests that are being answered do not. The body is a JSON merge patch (RFC 7396) over the behaviour: fields that are left out stay,
/// and null on `failure` or `fault` switches it off, on other fields it means as the scenario
/// says. A patch that names another `cause`, `kind` or `decision` starts that part afresh.
#[utoipa::path(
    patch,
    path = "/api/behaviour",
    tag = "behaviour",
    params(
        ("expires_in_sec" = Option<u64>, Query, minimum = 1, maximum = 86_400,
            description = "The change undoes itself after so many seconds. What is in force already \
                and is set to the same ends then."),
    ),
    request_body(
        content = BTreeMap<String, serde_json::Value>,
        description = "Any part of the behaviour object.",
        content_type = "application/json",
        example = json!({"failure": {"cause": "SLOT_UNAVAILABLE", "times": 2}}),
    ),
    responses(
        (status = 200, description = "The behaviour in force now.", body = Behaviour),
        (status = 400, description = "`invalid_json`.", body = ErrorBody),
        (status = 422, description = "`unknown_field`, `unknown_value`, `not_supported_yet` or \
            `illegal_combination`, with the nearest right name; nothing was changed.",
            body = ErrorBody),
    )
)]
pub(super) async fn patch_behaviour(
    State(app): State<App>,
    uri: Uri,
    body: Body,
) -> Result<Json<Behaviour>, ApiError> {
    let given = Given::read(&uri, &["expires_in_sec"])?;
    let expires_in = given
        .number("expires_in_sec", 1..=86_400)?
        .map(Duration::from_secs);
    let snapshot = app.engine.behaviour().patch(&body.value()?, expires_in)?;
    Ok(Json(snapshot.behaviour.clone()))
}

/// Back to the scenario's behaviour.
#[utoipa::path(
    delete,
    path = "/api/behaviour",
    tag = "behaviour",
    responses((status = 200, description = "The behaviour in force now.", body = Behaviour))
)]
pub(super) async fn delete_behaviour(State(app): State<App>) -> Json<Behaviour> {
    Json(app.engine.behaviour().reset().behaviour.clone())
}
