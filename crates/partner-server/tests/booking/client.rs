//! A test client: calls of the Booking Server, raw sockets, and a look into the log.

use std::time::Duration;

use partner::EngineOptions;
use partner::exchange::query::Query;
use partner::exchange::{Exchange, Summary};
use partner_server::ServeOptions;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::common::{Answer, Mock, create_booking};

/// Longer than this nothing may take that a test waits for.
const DEADLINE: Duration = Duration::from_secs(10);

/// How long the server waits for a client's next bytes in these tests.
pub(crate) const PATIENCE: Duration = Duration::from_millis(200);

/// The header that lets a client in.
pub(crate) const BASIC: &str = "Authorization: Basic bW9jazpwYXJ0bmVy\r\n";

/// A partner that soon loses patience with clients that stall.
pub(crate) async fn impatient() -> Mock {
    with_patience(PATIENCE).await
}

/// A partner that waits so long for a client's next bytes.
pub(crate) async fn with_patience(stall_timeout: Duration) -> Mock {
    let serve = ServeOptions {
        stall_timeout,
        ..ServeOptions::default()
    };
    Mock::start_with(EngineOptions::default(), serve).await
}

/// A partner with settings of its own.
#[allow(
    clippy::needless_pass_by_value,
    reason = "calls read better without a borrow"
)]
pub(crate) async fn with_settings(settings: Value) -> Mock {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scenario.yaml");
    let scenario = json!({"name": "test", "title": "Test", "settings": settings});
    std::fs::write(&path, scenario.to_string()).unwrap();
    let engine = EngineOptions {
        scenario: Some(path.to_str().unwrap().to_owned()),
        ..EngineOptions::default()
    };
    Mock::start_with(engine, ServeOptions::default()).await
}

impl Mock {
    /// The Booking Server's address.
    pub(crate) fn booking_url(&self) -> String {
        self.running.listener().url
    }

    /// Sets toggles, as the window does.
    #[allow(
        clippy::needless_pass_by_value,
        reason = "calls read better without a borrow"
    )]
    pub(crate) fn toggle(&self, change: Value) {
        self.engine.behaviour().patch(&change, None).unwrap();
    }

    /// All rows of the log, oldest first.
    pub(crate) async fn log(&self) -> Vec<Summary> {
        let query = Query {
            limit: Some(1_000),
            ..Query::default()
        };
        let (mut rows, _) = self.engine.exchanges(query).await.unwrap();
        rows.reverse();
        rows
    }

    pub(crate) async fn exchange(&self, id: u64) -> Exchange {
        self.engine.exchange(id).await.unwrap().unwrap()
    }

    /// The newest exchange.
    pub(crate) async fn newest(&self) -> Exchange {
        self.exchange(self.engine.log().position().newest).await
    }

    /// Waits for the log to hold so many exchanges.
    pub(crate) async fn logged(&self, count: u64) {
        let mut log = self.engine.log().follow();
        let grown = log.wait_for(|position| position.newest >= count);
        tokio::time::timeout(DEADLINE, grown)
            .await
            .unwrap()
            .unwrap();
    }

    /// Waits until a request has used up the network toggle, which must have a count of 1: from
    /// then on it is held.
    pub(crate) async fn until_claimed(&self) {
        let mut changes = self.engine.behaviour().changes();
        let claimed = async {
            while self.engine.behaviour().current().behaviour.fault.is_some() {
                changes.changed().await.unwrap();
            }
        };
        tokio::time::timeout(DEADLINE, claimed).await.unwrap();
    }

    /// The one exchange that there is. Every connection has ended when this returns, so that no
    /// second one can follow.
    pub(crate) async fn only_exchange(self) -> Exchange {
        self.logged(1).await;
        let exchange = self.exchange(1).await;
        let engine = self.engine.clone();
        drop(self.client);
        self.running.shutdown().await;
        assert_eq!(engine.log().position().newest, 1, "exactly one exchange");
        assert!(exchange.summary.status < 500, "{exchange:?}");
        let decided = exchange.decisions.iter().filter(|it| it.decided).count();
        assert_eq!(decided, 1, "exactly one step decides: {exchange:?}");
        exchange
    }

    /// A request to any path, credentials included, with a body as it is.
    pub(crate) async fn post(&self, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        let url = format!("{}{path}", self.booking_url());
        let request = self.client.post(url).basic_auth("mock", Some("partner"));
        Answer::of(request.body(body).send().await.unwrap()).await
    }

    /// CreateBooking, to be changed before it is sent.
    pub(crate) async fn create(&self, request: &Value) -> Answer {
        self.booking_server("CreateBooking", request.clone()).await
    }

    /// A socket to the Booking Server.
    pub(crate) async fn socket(&self) -> Socket {
        let port = self.running.listener().port;
        Socket(TcpStream::connect(("127.0.0.1", port)).await.unwrap())
    }
}

impl Answer {
    /// The booking of an answer that grants one.
    pub(crate) fn booking(&self) -> &Value {
        assert_eq!(self.status, 200, "{}", self.text);
        assert_eq!(self.body.get("booking_failure"), None, "{}", self.text);
        &self.body["booking"]
    }

    pub(crate) fn booking_id(&self) -> String {
        self.booking()["booking_id"].as_str().unwrap().to_owned()
    }

    /// The failure of an answer that holds nothing else.
    pub(crate) fn failure(&self) -> &Value {
        assert_eq!(self.status, 200, "{}", self.text);
        let fields: Vec<&String> = self.body.as_object().unwrap().keys().collect();
        assert_eq!(fields, ["booking_failure"], "{}", self.text);
        &self.body["booking_failure"]
    }

    pub(crate) fn cause(&self) -> &str {
        self.failure()["cause"].as_str().unwrap()
    }

    /// The sentence of a protocol error.
    pub(crate) fn message(&self) -> &str {
        let error = &self.body["error"];
        assert_eq!(error["code"], self.status, "{}", self.text);
        assert!(error["status"].is_string(), "{}", self.text);
        error["message"].as_str().unwrap()
    }
}

/// A connection on which anything can be sent.
pub(crate) struct Socket(TcpStream);

impl Socket {
    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).await.unwrap();
        self.0.flush().await.unwrap();
    }

    /// As [`Self::send`], to a server that may have closed by now.
    pub(crate) async fn send_or_closed(&mut self, bytes: &[u8]) {
        let _ = self.0.write_all(bytes).await;
    }

    /// All that comes until the server closes.
    pub(crate) async fn read_to_end(&mut self) -> String {
        let mut bytes = Vec::new();
        let read = self.0.read_to_end(&mut bytes);
        // A reset after the answer is as good an end as any.
        let _ = tokio::time::timeout(DEADLINE, read)
            .await
            .expect("the server closes");
        String::from_utf8(bytes).unwrap()
    }

    /// All that comes until the connection ends, and whether it was reset.
    pub(crate) async fn end(&mut self) -> (String, bool) {
        let mut bytes = Vec::new();
        let read = tokio::time::timeout(DEADLINE, self.0.read_to_end(&mut bytes));
        let reset = match read.await.expect("the server closes") {
            Ok(_) => false,
            Err(error) => {
                assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
                true
            }
        };
        (String::from_utf8(bytes).unwrap(), reset)
    }

    /// Reads until `end` has come.
    pub(crate) async fn read_until(&mut self, end: &str) -> String {
        let deadline = Instant::now() + DEADLINE;
        let mut text = String::new();
        while !text.contains(end) {
            let mut buffer = [0; 4_096];
            let read = tokio::time::timeout_at(deadline, self.0.read(&mut buffer));
            let count = read.await.expect("an answer in time").unwrap();
            assert_ne!(count, 0, "the server closed after {text:?}");
            text.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
        }
        text
    }
}

/// A CreateBooking request of another guest each time it is asked for another name.
pub(crate) fn request(guest: &str) -> Value {
    create_booking(guest)
}

/// JSON as people read it.
pub(crate) fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

/// As [`pretty`], with what differs from run to run made the same.
pub(crate) fn redacted(value: &Value) -> String {
    fn hide(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    match name.as_str() {
                        "booking_id"
                        | "lease_id"
                        | "payment_transaction_id"
                        | "transaction_id"
                        | "pa_req"
                        | "md_merchant_data" => {
                            assert!(value.as_str().is_some_and(|id| id.len() > 5), "{name}");
                            *value = format!("[{name}]").into();
                        }
                        "acs_url" => {
                            let path = value.as_str().unwrap().splitn(4, '/').last();
                            *value = format!("[url]/{}", path.unwrap()).into();
                        }
                        _ => hide(value),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(hide),
            _ => {}
        }
    }
    let mut value = value.clone();
    hide(&mut value);
    pretty(&value)
}
