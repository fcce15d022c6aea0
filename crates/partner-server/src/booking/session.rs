//! Which session a request is for.

use axum::http::{HeaderMap, Uri};
use partner::booking::Refusal;
use partner::overrides;

use super::credentials;
use crate::app::App;
use crate::sessions::{NoSession, split};

/// The partner that a request is for, and why it is refused, if it is. A session is made for who
/// has the credentials only; anybody else is turned away outside of it.
pub(super) async fn of(main: App, uri: &Uri, headers: &HeaderMap) -> (App, Option<Refusal>) {
    let (in_path, _) = split(uri.path());
    let lines = headers.get_all(overrides::HEADER).iter();
    let lines: Vec<&str> = lines.filter_map(|line| line.to_str().ok()).collect();
    let in_header = overrides::session_of(&lines);
    let name = match (in_path, in_header) {
        (None, None) => return (main, None),
        (Some(one), Some(other)) if one != other => {
            let message = format!(
                "The path is of the session {one}, the header X-Mock-Partner of {other}. Name one."
            );
            return (main, Some(Refusal::new(400, "two sessions", message)));
        }
        (one, other) => one.or(other).unwrap_or_default(),
    };
    if let Some(session) = main.sessions.get(name) {
        return (session.app.clone(), None);
    }
    if credentials::check(headers, main.credentials.as_ref()).is_err() {
        return (main, None);
    }
    // Boxed: a request without a session shall not carry the room for making one.
    match Box::pin(main.sessions.get_or_make(&main, name)).await {
        Ok(session) => (session.app.clone(), None),
        Err(error) => {
            let label = match error {
                NoSession::TooMany(_) => "too many sessions",
                NoSession::Failed(_) => "no session",
            };
            let message = format!("{} {}", error.message(), error.hint());
            (main, Some(Refusal::new(503, label, message)))
        }
    }
}
