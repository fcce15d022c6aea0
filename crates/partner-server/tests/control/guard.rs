//! Who may call, and the shape of every refusal.

use insta::assert_json_snapshot;
use reqwest::Method;
use serde_json::json;

use crate::common::{Answer, Mock, TOKEN};

#[tokio::test]
async fn without_the_token_nobody_gets_in() {
    let mock = Mock::start().await;
    let response = mock.bare(Method::GET, "/api/status").send().await.unwrap();
    assert_eq!(response.headers()["www-authenticate"], "Bearer");
    let answer = Answer::of(response).await;
    assert_eq!(answer.status, 401);
    assert_json_snapshot!(answer.body, @r#"
    {
      "error": {
        "code": "unauthorized",
        "message": "The control token is missing.",
        "hint": "Send \"Authorization: Bearer TOKEN\" with the control token that was printed at the start."
      }
    }
    "#);
    for wrong in [
        "Bearer ",
        "Bearer test-toke",
        "Bearer test-tokens",
        "Basic test-token",
        TOKEN,
    ] {
        let request = mock
            .bare(Method::GET, "/api/status")
            .header("authorization", wrong);
        let answer = Answer::of(request.send().await.unwrap()).await;
        assert_eq!(answer.refusal().1, "unauthorized", "{wrong}");
    }
    let request = mock
        .bare(Method::GET, "/api/status")
        .header("authorization", "bearer test-token");
    assert_eq!(request.send().await.unwrap().status(), 200);
    // What does not exist is not told to strangers either.
    let answer = Answer::of(mock.bare(Method::GET, "/api/nothing").send().await.unwrap()).await;
    assert_eq!(answer.status, 401);
}

#[tokio::test]
async fn foreign_hosts_are_refused_for_calls_and_files() {
    let mock = Mock::start().await;
    for path in ["/api/status", "/"] {
        let request = mock
            .call(Method::GET, path)
            .header("host", "rebound.example:8791");
        let answer = Answer::of(request.send().await.unwrap()).await;
        assert_eq!(
            (answer.status, answer.refusal().1),
            (403, "forbidden_host"),
            "{path}"
        );
    }
    for host in ["localhost", "localhost:1", "[::1]:8791"] {
        let request = mock.call(Method::GET, "/api/status").header("host", host);
        assert_eq!(request.send().await.unwrap().status(), 200, "{host}");
    }
}

#[tokio::test]
async fn foreign_pages_are_refused_and_our_own_may_read() {
    let mock = Mock::start().await;
    let port = mock.url().rsplit_once(':').unwrap().1;
    for origin in [
        "https://evil.example",
        "null",
        "http://127.0.0.1:1",
        "http://localhost",
    ] {
        for method in [Method::GET, Method::OPTIONS] {
            let request = mock
                .call(method, "/api/status")
                .header("origin", origin)
                .header("access-control-request-method", "GET");
            let response = request.send().await.unwrap();
            assert!(
                !response
                    .headers()
                    .contains_key("access-control-allow-origin")
            );
            let answer = Answer::of(response).await;
            assert_eq!(
                (answer.status, answer.refusal().1),
                (403, "forbidden_origin"),
                "{origin}"
            );
        }
    }
    let ours = format!("http://localhost:{port}");
    for origin in [
        ours.as_str(),
        "tauri://localhost",
        "https://tauri.localhost",
    ] {
        let request = mock
            .call(Method::GET, "/api/status")
            .header("origin", origin);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["access-control-allow-origin"], origin);
        assert_eq!(response.headers()["vary"], "Origin");
        // A page has to be able to read why it was refused.
        let request = mock
            .bare(Method::GET, "/api/status")
            .header("origin", origin);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 401);
        assert_eq!(response.headers()["access-control-allow-origin"], origin);
    }
}

#[tokio::test]
async fn a_preflight_needs_no_token() {
    let mock = Mock::start().await;
    let request = mock
        .bare(Method::OPTIONS, "/api/behaviour")
        .header("origin", "tauri://localhost")
        .header("access-control-request-method", "PATCH")
        .header(
            "access-control-request-headers",
            "authorization,content-type",
        );
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 204);
    let headers = response.headers();
    assert_eq!(headers["access-control-allow-origin"], "tauri://localhost");
    assert!(
        headers["access-control-allow-methods"]
            .to_str()
            .unwrap()
            .contains("PATCH")
    );
    let allowed = headers["access-control-allow-headers"].to_str().unwrap();
    assert_eq!(allowed, "Authorization, Content-Type, Last-Event-ID");
}

#[tokio::test]
async fn every_refusal_has_the_same_shape() {
    let mock = Mock::start().await;
    let answer = mock.get("/api/nothing").await;
    assert_eq!((answer.status, answer.refusal().1), (404, "not_found"));
    assert_eq!(mock.get("/api/exchanges/17").await.refusal().1, "not_found");
    assert_eq!(mock.get("/api/exchanges/x").await.refusal().1, "not_found");
    assert_eq!(mock.get("/api/bookings/x").await.refusal().1, "not_found");

    let response = mock
        .call(Method::POST, "/api/behaviour")
        .send()
        .await
        .unwrap();
    let allowed = response.headers()["allow"].to_str().unwrap().to_owned();
    assert!(
        ["GET", "PATCH", "DELETE"]
            .iter()
            .all(|verb| allowed.contains(verb)),
        "{allowed}"
    );
    let answer = Answer::of(response).await;
    assert_eq!(
        (answer.status, answer.refusal().1),
        (405, "method_not_allowed")
    );

    for (body, status, code) in [
        ("{\"listening\":", 400, "invalid_json"),
        ("[]", 400, "invalid_json"),
        ("", 422, "missing_field"),
        ("{\"listening\":1}", 422, "unknown_value"),
        (&" ".repeat(300_000), 413, "body_too_large"),
    ] {
        let request = mock
            .call(Method::PUT, "/api/listener")
            .body(body.to_owned());
        let answer = Answer::of(request.send().await.unwrap()).await;
        assert_eq!(
            (answer.status, answer.refusal().1),
            (status, code),
            "{}",
            answer.text
        );
    }
}

#[tokio::test]
async fn a_store_in_trouble_is_a_503() {
    let mock = Mock::start().await;
    let engine = mock.engine.clone();
    tokio::task::spawn_blocking(move || engine.close())
        .await
        .unwrap();
    for path in [
        "/api/exchanges",
        "/api/exchanges/1",
        "/api/exchanges.har",
        "/api/bookings",
    ] {
        let answer = mock.get(path).await;
        assert_eq!(
            (answer.status, answer.refusal().1),
            (503, "store_unavailable"),
            "{path}"
        );
    }
    let answer = mock.send(Method::POST, "/api/reset", json!({})).await;
    assert_eq!(answer.status, 503);
    assert_eq!(mock.get("/api/status").await.status, 200);
}

#[tokio::test]
async fn the_window_needs_no_token_and_may_load_nothing_foreign() {
    let mock = Mock::start().await;
    let response = mock.bare(Method::GET, "/").send().await.unwrap();
    let policy = response.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(policy.starts_with("default-src 'self';"), "{policy}");
    assert_eq!(response.headers()["referrer-policy"], "no-referrer");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    let is_built = response.status() == 200;
    let page = response.text().await.unwrap();
    if !is_built {
        assert!(page.contains("cargo xtask run --headless"), "{page}");
        return;
    }
    let asset = page
        .split("\"./")
        .find(|part| part.starts_with("assets/"))
        .unwrap();
    let asset = format!("/{}", asset.split('"').next().unwrap());
    let response = mock.bare(Method::GET, &asset).send().await.unwrap();
    assert_eq!(
        response.headers()["content-type"],
        "text/javascript; charset=utf-8"
    );
    assert!(
        response.headers()["cache-control"]
            .to_str()
            .unwrap()
            .contains("immutable")
    );

    let index = mock.bare(Method::GET, "/index.html").send().await.unwrap();
    assert_eq!(index.headers()["cache-control"], "no-cache");
    let tag = index.headers()["etag"].clone();
    let again = mock
        .bare(Method::GET, "/")
        .header("if-none-match", tag)
        .send()
        .await
        .unwrap();
    assert_eq!(again.status(), 304);
    for path in [
        "/assets/nothing.js",
        "/../Cargo.toml",
        "/%2e%2e/package.json",
    ] {
        let response = mock.bare(Method::GET, path).send().await.unwrap();
        assert_eq!(response.status(), 404, "{path}");
    }
    assert_eq!(
        mock.bare(Method::POST, "/").send().await.unwrap().status(),
        405
    );
}
