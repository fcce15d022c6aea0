//! An exchange as an entry of a HAR 1.2 file.

use serde_json::{Value, json};

use super::{Exchange, ResponseRecord};

/// What stands before the entries; [`FOOT`] closes it.
#[must_use]
pub fn head(version: &str) -> String {
    let creator = json!({ "name": "Mock Partner", "version": version });
    format!("{{\"log\":{{\"version\":\"1.2\",\"creator\":{creator},\"entries\":[")
}

/// What stands behind the entries.
pub const FOOT: &str = "]}}";

/// One entry. Times are in milliseconds, as the format has it; bodies are whole, with the same
/// secrets hidden as everywhere.
#[must_use]
pub fn entry(exchange: &Exchange, base_url: &str) -> Value {
    let request = &exchange.request;
    let ms = |micros: u64| micros as f64 / 1_000.0;
    let query: Vec<Value> = request
        .target
        .split_once('?')
        .map(|(_, query)| query.split('&').filter(|pair| !pair.is_empty()))
        .into_iter()
        .flatten()
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            json!({ "name": name, "value": value })
        })
        .collect();
    let mut entry = json!({
        "startedDateTime": exchange.summary.at.to_string(),
        "time": ms(exchange.timing.total_us),
        "request": {
            "method": request.verb,
            "url": request.url(base_url),
            "httpVersion": request.version,
            "cookies": [],
            "headers": pairs(&request.headers),
            "queryString": query,
            "headersSize": -1,
            "bodySize": request.body_size,
        },
        "response": response(exchange.response.as_ref()),
        "cache": {},
        "timings": {
            "send": 0,
            "wait": ms(exchange.timing.total_us),
            "receive": 0,
        },
        "_id": exchange.summary.id,
        "_method": exchange.summary.method,
        "_decisions": exchange.decisions,
        "_findings": exchange.findings,
    });
    if !request.body.is_empty() {
        entry["request"]["postData"] =
            json!({ "mimeType": mime(&request.headers), "text": request.body });
    }
    entry
}

fn response(response: Option<&ResponseRecord>) -> Value {
    let none = ResponseRecord::default();
    let missing = response.is_none();
    let response = response.unwrap_or(&none);
    let mut value = json!({
        // 0 is the format's way of saying that no answer came.
        "status": response.status,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": pairs(&response.headers),
        "content": {
            "size": response.body_size,
            "mimeType": mime(&response.headers),
            "text": response.body,
        },
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": response.body_size,
    });
    if missing {
        value["_error"] = json!("the client went away before the answer");
    }
    value
}

fn pairs(headers: &[(String, String)]) -> Vec<Value> {
    headers
        .iter()
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect()
}

fn mime(headers: &[(String, String)]) -> &str {
    headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
        .map_or("application/json", |(_, value)| value)
}
