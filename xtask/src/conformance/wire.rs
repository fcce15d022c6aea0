//! How requests may be spelt (reference: sections 1.1 to 1.4).

use anyhow::Result;
use serde_json::{Value, json};

use super::target::{Session, same};
use super::{How, Item, Outcome, passed};

pub(super) const ITEMS: &[Item] = &[
    Item {
        name: "both slash forms, with no redirect",
        section: "9.5",
        how: How::Ask(slashes),
    },
    Item {
        name: "a request in lowerCamelCase",
        section: "9.5",
        how: How::Ask(camel_case),
    },
    Item {
        name: "64-bit numbers as strings and as numbers",
        section: "9.5",
        how: How::Ask(numbers),
    },
    Item {
        name: "unknown fields are ignored",
        section: "9.5",
        how: How::Ask(unknown_fields),
    },
    Item {
        name: "a wrong password, a wrong user and none are 401, HealthCheck included",
        section: "9.5",
        how: How::Ask(credentials),
    },
    Item {
        name: "malformed JSON and wrong types are 400",
        section: "9.5",
        how: How::Ask(malformed),
    },
    Item {
        name: "an unknown path is 404, a wrong verb 405",
        section: "1.1",
        how: How::Ask(paths),
    },
    Item {
        name: "a missing required field and an unknown enum value are 400",
        section: "1.4",
        how: How::Ask(missing),
    },
];

fn slashes(session: &Session) -> Result<Outcome> {
    for path in ["/v3/HealthCheck", "/v3/HealthCheck/"] {
        session.send("GET", path, &[], "")?.refused(200)?;
    }
    let slot = session.slot()?;
    for path in ["/v3/CreateBooking", "/v3/CreateBooking/"] {
        let request = session.booking(&slot);
        session
            .send("POST", path, &[], &request.to_string())?
            .booking()?;
    }
    passed()
}

/// The same message with all names in lowerCamelCase.
fn in_camel_case(value: &Value) -> Value {
    let camel = |name: &str| {
        let mut parts = name.split('_');
        let mut text = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (first, rest) = part.split_at(part.len().min(1));
            text.push_str(&first.to_uppercase());
            text.push_str(rest);
        }
        text
    };
    match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (camel(name), in_camel_case(value)))
            .collect(),
        Value::Array(items) => items.iter().map(in_camel_case).collect(),
        other => other.clone(),
    }
}

fn camel_case(session: &Session) -> Result<Outcome> {
    let slot = session.slot()?;
    let request = session.booking(&slot);
    let booking = session
        .ask("CreateBooking", &in_camel_case(&request))?
        .booking()?;
    same(&booking, "/slot/start_sec", &slot["start_sec"])?;
    passed()
}

fn numbers(session: &Session) -> Result<Outcome> {
    let slot = session.slot()?;
    for spelt in [0, 1, 2] {
        let mut request = session.booking(&slot);
        for name in ["start_sec", "duration_sec"] {
            let seconds: i64 = slot[name].as_str().unwrap_or_default().parse()?;
            request["slot"][name] = match spelt {
                0 => json!(seconds.to_string()),
                1 => json!(seconds),
                _ => json!(seconds as f64),
            };
        }
        let booking = session.ask("CreateBooking", &request)?.booking()?;
        same(&booking, "/slot/start_sec", &slot["start_sec"])?;
    }
    passed()
}

fn unknown_fields(session: &Session) -> Result<Outcome> {
    let mut request = session.booking(&session.slot()?);
    request["field_of_the_future"] = json!({"deep": [1, 2]});
    request["slot"]["colour"] = json!("blue");
    session.ask("CreateBooking", &request)?.booking()?;
    passed()
}

fn credentials(session: &Session) -> Result<Outcome> {
    // mock:wrong, wrong:partner, and another scheme
    for wrong in [
        "Basic bW9jazp3cm9uZw==",
        "Basic d3Jvbmc6cGFydG5lcg==",
        "Bearer x",
        "",
    ] {
        let headers = [("Authorization", wrong)];
        session
            .send("GET", "/v3/HealthCheck", &headers, "")?
            .refused(401)?;
        let request = session.booking(&json!({}));
        session
            .ask_with("CreateBooking", &headers, &request)?
            .refused(401)?;
    }
    passed()
}

fn malformed(session: &Session) -> Result<Outcome> {
    for body in [
        "{",
        "[]",
        "\"text\"",
        "{\"slot\":[]}",
        "{\"slot\":{\"start_sec\":\"soon\"}}",
    ] {
        session
            .send("POST", "/v3/CreateBooking", &[], body)?
            .refused(400)?;
    }
    passed()
}

fn paths(session: &Session) -> Result<Outcome> {
    session
        .send("POST", "/v3/MakeBooking", &[], "{}")?
        .refused(404)?;
    session
        .send("POST", "/v3/createbooking", &[], "{}")?
        .refused(404)?;
    session
        .send("GET", "/v3/CreateBooking", &[], "")?
        .refused(405)?;
    passed()
}

fn missing(session: &Session) -> Result<Outcome> {
    let request = session.booking(&session.slot()?);
    for pointer in ["/slot", "/user_information", "/idempotency_token"] {
        let mut broken = request.clone();
        if let Some(fields) = broken.as_object_mut() {
            fields.remove(pointer.trim_start_matches('/'));
        }
        session.ask("CreateBooking", &broken)?.refused(400)?;
    }
    let mut broken = request;
    broken["slot"]["confirmation_mode"] = json!("CONFIRMATION_MODE_SOMETIMES");
    session.ask("CreateBooking", &broken)?.refused(400)?;
    passed()
}
