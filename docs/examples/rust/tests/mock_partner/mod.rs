//! Starts Mock Partner for a test run, and gives each test a session of its own. Copy this file.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;
use ureq::Agent;
use ureq::http::Request;

/// The program of this run. It ends with the run: nobody is told of the end of the last test, so
/// a shell waits for our end and then ends it.
pub struct MockPartner {
    ready: Value,
}

/// A partner of its own: its state, clock, toggles and log are nobody else's.
pub struct Session {
    agent: Agent,
    booking_url: String,
    control_url: String,
    own_url: String,
    ready: Value,
}

/// The one program of all tests.
pub fn partner() -> &'static MockPartner {
    static PARTNER: OnceLock<MockPartner> = OnceLock::new();
    PARTNER.get_or_init(|| {
        let program = std::env::var("MOCK_PARTNER").unwrap_or_else(|_| "mock-partner".to_owned());
        // Its standard input is ours to hold: it closes when this process ends, however it does.
        let mut child = Command::new("sh")
            .args([
                "-c",
                "\"$0\" serve --in-memory --ready-json --port 0 --control-port 0 & \
                 cat >/dev/null; kill $!",
                &program,
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("it was piped");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        // Its input stays open until this process ends.
        std::mem::forget(child.stdin.take());
        let ready = serde_json::from_str(&line).expect("mock-partner starts");
        MockPartner { ready }
    })
}

impl MockPartner {
    pub fn session(&self, name: &str) -> Session {
        let url = |field: &str| format!("{}/sessions/{name}", text(&self.ready, field));
        // A status is an answer, not an error.
        let config = Agent::config_builder().http_status_as_error(false);
        Session {
            agent: config.build().into(),
            booking_url: url("booking_url"),
            control_url: url("control_url"),
            own_url: format!("{}/api/sessions/{name}", text(&self.ready, "control_url")),
            ready: self.ready.clone(),
        }
    }
}

impl Session {
    /// A call of the Booking Server.
    pub fn call(&self, verb: &str, path: &str, body: &Value) -> Result<(u16, Value), ureq::Error> {
        let (user, password) = (text(&self.ready, "username"), text(&self.ready, "password"));
        let basic = format!("Basic {}", base64(&format!("{user}:{password}")));
        let url = format!("{}{path}", self.booking_url);
        self.send(verb, &url, &basic, Some(body))
    }

    /// A call of the control API within the session.
    pub fn control(&self, verb: &str, path: &str, body: Option<&Value>) -> Value {
        let url = format!("{}{path}", self.control_url);
        let sent = self.send(verb, &url, &self.bearer(), body);
        let (status, answer) = sent.expect("an answer");
        assert!(status < 300, "{verb} {path}: {answer}");
        answer
    }

    /// Changes how the partner behaves, from the next request on.
    pub fn toggle(&self, behaviour: &Value) {
        self.control("PATCH", "/api/behaviour", Some(behaviour));
    }

    /// Fails with the nearest misses where the partner was not asked like this.
    pub fn verify(&self, question: &Value) {
        let verdict = self.control("POST", "/api/verify", Some(question));
        let (message, nearest) = (text(&verdict, "message"), &verdict["nearest"]);
        assert!(verdict["ok"] == true, "{message}\n{nearest:#}");
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", text(&self.ready, "control_token"))
    }

    fn send(
        &self,
        verb: &str,
        url: &str,
        authorization: &str,
        body: Option<&Value>,
    ) -> Result<(u16, Value), ureq::Error> {
        let request = Request::builder()
            .method(verb)
            .uri(url)
            .header("authorization", authorization)
            .header("content-type", "application/json");
        let mut answer = match body {
            Some(body) => self.agent.run(request.body(body.to_string())?)?,
            None => self.agent.run(request.body(())?)?,
        };
        let text = answer.body_mut().read_to_string()?;
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Ok((answer.status().as_u16(), body))
    }
}

impl Drop for Session {
    /// Makes room for others.
    fn drop(&mut self) {
        let _ = self.send("DELETE", &self.own_url, &self.bearer(), None);
    }
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().expect("text")
}

fn base64(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut coded = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let bits = chunk
            .iter()
            .enumerate()
            .fold(0_usize, |bits, (place, byte)| {
                bits | usize::from(*byte) << (16 - 8 * place)
            });
        for place in 0..4 {
            coded.push(match place <= chunk.len() {
                true => char::from(LETTERS[bits >> (18 - 6 * place) & 63]),
                false => '=',
            });
        }
    }
    coded
}
