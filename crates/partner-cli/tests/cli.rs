//! The real binary: how it starts, what it says, how it ends.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "what tests share is test code too")]

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
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
        "user_information": {"user_id": "1", "given_name": "John", "family_name": "Smith",
            "telephone": "+12091111111", "email": "john.smith@gmail.com"},
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

#[tokio::test]
async fn the_ready_line_says_all_that_a_script_needs() {
    let mut serving = Serving::start(&["--in-memory"]);
    let fields: Vec<&String> = serving.ready.as_object().unwrap().keys().collect();
    let expected = [
        "booking_url",
        "control_url",
        "control_token",
        "username",
        "password",
        "pid",
        "version",
    ];
    assert_eq!(fields, expected);
    assert_eq!(serving.ready["pid"], serving.child.id());
    assert_eq!(serving.word("username"), "mock");
    assert_eq!(serving.word("password"), "partner");
    assert_eq!(serving.word("version"), env!("CARGO_PKG_VERSION"));
    assert!(serving.word("control_token").len() >= 32);
    // Both answer at once.
    let health = client().get(serving.booking_url("HealthCheck"));
    let health = health
        .basic_auth("mock", Some("partner"))
        .send()
        .await
        .unwrap();
    assert_eq!(health.status(), 200);
    assert_eq!(status(&serving).await["listener"]["listening"], true);
    // Nothing else comes on standard output.
    serving.signal("-TERM");
    let (status, rest) = serving.ended();
    assert_eq!((status.code(), rest.as_str()), (Some(0), ""));
}

#[tokio::test]
async fn credentials_and_token_are_those_that_were_given() {
    let given = [
        "--in-memory",
        "--username",
        "u",
        "--password",
        "p:q",
        "--control-token",
        "t",
    ];
    let serving = Serving::start(&given);
    assert_eq!(serving.word("control_token"), "t");
    let health = client().get(serving.booking_url("HealthCheck"));
    let health = health.basic_auth("u", Some("p:q")).send().await.unwrap();
    assert_eq!(health.status(), 200);
    let open = Serving::start(&["--in-memory", "--no-auth"]);
    assert_eq!((open.word("username"), open.word("password")), ("", ""));
    let health = client()
        .get(open.booking_url("HealthCheck"))
        .send()
        .await
        .unwrap();
    assert_eq!(health.status(), 200);
}

#[tokio::test]
async fn a_signal_ends_it_within_five_seconds_though_clients_wait() {
    for signal in ["-TERM", "-INT"] {
        let mut serving = Serving::start(&["--in-memory"]);
        let client = client();
        let control = serving.word("control_url").to_owned();
        let token = serving.word("control_token").to_owned();
        let slow = json!({"fault": {"kind": "latency", "ms": 60_000, "times": 1}});
        let behaviour = format!("{control}/api/behaviour");
        let patch = client.patch(&behaviour).bearer_auth(&token).json(&slow);
        assert_eq!(patch.send().await.unwrap().status(), 200);
        // One client waits for an answer, another follows the events.
        let url = serving.booking_url("CreateBooking");
        let held = {
            let client = client.clone();
            tokio::spawn(async move { book(&client, &url, "held").await })
        };
        let events = client
            .get(format!("{control}/api/events"))
            .bearer_auth(&token);
        let _events = events.send().await.unwrap();
        let deadline = Instant::now() + DEADLINE;
        loop {
            let now: Value = {
                let get = client.get(&behaviour).bearer_auth(&token);
                get.send().await.unwrap().json().await.unwrap()
            };
            if now["fault"].is_null() {
                break;
            }
            assert!(Instant::now() < deadline, "the request never came");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let asked = Instant::now();
        serving.signal(signal);
        let (status, _) = serving.ended();
        assert!(
            asked.elapsed() < Duration::from_secs(5),
            "{:?}",
            asked.elapsed()
        );
        assert_eq!(status.code(), Some(0), "{signal}");
        held.abort();
    }
}

#[tokio::test]
async fn a_restart_keeps_bookings_and_log() {
    let folder = tempfile::tempdir().unwrap();
    let data = ["--data-dir", folder.path().to_str().unwrap()];
    let client = client();
    let mut serving = Serving::start(&data);
    let first = book(&client, &serving.booking_url("CreateBooking"), "1")
        .await
        .unwrap();
    serving.signal("-TERM");
    serving.ended();
    let serving = Serving::start(&data);
    let now = status(&serving).await;
    assert_eq!(now["counts"], json!({"exchanges": 1, "bookings": 1}));
    let url = serving.booking_url("CreateBooking");
    assert_eq!(book(&client, &url, "1").await.unwrap(), first);
    assert_ne!(book(&client, &url, "2").await.unwrap(), first);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_9_under_load_keeps_every_booking_that_was_answered() {
    let folder = tempfile::tempdir().unwrap();
    let data = ["--data-dir", folder.path().to_str().unwrap()];
    let mut answered = Vec::new();
    for round in 0..2 {
        let mut serving = Serving::start(&data);
        let url = serving.booking_url("CreateBooking");
        let count = Arc::new(AtomicUsize::new(0));
        let clients: Vec<_> = (0..8)
            .map(|number| {
                let (url, count, client) = (url.clone(), Arc::clone(&count), client());
                tokio::spawn(async move {
                    let mut kept = Vec::new();
                    // Until the server is gone.
                    for step in 0.. {
                        let token = format!("{round}-{number}-{step}");
                        match book(&client, &url, &token).await {
                            Some(body) => kept.push((token, body)),
                            None => break,
                        }
                        count.fetch_add(1, Ordering::Relaxed);
                    }
                    kept
                })
            })
            .collect();
        let deadline = Instant::now() + DEADLINE;
        while count.load(Ordering::Relaxed) < 200 {
            assert!(Instant::now() < deadline, "too few answers");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        serving.signal("-KILL");
        serving.ended();
        for client in clients {
            answered.extend(client.await.unwrap());
        }
    }
    let granted = |body: &String| body.contains("\"booking\":");
    assert!(answered.iter().filter(|(_, body)| granted(body)).count() >= 100);

    let serving = Serving::start(&data);
    assert_eq!(status(&serving).await["store"]["set_aside"], Value::Null);
    let (url, client) = (serving.booking_url("CreateBooking"), client());
    for (token, body) in &answered {
        if granted(body) {
            assert_eq!(&book(&client, &url, token).await.unwrap(), body, "{token}");
        }
    }
    // And no two of them share an id.
    let id = |body: &String| -> String {
        let body: Value = serde_json::from_str(body).unwrap();
        body["booking"]["booking_id"].as_str().unwrap().to_owned()
    };
    let bodies = answered.iter().map(|(_, body)| body);
    let mut ids: Vec<String> = bodies.filter(|body| granted(body)).map(id).collect();
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

fn run(arguments: &[&str]) -> Output {
    let child = command(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that starts after all would wait for ever.
    let pid = child.id().to_string();
    let (done, wait) = mpsc::channel::<()>();
    let guard = std::thread::spawn(move || {
        if wait.recv_timeout(DEADLINE).is_err() {
            let _ = Command::new("kill").args(["-KILL", &pid]).status();
        }
    });
    let output = child.wait_with_output().unwrap();
    let _ = done.send(());
    guard.join().unwrap();
    output
}

/// It ends with 2, says so in one line on standard error, and nothing on standard output.
#[track_caller]
fn refused(arguments: &[&str], said: &[&str]) {
    let output = run(arguments);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {error}");
    assert!(output.stdout.is_empty());
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(error.trim_end().ends_with(['.', '?']), "{error}");
    for words in said {
        assert!(error.contains(words), "{words:?} in {error}");
    }
}

#[test]
fn a_taken_port_is_said_in_a_sentence_with_a_free_one() {
    let socket = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = socket.local_addr().unwrap().port().to_string();
    let taken = format!("Port {port} is taken");
    let booking = [
        "serve",
        "--in-memory",
        "--control-port",
        "0",
        "--port",
        &port,
    ];
    refused(&booking, &[&taken, "--port"]);
    let control = [
        "serve",
        "--in-memory",
        "--port",
        "0",
        "--control-port",
        &port,
    ];
    refused(&control, &[&taken, "--control-port"]);
}

#[test]
fn what_cannot_be_used_is_said_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let file = file.to_str().unwrap();
    let serve = |more: &[&'static str]| {
        let mut all = vec!["serve", "--port", "0", "--control-port", "0"];
        all.extend(more);
        all
    };
    let mut data = serve(&[]);
    data.extend(["--data-dir", file]);
    refused(&data, &[file, "--data-dir"]);
    let nowhere = serve(&["--in-memory", "--scenario", "nowhere"]);
    refused(&nowhere, &["nowhere", "default"]);
    let notify = serve(&["--in-memory", "--notify-url", "http://x"]);
    refused(&notify, &["--notify-url"]);
    let partner = serve(&["--in-memory", "--partner-id", "7"]);
    refused(&partner, &["--partner-id"]);
    let host = serve(&["--in-memory", "--host", "203.0.113.7"]);
    refused(&host, &["203.0.113.7"]);

    let newer = folder.path().join("newer");
    let newer = newer.to_str().unwrap();
    std::fs::create_dir(newer).unwrap();
    let mut in_use = serve(&[]);
    in_use.extend(["--data-dir", newer]);
    let first = Serving::start(&["--data-dir", newer]);
    refused(&in_use, &[newer, "in use"]);
    drop(first);
}

#[test]
fn a_broken_scenario_is_named_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    for (text, said) in [
        ("name: x\nrules: []\n", "rules"),
        (
            "name: x\nbehaviour: { confirmation: asyncronous }\n",
            "asynchronous",
        ),
        ("name: x\nseed: many\n", "line 2"),
        (
            "name: x\nsettings: { default_capacity: 0 }\n",
            "default_capacity",
        ),
    ] {
        let path = folder.path().join("broken.yaml");
        std::fs::write(&path, text).unwrap();
        let path = path.to_str().unwrap();
        let serve = ["serve", "--in-memory", "--port", "0", "--scenario", path];
        refused(&serve, &[path, said]);
    }
}

#[test]
fn wrong_usage_ends_with_2() {
    for arguments in [
        &["serve", "--prot", "1"][..],
        &["serve", "--port", "70000"],
        &["serve", "--in-memory", "--data-dir", "x"],
        &["serve", "--no-auth", "--username", "x"],
        &["openapi", "neither"],
        &["frobnicate"],
        &[],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        assert!(!output.stderr.is_empty(), "{arguments:?}");
    }
    assert_eq!(run(&["--version"]).status.code(), Some(0));
    assert_eq!(run(&["serve", "--help"]).status.code(), Some(0));
}

#[test]
fn the_documents_in_the_repository_are_those_that_it_prints() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi");
    for interface in ["booking", "control"] {
        let output = run(&["openapi", interface]);
        assert_eq!(output.status.code(), Some(0));
        let printed = String::from_utf8(output.stdout).unwrap();
        let kept = std::fs::read_to_string(folder.join(format!("{interface}.json"))).unwrap();
        assert!(
            printed == kept,
            "docs/openapi/{interface}.json is not what `mock-partner openapi {interface}` prints: \
             write it anew"
        );
    }
}

#[tokio::test]
async fn people_are_told_where_to_go() {
    let serve = ["serve", "--in-memory", "--port", "0", "--control-port", "0"];
    let mut child = command(&serve).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut said = String::new();
    while !said.contains("Ctrl C") {
        assert_ne!(stdout.read_line(&mut said).unwrap(), 0, "{said}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    for words in [
        "Booking Server  http://127.0.0.1:",
        "mock : partner",
        "/#token=",
    ] {
        assert!(said.contains(words), "{words:?} in {said}");
    }
}
