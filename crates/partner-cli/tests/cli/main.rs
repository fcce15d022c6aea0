//! The real binary: how it starts, what it says, how it ends.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "what tests share is test code too")]

mod checking;
mod inventory;
mod notifying;
mod refusals;
mod rehearsing;
mod serving;

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Longer than this nothing may take that a test waits for.
const DEADLINE: Duration = Duration::from_secs(20);

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mock-partner"));
    command
        .args(arguments)
        .env_remove("MOCK_PARTNER_CONTROL_TOKEN")
        .env_remove("MOCK_PARTNER_LOG")
        .stdin(Stdio::null());
    command
}

/// A `serve` that runs; killed when it is dropped.
struct Serving {
    child: Child,
    stdout: BufReader<ChildStdout>,
    ready: Value,
}

impl Serving {
    fn start(more: &[&str]) -> Self {
        let mut arguments = vec![
            "serve",
            "--port",
            "0",
            "--control-port",
            "0",
            "--ready-json",
        ];
        arguments.extend(more);
        let mut child = command(&arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let (send, line) = mpsc::channel();
        let reader = std::thread::spawn(move || {
            let mut text = String::new();
            let _ = stdout.read_line(&mut text);
            let _ = send.send(text);
            stdout
        });
        let Ok(line) = line.recv_timeout(DEADLINE) else {
            let _ = child.kill();
            panic!("no ready line in time");
        };
        Self {
            child,
            stdout: reader.join().unwrap(),
            ready: serde_json::from_str(&line).unwrap(),
        }
    }

    fn word(&self, name: &str) -> &str {
        self.ready[name].as_str().unwrap()
    }

    fn booking_url(&self, method: &str) -> String {
        format!("{}/v3/{method}", self.word("booking_url"))
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([name, &pid]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for the end; the status, and all that was still to be read on standard output.
    fn ended(&mut self) -> (ExitStatus, String) {
        let deadline = Instant::now() + DEADLINE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < deadline, "it does not end");
            std::thread::sleep(Duration::from_millis(5));
        };
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        (status, rest)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .timeout(DEADLINE)
        .build()
        .unwrap()
}

fn request(token: &str) -> Value {
    json!({
        "idempotency_token": token,
        "slot": {"merchant_id": "1234", "service_id": "5678", "start_sec": "4102444800",
            "duration_sec": "1800"},
        // Another guest each time: the same one would not get the same slot twice.
        "user_information": {"user_id": format!("user-{token}"), "given_name": "John",
            "family_name": "Smith", "telephone": "+12091111111",
            "email": format!("john.{token}@example.com")},
    })
}

async fn book(client: &reqwest::Client, url: &str, token: &str) -> Option<String> {
    let call = client
        .post(url)
        .basic_auth("mock", Some("partner"))
        .json(&request(token));
    let answer = call.send().await.ok()?;
    if answer.status() != 200 {
        return None;
    }
    answer.text().await.ok()
}

async fn status(serving: &Serving) -> Value {
    let call = client().get(format!("{}/api/status", serving.word("control_url")));
    let call = call.bearer_auth(serving.word("control_token"));
    call.send().await.unwrap().json().await.unwrap()
}
