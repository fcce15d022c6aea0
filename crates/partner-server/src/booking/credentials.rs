//! Basic authentication (section 1.2): on every request, HealthCheck included.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::app::Credentials;

/// What is wrong with a request's credentials: a word for the row, and a sentence.
pub(super) fn check(
    headers: &HeaderMap,
    wanted: Option<&Credentials>,
) -> Result<(), (&'static str, &'static str)> {
    let Some(wanted) = wanted else { return Ok(()) };
    let Some(given) = headers.get(AUTHORIZATION) else {
        return Err((
            "no credentials",
            "The Authorization header is missing. Use Basic.",
        ));
    };
    let given = given.to_str().unwrap_or_default();
    let Some((scheme, coded)) = given.split_once(' ') else {
        return Err((
            "no credentials",
            "The Authorization header holds no credentials.",
        ));
    };
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err((
            "not Basic",
            "The Authorization header must use the scheme Basic.",
        ));
    }
    let pair = STANDARD
        .decode(coded.trim())
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    match pair.as_deref().and_then(|pair| pair.split_once(':')) {
        None => Err((
            "not Basic",
            "The credentials are not \"user:password\" in base64.",
        )),
        Some((username, _)) if username != wanted.username => {
            Err(("wrong user", "The user name is not the partner's."))
        }
        Some((_, password)) if password != wanted.password => {
            Err(("wrong password", "The password is not the partner's."))
        }
        Some(_) => Ok(()),
    }
}
