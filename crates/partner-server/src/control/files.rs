//! The window for a browser: the built files of `ui/`, embedded when the program is built for
//! release, read from disk while it is being developed.
//!
//! The page gets its token in the address's fragment, which no browser sends to a server; so
//! nothing here knows of tokens.

use axum::body::Body;
use axum::http::header::{self, HeaderValue};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::{Embed, EmbeddedFile};

use super::error::{self, ApiError};
use super::guard::is_api;

#[derive(Embed)]
#[folder = "../../ui/dist"]
#[allow_missing = true]
struct Window;

const INDEX: &str = "index.html";

/// What the page may load and call: itself, and control ports of this machine.
const CONTENT_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; font-src 'self'; \
     connect-src 'self' http://127.0.0.1:* http://localhost:*; object-src 'none'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const NOT_BUILT: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
     <title>Mock Partner</title>\n<h1>The window is not in this build</h1>\n\
     <p>The control API works. To have the window as well, run \
     <code>cargo xtask run --headless</code> in the project's folder: it builds the window \
     first.</p>\n</html>\n";

/// Answers every path that no call of the API has.
pub(super) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path();
    if is_api(path) {
        let hint = "GET /api/openapi.json describes every call.";
        return ApiError::not_found(format!("There is no call {path}."), hint).into_response();
    }
    let mut response = if ![Method::GET, Method::HEAD].contains(&method) {
        let allowed = [(header::ALLOW, "GET,HEAD")];
        (allowed, error::method_not_allowed().await).into_response()
    } else {
        let name = match path.trim_start_matches('/') {
            "" => INDEX,
            name => name,
        };
        match Window::get(name) {
            Some(file) => found(name, file, &headers),
            None if name == INDEX => {
                (StatusCode::SERVICE_UNAVAILABLE, Html(NOT_BUILT)).into_response()
            }
            None => (StatusCode::NOT_FOUND, "There is no such file.\n").into_response(),
        }
    };
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

fn found(name: &str, file: EmbeddedFile, asked: &HeaderMap) -> Response {
    let hash = file.metadata.sha256_hash();
    let tag: String = hash
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let tag = format!("\"{tag}\"");
    // The build puts a hash into the names below assets/: what they hold never changes.
    let caching = match name.starts_with("assets/") {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    let known = asked
        .get(header::IF_NONE_MATCH)
        .is_some_and(|known| known == tag.as_str());
    let caching = [
        (header::CACHE_CONTROL, caching.to_owned()),
        (header::ETAG, tag),
    ];
    if known {
        return (StatusCode::NOT_MODIFIED, caching).into_response();
    }
    let mut kind = file.metadata.mimetype().to_owned();
    if kind.starts_with("text/") {
        kind.push_str("; charset=utf-8");
    }
    (
        caching,
        [(header::CONTENT_TYPE, kind)],
        Body::from(file.data),
    )
        .into_response()
}
