//! An exchange's request as a command for a POSIX shell.

use super::amend::{Amended, Credentials};
use super::redact::HIDDEN;

/// Says of a request that we sent it again ourselves, and of which exchange it is the request.
pub const REPLAY_HEADER: &str = "x-mock-partner-replay";

/// Says of a request that it is a step of a walk-through, and which one of which scenario.
pub const STEP_HEADER: &str = "x-mock-partner-walkthrough";

/// Headers that curl makes itself.
const LEFT_OUT: &[&str] = &[
    "host",
    "content-length",
    "authorization",
    "accept",
    "user-agent",
    "connection",
    REPLAY_HEADER,
    STEP_HEADER,
];

/// Whether a recorded header belongs into a request that is sent again.
#[must_use]
pub fn is_sent_again(name: &str) -> bool {
    !LEFT_OUT.iter().any(|left| name.eq_ignore_ascii_case(left))
}

/// One curl command that sends the request again to `base_url`.
///
/// Credentials are the mock's own, since those of the request are not kept. Other secrets stay
/// hidden; the command then says so in a comment.
#[must_use]
pub fn command(amended: &Amended, base_url: &str, credentials: Option<(&str, &str)>) -> String {
    let request = &amended.request;
    let mut lines = vec![format!("curl -sS {}", quote(&request.url(base_url)))];
    if request.verb != "GET" {
        lines.push(format!("-X {}", quote(&request.verb)));
    }
    let had_token = |(name, _): &(String, String)| name.eq_ignore_ascii_case("authorization");
    match (&amended.credentials, credentials) {
        // Not the Booking Server: its credentials are nobody's business there.
        _ if request.is_elsewhere() => {
            if request.headers.iter().any(had_token) {
                lines.push("-H \"authorization: Bearer $TOKEN\"".to_owned());
            }
        }
        (Credentials::Given(value), _) => {
            lines.push(format!("-H {}", quote(&format!("authorization: {value}"))));
        }
        (Credentials::Own | Credentials::AsBefore, Some((username, password))) => {
            lines.push(format!("-u {}", quote(&format!("{username}:{password}"))));
        }
        (Credentials::Without, _) | (_, None) => {}
    }
    for (name, value) in &request.headers {
        if is_sent_again(name) {
            lines.push(format!("-H {}", quote(&format!("{name}: {value}"))));
        }
    }
    if !request.body.is_empty() {
        lines.push(format!("--data-binary {}", quote(&request.body)));
    }
    let command = lines.join(" \\\n  ");
    if request.body.contains(HIDDEN) {
        format!(
            "# {HIDDEN} stands for a secret that was not kept: put one in its place.\n{command}"
        )
    } else {
        command
    }
}

/// Quotes a word for a POSIX shell.
#[must_use]
pub fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::super::RequestRecord;
    use super::super::amend::amended;
    use super::*;

    #[test]
    fn the_command_quotes_what_a_shell_would_eat() {
        let request = RequestRecord {
            verb: "POST".into(),
            target: "/v3/CreateBooking".into(),
            headers: vec![
                ("host".into(), "x".into()),
                ("content-type".into(), "application/json".into()),
            ],
            body: r#"{"additional_request":"it's $HOME"}"#.into(),
            ..RequestRecord::default()
        };
        let request = amended(&request, None).unwrap();
        let command = command(&request, "http://127.0.0.1:1", Some(("mock", "partner")));
        assert_eq!(
            command,
            "curl -sS http://127.0.0.1:1/v3/CreateBooking \\\n  -X POST \\\n  -u mock:partner \\\n  \
             -H 'content-type: application/json' \\\n  \
             --data-binary '{\"additional_request\":\"it'\\''s $HOME\"}'"
        );
    }
}
