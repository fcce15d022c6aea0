//! `/api/sessions`: which sessions there are, and their end; and how a control call gets to the
//! session that it names.

use axum::Json;
use axum::extract::{FromRequestParts, Path, Request, State};
use axum::http::request::Parts;
use axum::http::uri::PathAndQuery;
use axum::http::{Extensions, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use partner::overrides::{SESSION_NAME, is_session_name};
use serde::Serialize;
use tower::ServiceExt as _;
use utoipa::ToSchema;

use super::error::{ApiError, ErrorBody};
use super::guard::is_api;
use crate::app::App;
use crate::sessions::{NoSession, split};

/// All sessions.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionList {
    /// By name.
    sessions: Vec<SessionState>,
    /// How many there may be.
    most: usize,
}

/// How a session stands.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionState {
    /// Its name.
    name: String,
    /// The Booking Server's address for its clients.
    booking_url: String,
    /// The control API's address for its own calls.
    control_url: String,
    /// Exchanges that its log has.
    exchanges: u64,
    /// Its bookings, cancelled ones included.
    bookings: u64,
    /// Whether its behaviour differs from the scenario's.
    changed: bool,
    /// What its clock says.
    #[schema(value_type = String, format = DateTime)]
    now: Timestamp,
}

/// The sessions that there are.
///
/// A session is a partner of its own in this program. A request to the Booking Server names one by the
/// header `X-Mock-Partner: session=NAME` or by the path `/sessions/NAME/v3/…`; every call of this
/// API does by `?session=NAME` or by the path `/sessions/NAME/api/…`. It is made when a request or
/// a changing call first names it, and begins as the scenario in force outside says, without the
/// toggles and bookings there. All of it is in memory, and ends with the program.
#[utoipa::path(
    get,
    path = "/api/sessions",
    tag = "partner",
    responses((status = 200, description = "By name.", body = SessionList))
)]
pub(super) async fn list_sessions(State(app): State<App>) -> Json<SessionList> {
    let all = app.sessions.all().into_iter();
    Json(SessionList {
        sessions: all
            .map(|(name, session)| {
                let engine = &session.app.engine;
                SessionState {
                    booking_url: session.app.booking_url().to_string(),
                    control_url: session.app.control_url.clone(),
                    exchanges: engine.log().position().count(),
                    bookings: *engine.bookings_changed().borrow(),
                    changed: engine.behaviour().current().changed(),
                    now: engine.clock().now(),
                    name,
                }
            })
            .collect(),
        most: app.sessions.most(),
    })
}

/// Ends a session and forgets all that it held.
#[utoipa::path(
    delete,
    path = "/api/sessions/{name}",
    tag = "partner",
    params(("name" = String, Path, description = "The session's name.")),
    responses(
        (status = 204, description = "It is gone."),
        (status = 404, description = "`not_found`.", body = ErrorBody),
    )
)]
pub(super) async fn delete_session(
    State(app): State<App>,
    SessionName(name): SessionName,
) -> Result<StatusCode, ApiError> {
    match app.sessions.end(&name).await {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(not_found(&app, &name)),
    }
}

/// A session's name in a path.
pub(super) struct SessionName(String);

impl<S: Send + Sync> FromRequestParts<S> for SessionName {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let name = Path::<String>::from_request_parts(parts, state).await;
        name.map(|Path(name)| Self(name)).map_err(|_| {
            let hint = "GET /api/sessions lists them.";
            ApiError::not_found("A session's name is text.", hint)
        })
    }
}

fn not_found(app: &App, name: &str) -> ApiError {
    let known: Vec<String> = app.sessions.all().into_iter().map(|(it, _)| it).collect();
    let nearest = known
        .iter()
        .map(|it| (strsim::jaro_winkler(name, it), it))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(score, _)| *score > 0.7);
    let hint = match nearest {
        Some((_, nearest)) => format!("Did you mean \"{nearest}\"?"),
        None => "It is made by the first request or changing call that names it; \
                 GET /api/sessions lists those there are."
            .to_owned(),
    };
    ApiError::not_found(format!("There is no session \"{name}\"."), hint)
}

impl From<NoSession> for ApiError {
    fn from(error: NoSession) -> Self {
        let code = match error {
            NoSession::TooMany(_) => "too_many_sessions",
            NoSession::Failed(_) => "session_failed",
        };
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self::new(status, code, error.message(), error.hint())
    }
}

/// Hands a call that names a session to that session's own calls. Who calls has been let in by
/// the guard, unless the stand-in aggregator is called, which looks at its callers itself.
pub(super) async fn dispatch(State(app): State<App>, request: Request, next: Next) -> Response {
    match session_of(&app, request.uri()) {
        Ok(None) => next.run(request).await,
        Ok(Some((name, uri))) => forward(app, &name, uri, request)
            .await
            .unwrap_or_else(IntoResponse::into_response),
        Err(error) => error.into_response(),
    }
}

async fn forward(app: App, name: &str, uri: Uri, request: Request) -> Result<Response, ApiError> {
    let path = uri.path();
    if path == "/api/listener" || path.starts_with("/api/sessions") {
        return Err(ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "illegal_combination",
            "This call is about the whole program, not about a session.",
            "Send it without a session.",
        ));
    }
    let changes = !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::DELETE
    );
    let session = match app.sessions.get(name) {
        Some(session) => session,
        None if changes && is_api(path) => app.sessions.get_or_make(&app, name).await?,
        None => return Err(not_found(&app, name)),
    };
    let (mut parts, body) = request.into_parts();
    parts.uri = uri;
    // What the path was taken for out here means nothing in there.
    parts.extensions = Extensions::new();
    let Ok(response) = session
        .control
        .clone()
        .oneshot(Request::from_parts(parts, body))
        .await;
    Ok(response)
}

/// The session that a call names, and the call's address within it.
fn session_of(app: &App, uri: &Uri) -> Result<Option<(String, Uri)>, ApiError> {
    // A session has no sessions.
    if app.session.is_some() {
        return Ok(None);
    }
    let (in_path, within) = split(uri.path());
    let pairs = uri.query().unwrap_or_default().split('&');
    let (named, rest): (Vec<&str>, Vec<&str>) = pairs
        .filter(|pair| !pair.is_empty())
        .partition(|pair| *pair == "session" || pair.starts_with("session="));
    let asked = named
        .iter()
        .map(|pair| pair.strip_prefix("session=").unwrap_or_default());
    let mut names: Vec<&str> = in_path.into_iter().chain(asked).collect();
    names.dedup();
    let name = match names.as_slice() {
        [] => return Ok(None),
        [name] if is_session_name(name) => (*name).to_owned(),
        [name] => {
            let message = format!("\"{name}\" is no name for a session.");
            return Err(ApiError::unknown_value(
                message,
                format!("It has {SESSION_NAME}."),
            ));
        }
        _ => {
            let message = "The call names two sessions.";
            return Err(ApiError::unknown_value(message, "Name one."));
        }
    };
    let target = match rest.as_slice() {
        [] => within.to_owned(),
        rest => format!("{within}?{}", rest.join("&")),
    };
    let mut parts = uri.clone().into_parts();
    // A part of what was a path and a query is one still.
    parts.path_and_query = PathAndQuery::try_from(target).ok();
    Ok(Uri::from_parts(parts).ok().map(|uri| (name, uri)))
}
