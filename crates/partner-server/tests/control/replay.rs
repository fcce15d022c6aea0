//! A recorded request sent once more, as it was and changed.

use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Answer, Mock, create_booking};

async fn newest(mock: &Mock) -> Value {
    let list = mock.get("/api/exchanges?limit=1").await.body;
    let id = &list["exchanges"][0]["id"];
    mock.get(&format!("/api/exchanges/{id}")).await.body
}

async fn replay(mock: &Mock, id: &Value, body: Value) -> Answer {
    let path = format!("/api/exchanges/{id}/replay");
    mock.send(Method::POST, &path, body).await
}

#[tokio::test]
async fn what_a_counterfactual_names_is_done_and_the_request_sent_again() {
    let mock = Mock::start().await;
    let failure = json!({"failure": {"cause": "SLOT_UNAVAILABLE"}});
    mock.send(Method::PATCH, "/api/behaviour", failure).await;
    mock.booking_server("CreateBooking", create_booking("ada"))
        .await;
    let refused = newest(&mock).await;
    assert_eq!(refused["label"], "SLOT_UNAVAILABLE");

    let normal = json!({"failure": null});
    mock.send(Method::PATCH, "/api/behaviour", normal).await;
    let again = replay(&mock, &refused["id"], json!({})).await;
    assert_eq!(again.status, 200, "{}", again.text);
    assert_eq!(again.body["body"]["booking"]["status"], "CONFIRMED");

    let new = newest(&mock).await;
    assert_eq!(again.body["exchange_id"], new["id"]);
    assert_eq!(new["request"]["body"], refused["request"]["body"]);
    // And once more out of the new one: whose replay it is does not pile up.
    let third = replay(&mock, &new["id"], json!({"change": null})).await;
    assert_eq!(third.body["status"], 200);
    let headers = newest(&mock).await["request"]["headers"].to_string();
    assert_eq!(
        headers.matches("x-mock-partner-replay").count(),
        1,
        "{headers}"
    );
}

#[tokio::test]
async fn a_changed_request_is_sent_and_given_as_a_command() {
    let mock = Mock::start().await;
    mock.book("ada").await;
    let booked = newest(&mock).await;
    let change = json!({"kind": "request", "pointer": "/slot/start_sec", "value": "soon"});
    let changed = replay(&mock, &booked["id"], json!({ "change": change })).await;
    assert_eq!(changed.body["status"], 400, "{}", changed.text);
    let id = booked["id"].to_string();
    let path = format!("/api/exchanges/{id}/curl");
    let url = format!("{}{path}", mock.url());
    let url = reqwest::Url::parse_with_params(&url, [("change", change.to_string())]).unwrap();
    let request = mock.client.get(url).bearer_auth(crate::common::TOKEN);
    let command = Answer::of(request.send().await.unwrap()).await;
    assert!(
        command.text.contains(r#""start_sec":"soon""#),
        "{}",
        command.text
    );

    let unsigned = json!({"change": {"kind": "header", "name": "Authorization", "value": null}});
    let refused = replay(&mock, &booked["id"], unsigned).await;
    assert_eq!(refused.body["status"], 401);
    // As it was sent means without credentials, too.
    let refused = newest(&mock).await;
    let still = replay(&mock, &refused["id"], json!({})).await;
    assert_eq!(still.body["status"], 401);
    let right =
        json!({"change": {"kind": "header", "name": "Authorization", "value": "Basic [redacted]"}});
    let signed = replay(&mock, &refused["id"], right).await;
    assert_eq!(signed.body["status"], 200);

    let line =
        json!({"change": {"kind": "request_line", "verb": "GET", "path": "/v3/HealthCheck"}});
    let other = replay(&mock, &booked["id"], line).await;
    assert_eq!(other.body["body"]["status"], "SERVING", "{}", other.text);
}

#[tokio::test]
async fn what_cannot_be_sent_again_says_why() {
    let mock = Mock::start().await;
    let mut paid = create_booking("ada");
    paid["payment_information"]["payment_processing_parameters"] =
        json!({"unparsed_payment_method_token": "secret"});
    mock.booking_server("CreateBooking", paid).await;
    let exchange = newest(&mock).await;
    let id = &exchange["id"];
    let (status, code, hint) = {
        let answer = replay(&mock, id, json!({})).await;
        let (status, code, hint) = answer.refusal();
        (status, code.to_owned(), hint.to_owned())
    };
    assert_eq!((status, code.as_str()), (409, "secret_not_kept"));
    assert!(hint.contains("/curl"), "{hint}");

    let refusal = |answer: Answer| {
        let (status, code, _) = answer.refusal();
        (status, code.to_owned())
    };
    let wait = json!({"change": {"kind": "wait", "sec": 5}});
    let odd = json!({"change": {"kind": "magic"}});
    let misspelt = json!({"chang": {}});
    for (body, expected) in [
        (wait, "no_such_change"),
        (odd, "unknown_value"),
        (misspelt, "unknown_field"),
    ] {
        let answer = replay(&mock, id, body).await;
        assert_eq!(refusal(answer), (422, expected.to_owned()));
    }
    let nothing = replay(&mock, &json!(99_999), json!({})).await;
    assert_eq!(refusal(nothing), (404, "not_found".to_owned()));
    let stopped = json!({"listening": false});
    mock.book("bela").await;
    let booked = newest(&mock).await;
    mock.send(Method::PUT, "/api/listener", stopped).await;
    let answer = replay(&mock, &booked["id"], json!({})).await;
    assert_eq!(refusal(answer), (409, "listener_stopped".to_owned()));
}
