//! What ends at once: refusals with exit code 2, and documents on standard output.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;

use crate::{DEADLINE, Serving, command};

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
    let notify = serve(&["--in-memory", "--notify-url", "mapsbooking.googleapis.com"]);
    refused(&notify, &["mapsbooking.googleapis.com", "--notify-url"]);
    let mut key = serve(&["--in-memory"]);
    key.extend(["--notify-key-file", file]);
    refused(&key, &[file, "--notify-key-file"]);
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
        ("name: x\ntitle: X\nsteps: 3\n", "Steps are a list"),
        (
            "name: x\ntitle: X\nbehaviour: { confirmation: asyncronous }\n",
            "asynchronous",
        ),
        ("name: x\ntitle: X\nseed: many\n", "line 3"),
        (
            "name: x\ntitle: X\nsettings: { default_capacity: 0 }\n",
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
