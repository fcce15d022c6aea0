//! What would have given another answer to a request that never came as far as a method.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use partner::decision::{Change, Counterfactual};
use partner::exchange::redact;
use serde_json::json;

use crate::app::App;

/// The same request once more, whole and in time.
pub(super) fn sent_again() -> Counterfactual {
    Counterfactual::wait(
        "Would be another answer if it came once more, whole, and the client stayed for it.",
        None,
        0,
    )
}

/// The partner's own credentials; hidden like those of a request.
pub(super) fn credentials(app: &App) -> Counterfactual {
    let value = app.credentials.as_ref().map(|own| {
        let coded = STANDARD.encode(format!("{}:{}", own.username, own.password));
        let value = format!("Basic {coded}");
        if app.reveal_secrets {
            value
        } else {
            redact::header("authorization", &value).into_owned()
        }
    });
    let change = Change::Header {
        name: "Authorization".into(),
        value: value.map(Cow::Owned),
    };
    let text = "Would be let in with the partner's user name and password, which the window shows.";
    Counterfactual::new(text, None, change)
}

/// With another verb or at another path.
pub(crate) fn other_line(verb: &'static str, path: String) -> Counterfactual {
    let text = format!("Would be taken as {verb} {path}.");
    let change = Change::RequestLine {
        verb: verb.into(),
        path: path.into(),
    };
    Counterfactual::new(text, None, change)
}

/// The one request that needs nothing.
pub(crate) fn health_check() -> Counterfactual {
    let change = Change::RequestLine {
        verb: "GET".into(),
        path: "/v3/HealthCheck".into(),
    };
    let text = "Would be SERVING as GET /v3/HealthCheck.";
    Counterfactual::new(text, Some("SERVING"), change)
}

/// With an empty object for a body.
pub(super) fn empty_body() -> Counterfactual {
    let text = "Would be told which fields it needs with {} for a body.";
    Counterfactual::request(text, None, "", json!({}))
}

/// Without a value that cannot be.
pub(super) fn without_place(pointer: &str) -> Counterfactual {
    if pointer.is_empty() {
        return empty_body();
    }
    let text = format!("Would be another answer without {pointer}.");
    Counterfactual::without(text, None, pointer.to_owned())
}

/// With a value where one is missing.
pub(super) fn with_place(pointer: &str) -> Counterfactual {
    let name = pointer.rsplit('/').next().unwrap_or_default();
    let value = match name {
        "slot" | "user_information" | "booking" | "lease" => json!({}),
        "slot_time" => json!([{}]),
        "email" => json!("guest@example.com"),
        "telephone" => json!("+1 206-555-0199"),
        _ if name.ends_with("_sec") => json!("2000000000"),
        _ => json!("example"),
    };
    let text = format!("Would be another answer with {pointer}.");
    Counterfactual::request(text, None, pointer.to_owned(), value)
}
