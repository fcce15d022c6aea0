//! The stand-in aggregator at the control port: it answers as Google's notification and inventory
//! interfaces would, so that neither our own sender nor a partner's own server needs the network
//! (sections 6 and 7).
//!
//! What it knows and decides is the engine's; here are HTTP, credentials and the log. A call of
//! our own sender is in the log as that sender's attempt already, and is not recorded twice.

mod record;
mod route;
mod token;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use axum::routing::any;
use booking_api::notification::{RpcCode, RpcError};
use http_body_util::{BodyExt, Limited};
use partner::StandInReply;

use self::record::Draft;
use self::route::{Call, route};
pub(crate) use self::token::Tokens;
use crate::app::App;

/// Where the stand-in lies on the control port.
pub(crate) const PATH: &str = "/aggregator";

/// The longest body: an update of a thousand slots is well below it.
const LONGEST_BODY: usize = 8 * 1024 * 1024;

/// The stand-in's paths.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/aggregator", any(answer))
        .route("/aggregator/{*rest}", any(answer))
}

/// Answers one call, and records it unless our own sender made it.
async fn answer(State(app): State<App>, request: Request<Body>) -> Response<Body> {
    let mut draft = Draft::open(&app, &request);
    let (parts, body) = request.into_parts();
    let read = Limited::new(body, LONGEST_BODY).collect().await;
    let bytes = match read {
        Ok(collected) => collected.to_bytes(),
        Err(_) => {
            let message = "The body did not arrive whole, or is longer than 8 MiB.";
            let error = RpcError::new(RpcCode::InvalidArgument, message);
            return respond(&app, draft, StandInReply::refused(error), false).await;
        }
    };
    draft.body(&bytes);
    let call = route(&parts.method, parts.uri.path(), &parts.headers);
    if let Ok(Call::Token) = call {
        let granted = app.tokens.exchange(&bytes, app.engine.clock().now());
        return draft.token(granted).await;
    }
    let is_ours = match caller(&app, &parts.headers) {
        Ok(is_ours) => is_ours,
        Err(message) => {
            let error = RpcError::new(RpcCode::Unauthenticated, message);
            return respond(&app, draft, StandInReply::refused(error), false).await;
        }
    };
    let query = parts.uri.query().unwrap_or("");
    let reply = match call {
        Ok(Call::Patch { partner, booking }) => {
            let patched = app.engine.aggregator_patch(partner, booking, query, &bytes);
            patched.await
        }
        Ok(Call::Batch { partner }) => app.engine.aggregator_replace_batch(&partner, &bytes).await,
        Ok(Call::Single {
            partner,
            merchant,
            service,
        }) => {
            let engine = &app.engine;
            engine
                .aggregator_replace_single(&partner, &merchant, &service, &bytes)
                .await
        }
        Ok(Call::Token) | Err(_) => StandInReply::refused(RpcError::new(
            RpcCode::NotFound,
            call.err().unwrap_or_default(),
        )),
    };
    respond(&app, draft, reply, is_ours).await
}

/// Whether the caller is our own sender; an error where it may not call at all.
fn caller(app: &App, headers: &HeaderMap) -> Result<bool, &'static str> {
    let Some(given) = headers.get(header::AUTHORIZATION) else {
        return Err("Request is missing required authentication credential: send a bearer token.");
    };
    let token = given
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    let wrong = "Request had invalid authentication credentials: the token is not one that \
                 /aggregator/token gave, nor the control token.";
    let Some(token) = token.filter(|token| !token.is_empty()) else {
        return Err(wrong);
    };
    if token == app.tokens.own() {
        return Ok(true);
    }
    let known = token == app.control_token || app.tokens.knows(token, app.engine.clock().now());
    if known { Ok(false) } else { Err(wrong) }
}

async fn respond(app: &App, draft: Draft, reply: StandInReply, is_ours: bool) -> Response<Body> {
    let (status, body) = match &reply.result {
        Ok(body) => (200, body.to_string()),
        Err(error) => (error.code.status(), error.body()),
    };
    let mut response = Response::new(Body::from(body.clone()));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    let json = "application/json; charset=UTF-8";
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(json));
    if status == 401 {
        let scheme = "Bearer realm=\"Mock Partner's stand-in aggregator\"";
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(scheme));
    }
    if !is_ours {
        let exchange = draft.answered(status, &body, reply);
        app.engine.record(exchange).await;
    }
    response
}
