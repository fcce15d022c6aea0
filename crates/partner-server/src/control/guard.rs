//! Who may call the control port.
//!
//! The token keeps other programs and other users out. Host and Origin are checked as well: a
//! page on the internet can point a name of its own at this machine, and its visitor's browser
//! would then call us as that page's own server. The window's files are no secret, so they need
//! no token; a browser fetches them before it has one.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::ApiError;
use crate::app::App;
use crate::sessions::split;

/// Names of this machine that no stranger can take over.
const LOOPBACK: &[&str] = &["127.0.0.1", "localhost", "[::1]"];

/// Where the desktop shell's page lives, per platform.
const SHELL_ORIGINS: &[&str] = &[
    "tauri://localhost",
    "http://tauri.localhost",
    "https://tauri.localhost",
];

const ASKS_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-request-private-network");
const ALLOWS_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-allow-private-network");

/// Lets a request pass, or says why not.
pub(super) async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(host) = host(&request).filter(|host| is_our_host(host, &app.control_host)) else {
        let hint = "Call 127.0.0.1, localhost or [::1], or the host that the program was bound to.";
        let message = "This address is not one of the control port's own.";
        return ApiError::new(StatusCode::FORBIDDEN, "forbidden_host", message, hint)
            .into_response();
    };
    if !is_api(request.uri().path()) {
        return next.run(request).await;
    }
    let origin = request.headers().get(header::ORIGIN).cloned();
    if origin
        .as_ref()
        .is_some_and(|origin| !is_our_origin(origin, &host, &app.control_url))
    {
        let hint = "Use the window that this program serves, or a client that is not a web page.";
        let message = "Pages from elsewhere may not call the control port.";
        return ApiError::new(StatusCode::FORBIDDEN, "forbidden_origin", message, hint)
            .into_response();
    }
    let mut response = if origin.is_some() && is_preflight(&request) {
        preflight(request.headers())
    } else {
        match check_token(request.headers(), &app.control_token) {
            Ok(()) => next.run(request).await,
            Err(message) => ApiError::unauthorized(message).into_response(),
        }
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        let readable = HeaderValue::from_static("Content-Disposition, WWW-Authenticate");
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, readable);
    }
    response
}

/// Whether a path belongs to the API and not to the window's files.
pub(super) fn is_api(path: &str) -> bool {
    let (_, path) = split(path);
    path == "/api" || path.starts_with("/api/")
}

/// The host that the request is meant for, in lower case with its port. A request that names
/// two different ones has none.
fn host(request: &Request) -> Option<String> {
    let mut named = request.headers().get_all(header::HOST).iter();
    let host = named.next()?.to_str().ok()?.to_lowercase();
    if named.next().is_some() {
        return None;
    }
    match request.uri().authority() {
        Some(authority) if !authority.as_str().eq_ignore_ascii_case(&host) => None,
        _ => Some(host),
    }
}

/// Any port will do: it may have been forwarded.
fn is_our_host(host: &str, bound: &str) -> bool {
    let Some(name) = without_port(host) else {
        return false;
    };
    if LOOPBACK.contains(&name) {
        return true;
    }
    let (name, bound) = (
        name.trim_matches(['[', ']']),
        bound.trim_matches(['[', ']']),
    );
    match bound.parse::<IpAddr>() {
        // Open to all networks: it is called by addresses that we do not know. A foreign page
        // needs a name of its own to lead a browser here, so bare addresses are harmless.
        Ok(address) if address.is_unspecified() => name.parse::<IpAddr>().is_ok(),
        _ => name.eq_ignore_ascii_case(bound),
    }
}

fn without_port(host: &str) -> Option<&str> {
    let end = match host.strip_prefix('[') {
        Some(rest) => rest.find(']')? + 2,
        None => host.find(':').unwrap_or(host.len()),
    };
    let (name, port) = host.split_at(end);
    let is_port = match port.strip_prefix(':') {
        Some(digits) => !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()),
        None => port.is_empty(),
    };
    is_port.then_some(name)
}

/// Our own pages, under whichever of our names they were fetched, and the desktop shell's.
fn is_our_origin(origin: &HeaderValue, host: &str, control_url: &str) -> bool {
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    let port = control_url.rsplit_once(':').map_or("", |(_, port)| port);
    SHELL_ORIGINS.contains(&origin)
        || origin.strip_prefix("http://").is_some_and(|from| {
            from == host || LOOPBACK.iter().any(|name| from == format!("{name}:{port}"))
        })
}

fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// What a browser wants to know before it lets a page of another origin call us.
fn preflight(asked: &HeaderMap) -> Response {
    let headers = [
        (
            header::ACCESS_CONTROL_ALLOW_METHODS,
            "GET, POST, PUT, PATCH, DELETE",
        ),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "Authorization, Content-Type, Last-Event-ID",
        ),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
    ];
    let mut response = (StatusCode::NO_CONTENT, headers).into_response();
    if asked.contains_key(ASKS_PRIVATE_NETWORK) {
        response
            .headers_mut()
            .insert(ALLOWS_PRIVATE_NETWORK, HeaderValue::from_static("true"));
    }
    response
}

fn check_token(headers: &HeaderMap, wanted: &str) -> Result<(), &'static str> {
    let given = headers
        .get(header::AUTHORIZATION)
        .ok_or("The control token is missing.")?;
    let given = given.as_bytes();
    let token = match given.iter().position(|byte| *byte == b' ') {
        Some(end) if given[..end].eq_ignore_ascii_case(b"bearer") => given[end..].trim_ascii(),
        _ => return Err("The Authorization header does not use the scheme Bearer."),
    };
    // An empty token would let everybody in.
    if wanted.is_empty() || !is_same(token, wanted.as_bytes()) {
        return Err("The control token is not the right one.");
    }
    Ok(())
}

/// Looks at every byte, so that the time it takes says nothing of where the first wrong one is.
fn is_same(given: &[u8], wanted: &[u8]) -> bool {
    let lengths = given.len() ^ wanted.len();
    let pairs = given.iter().zip(wanted);
    let differences = pairs.fold(lengths, |sum, (a, b)| sum | usize::from(a ^ b));
    std::hint::black_box(differences) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_hosts_pass() {
        for host in [
            "127.0.0.1:8791",
            "localhost",
            "localhost:1",
            "[::1]:8791",
            "[::1]",
        ] {
            assert!(is_our_host(host, "127.0.0.1"), "{host}");
        }
        for host in [
            "evil.example",
            "127.0.0.1.evil.example",
            "localhost:",
            "localhost:80x",
            "10.0.0.7",
            "",
        ] {
            assert!(!is_our_host(host, "127.0.0.1"), "{host}");
        }
        assert!(is_our_host("mock.lan:8791", "mock.lan"));
        assert!(is_our_host("[fd00::7]:8791", "fd00::7"));
        assert!(is_our_host("10.0.0.7:8791", "0.0.0.0"));
        assert!(is_our_host("[fd00::7]:8791", "[::]"));
        assert!(!is_our_host("evil.example", "0.0.0.0"));
    }

    #[test]
    fn only_our_own_pages_pass() {
        let url = "http://127.0.0.1:8791";
        let ours = |origin: &str, host: &str| {
            is_our_origin(&HeaderValue::from_str(origin).unwrap(), host, url)
        };
        for origin in [
            "http://127.0.0.1:8791",
            "http://localhost:8791",
            "tauri://localhost",
        ] {
            assert!(ours(origin, "127.0.0.1:8791"), "{origin}");
        }
        for origin in [
            "http://127.0.0.1:5173",
            "https://127.0.0.1:8791",
            "null",
            "http://evil",
        ] {
            assert!(!ours(origin, "127.0.0.1:8791"), "{origin}");
        }
        // Forwarded from another port: the page and its calls come by the same name.
        assert!(ours("http://localhost:9000", "localhost:9000"));
    }

    #[test]
    fn tokens_are_compared_whole() {
        assert!(is_same(b"abc", b"abc"));
        for other in [&b"abd"[..], b"ab", b"abcd", b""] {
            assert!(!is_same(other, b"abc"));
        }
    }
}
