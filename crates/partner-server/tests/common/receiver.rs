//! An aggregator that answers what a test tells it to, and keeps what it was sent.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use serde_json::Value;

/// One call as it came.
#[derive(Clone, Debug)]
pub struct Received {
    pub verb: String,
    pub target: String,
    pub authorization: Option<String>,
    pub body: Value,
}

#[derive(Default)]
struct Told {
    answers: VecDeque<u16>,
    received: Vec<Received>,
}

/// An aggregator elsewhere.
#[derive(Clone)]
pub struct Receiver {
    pub url: String,
    told: Arc<Mutex<Told>>,
}

impl Receiver {
    pub async fn start() -> Self {
        let told = Arc::new(Mutex::new(Told::default()));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&told));
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", socket.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(socket, router).await });
        Self { url, told }
    }

    /// What the next calls are answered; 200 once these are used up.
    pub fn answer(&self, statuses: &[u16]) {
        self.told.lock().unwrap().answers = statuses.iter().copied().collect();
    }

    /// What came since this was last asked.
    pub fn received(&self) -> Vec<Received> {
        std::mem::take(&mut self.told.lock().unwrap().received)
    }
}

async fn answer(
    State(told): State<Arc<Mutex<Told>>>,
    verb: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    let mut told = told.lock().unwrap();
    let authorization = headers.get("authorization");
    told.received.push(Received {
        verb: verb.to_string(),
        target: uri.to_string(),
        authorization: authorization.map(|it| it.to_str().unwrap().to_owned()),
        body: serde_json::from_slice(&body).unwrap(),
    });
    let status = told.answers.pop_front().unwrap_or(200);
    let status = StatusCode::from_u16(status).unwrap();
    (
        status,
        format!("{{\"error\":{{\"message\":\"told to say {status}\"}}}}"),
    )
}
