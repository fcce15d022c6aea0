//! `PUT /api/listener`: start, stop and move the Booking Server.

use std::net::IpAddr;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::error::{ApiError, ErrorBody};
use super::given::Body;
use crate::app::{App, ListenerState};
use crate::serve;

/// A wish for the Booking Server's socket.
#[derive(Debug, Deserialize, ToSchema)]
struct ListenerChange {
    /// Whether it shall take calls.
    listening: bool,
    /// The host to bind to: a loopback address, or the one that the program was started with.
    /// As it is where left out.
    host: Option<String>,
    /// The port to bind to; 0 for any free one. As it is where left out.
    port: Option<u16>,
}

/// Starts, stops or moves the Booking Server.
///
/// The old socket is closed only once the new one is had; requests that are being answered may
/// end.
#[utoipa::path(
    put,
    path = "/api/listener",
    tag = "partner",
    request_body = ListenerChange,
    responses(
        (status = 200, description = "How the socket stands now.", body = ListenerState),
        (status = 400, description = "`invalid_json`.", body = ErrorBody),
        (status = 409, description = "`port_taken`: nothing was changed.", body = ErrorBody),
        (status = 422, description = "`unknown_field`, `unknown_value`, `missing_field` or \
            `illegal_combination`.", body = ErrorBody),
    )
)]
pub(super) async fn put_listener(
    State(app): State<App>,
    body: Body,
) -> Result<Json<ListenerState>, ApiError> {
    let fields = body.object(&["listening", "host", "port"])?;
    if !fields.contains_key("listening") {
        return Err(ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "missing_field",
            "The field \"listening\" is missing.",
            "Send {\"listening\":true} or {\"listening\":false}.",
        ));
    }
    let change: ListenerChange = serde_json::from_value(Value::Object(fields)).map_err(|_| {
        ApiError::unknown_value(
            "A field of the body has the wrong type or range.",
            "\"listening\" is true or false, \"host\" is text, \"port\" is from 0 to 65535.",
        )
    })?;
    let state = app.listener.state();
    if !change.listening {
        if change.host.is_some() || change.port.is_some() {
            return Err(ApiError::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "illegal_combination",
                "A socket that is closed has neither host nor port.",
                "Send {\"listening\":false} alone, or \"listening\":true with host or port.",
            ));
        }
        return Ok(Json(app.listener.stop("Stopped from the window.").await));
    }
    let host = change.host.as_deref().unwrap_or(&state.host);
    if !is_loopback(host) && host != app.control_host && host != state.host {
        return Err(ApiError::unknown_value(
            format!("The Booking Server may not be opened on \"{host}\" from here."),
            "Use 127.0.0.1, ::1 or localhost, or start the program with --host.",
        ));
    }
    let port = change.port.unwrap_or(state.port);
    Ok(Json(serve::start_listener(&app, host, port).await?))
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}
