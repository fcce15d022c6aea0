//! Notifications of the real binary: what waits in the outbox outlives the program.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::{Serving, client, request};

/// An aggregator that is down until it is told otherwise; keeps the statuses that it was told.
#[derive(Clone, Default)]
struct Receiver(Arc<Mutex<(bool, Vec<String>)>>);

impl Receiver {
    async fn start(&self) -> String {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", socket.local_addr().unwrap());
        let receiver = self.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = socket.accept().await {
                let receiver = receiver.clone();
                tokio::spawn(async move {
                    let mut text = Vec::new();
                    let mut part = [0; 4_096];
                    // The body is JSON and comes last.
                    while !text.ends_with(b"}") {
                        match stream.read(&mut part).await {
                            Ok(0) | Err(_) => return,
                            Ok(read) => text.extend(&part[..read]),
                        }
                    }
                    let status = receiver.take(&String::from_utf8_lossy(&text));
                    let answer = format!(
                        "HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{{}}"
                    );
                    let _ = stream.write_all(answer.as_bytes()).await;
                });
            }
        });
        url
    }

    fn take(&self, request: &str) -> u16 {
        let (_, body) = request.split_once("\r\n\r\n").unwrap();
        let body: Value = serde_json::from_str(body).unwrap();
        let mut state = self.0.lock().unwrap();
        let what = body["status"].as_str().unwrap_or("moved");
        let name = body["name"].as_str().unwrap();
        state.1.push(format!("{name} {what}"));
        if state.0 { 200 } else { 503 }
    }

    fn received(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap().1)
    }
}

async fn control(serving: &Serving, verb: &str, path: &str, body: Value) -> Value {
    let verb = reqwest::Method::from_bytes(verb.as_bytes()).unwrap();
    let call = client()
        .request(verb, format!("{}{path}", serving.word("control_url")))
        .bearer_auth(serving.word("control_token"))
        .json(&body);
    let answer = call.send().await.unwrap();
    let status = answer.status();
    let body = answer.json().await.unwrap();
    assert_eq!(status, 200, "{path}: {body}");
    body
}

#[tokio::test]
async fn killed_while_it_tries_again_it_delivers_everything_once_it_is_back() {
    let receiver = Receiver::default();
    let url = receiver.start().await;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let options = ["--data-dir", data, "--notify-url", url.as_str()];
    let serving = Serving::start(&options);
    // Time stands still but for what this test lets pass.
    control(&serving, "PUT", "/api/clock", json!({"mode": "frozen"})).await;
    let mut ids = Vec::new();
    for token in ["a", "b", "c"] {
        let mut request = request(token);
        request["user_information"]["user_id"] = json!(token);
        request["user_information"]["email"] = json!(format!("{token}@example.com"));
        let url = serving.booking_url("CreateBooking");
        let call = client().post(url).basic_auth("mock", Some("partner"));
        let answer: Value = call
            .json(&request)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let id = answer["booking"]["booking_id"].as_str();
        ids.push(id.unwrap_or_else(|| panic!("{answer}")).to_owned());
    }
    for id in &ids {
        let path = format!("/api/bookings/{id}/actions");
        let party = json!({"action": "reschedule", "party_size": 3});
        control(&serving, "POST", &path, party).await;
        control(&serving, "POST", &path, json!({"action": "cancel"})).await;
    }
    control(&serving, "POST", "/api/clock/advance", json!({"sec": 20})).await;
    let tried = receiver.received();
    assert!(
        tried.len() >= 6,
        "each was tried and tried again: {tried:?}"
    );
    assert!(tried.iter().all(|it| it.ends_with("moved")), "{tried:?}");
    serving.signal("-KILL");
    drop(serving);

    receiver.0.lock().unwrap().0 = true;
    let serving = Serving::start(&options);
    control(&serving, "POST", "/api/clock/advance", json!({"sec": 600})).await;
    let told = receiver.received();
    for id in &ids {
        let name = format!("partners/20002/bookings/{id} ");
        let of_it: Vec<&str> = told
            .iter()
            .filter_map(|it| it.strip_prefix(&name))
            .collect();
        assert_eq!(of_it, ["moved", "CANCELED"], "{told:?}");
    }
    let list = control(&serving, "GET", "/api/notifications", json!({})).await;
    assert_eq!(
        list["counts"],
        json!({"waiting": 0, "delivered": 6, "given_up": 0})
    );
}
