//! `bench-floor`: the least that an Axum server can do with a request: read its body, send it back.
//! Called with `json`, it takes the body as JSON and writes it anew, as Axum's own examples do.
//!
//! A program of its own, so that it and Mock Partner are measured in the same way. It prints its
//! address on stdout and runs until it is killed.

use std::io::Write as _;

use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::post;
use axum::serve::ListenerExt as _;
use axum::{Json, Router};
use serde_json::Value;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    writeln!(std::io::stdout(), "{}", listener.local_addr()?)?;
    // As Mock Partner does; a socket that refuses is only slower.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    let echo = match std::env::args().nth(1).as_deref() {
        Some("json") => post(echo_json),
        _ => post(echo),
    };
    let router = Router::new().route("/v3/CreateBooking", echo);
    axum::serve(listener, router).await
}

async fn echo(body: Bytes) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], body)
}

async fn echo_json(Json(body): Json<Value>) -> Json<Value> {
    Json(body)
}
