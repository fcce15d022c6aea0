//! Challenges over a restart, in lists and by control calls; and that no answer of the bank is kept.

use super::*;
use crate::data_file::{holds, kept_in};

#[tokio::test]
async fn a_restart_forgets_no_challenge() {
    let folder = tempfile::tempdir().unwrap();
    let start = async || {
        let engine = partner::EngineOptions {
            data_dir: Some(folder.path().to_owned()),
            ..partner::EngineOptions::default()
        };
        let mock = Mock::start_with(engine, ServeOptions::default()).await;
        mock.toggle(json!({"failure": {"cause": "PAYMENT_REQUIRES_3DS1"}}));
        mock
    };
    let stop = async |mock: Mock| {
        let Mock { running, .. } = mock;
        running.shutdown().await;
    };
    let mock = start().await;
    let parameters = mock.challenged(&paying("mina")).await;
    let other = mock.challenged(&paying("omar")).await;
    let declined = mock
        .bank(&other, Some("decline"))
        .await
        .field("PaRes")
        .unwrap();
    stop(mock).await;

    let mock = start().await;
    let page = mock.bank(&parameters, Some("approve")).await;
    let pa_res = page.field("PaRes").unwrap();
    let answer = mock.create(&with_answer(&paying("omar"), &declined)).await;
    assert_eq!(answer.cause(), "PAYMENT_ERROR_CARD_DECLINED");
    stop(mock).await;

    let mock = start().await;
    mock.create(&with_answer(&paying("mina"), &pa_res))
        .await
        .booking();
    assert_eq!(mock.challenges().await[1]["state"], "used");
    // A reset does.
    mock.send(Method::POST, "/api/reset", json!({})).await;
    assert!(mock.challenges().await.is_empty());
    assert_eq!(mock.bank(&parameters, None).await.status, 404);
}

/// Everything that is kept or shown of a walk through a challenge, and its PaRes.
async fn walk(reveal_secrets: bool) -> (String, Vec<Vec<u8>>, String) {
    let folder = tempfile::tempdir().unwrap();
    let engine = partner::EngineOptions {
        data_dir: Some(folder.path().to_owned()),
        ..partner::EngineOptions::default()
    };
    let serve = ServeOptions {
        reveal_secrets,
        ..ServeOptions::default()
    };
    let mock = Mock::start_with(engine, serve).await;
    mock.toggle(json!({"failure": {"cause": "PAYMENT_REQUIRES_3DS1"}}));
    let pa_res = mock.pa_res(&paying("mina"), "approve").await;
    let form = [("PaRes", pa_res.as_str()), ("MD", "md")];
    let page = mock.browse(Method::POST, "/3ds1/return", &form).await;
    assert!(
        page.html.contains(&pa_res),
        "its reader is shown it: {}",
        page.html
    );
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    mock.browse(Method::GET, &format!("/3ds1/return?{query}"), &[])
        .await;
    mock.create(&with_answer(&paying("mina"), &pa_res))
        .await
        .booking();
    let mut shown = mock.get("/api/exchanges.har").await.text;
    for row in mock.log().await {
        let path = format!("/api/exchanges/{}", row.id);
        shown += &mock.get(&path).await.text;
        shown += &mock.get(&format!("{path}/curl")).await.text;
    }
    shown += &mock.get("/api/challenges").await.text;
    shown += &mock.get("/api/bookings").await.text;
    mock.running.shutdown().await;
    let kept = kept_in(folder.path());
    (pa_res, kept, shown)
}

#[tokio::test]
async fn the_banks_answer_is_neither_kept_nor_shown() {
    let (pa_res, kept, shown) = walk(false).await;
    // As a form has it too, and without the end that base64 fills up.
    let coded = form_urlencoded::byte_serialize(pa_res.as_bytes()).collect::<String>();
    for secret in [&pa_res, &coded] {
        assert!(!shown.contains(secret), "{secret}");
        assert!(!kept.iter().any(|part| holds(part, secret)), "{secret}");
    }
    assert!(shown.contains("PaRes=[redacted]"));
    let (pa_res, kept, shown) = walk(true).await;
    assert!(shown.contains(&pa_res), "a switch reveals it");
    // So the search does see what the log's pages hold, which are packed in the file.
    assert!(
        kept.iter().any(|part| holds(part, &pa_res)),
        "a switch keeps it"
    );
}

#[tokio::test]
async fn a_script_can_answer_in_the_guests_place() {
    let mock = asking().await;
    let parameters = mock.challenged(&paying("mina")).await;
    let id = parameters["transaction_id"].as_str().unwrap();
    let path = format!("/api/challenges/{id}/complete");
    let complete = async |decision: Value| {
        let body = json!({ "decision": decision });
        mock.send(Method::POST, &path, body).await
    };
    let (status, code, hint) = (422, "unknown_value", "Did you mean \"approve\"?");
    let wrong = complete(json!("aprove")).await;
    assert_eq!(wrong.refusal(), (status, code, hint));
    assert_eq!(complete(json!(null)).await.refusal().1, "missing_field");
    assert_eq!(complete(json!(7)).await.refusal().1, "unknown_value");
    let unknown = json!({"decison": "approve"});
    let unknown = mock.send(Method::POST, &path, unknown).await;
    assert_eq!(unknown.refusal().1, "unknown_field");
    let nobody = json!({"decision": "approve"});
    let nobody = mock
        .send(Method::POST, "/api/challenges/acs-0/complete", nobody)
        .await;
    assert_eq!(nobody.refusal().0, 404);

    let waiting = complete(json!("time_out")).await;
    assert_eq!(waiting.body["pa_res"], Value::Null);
    assert_eq!(waiting.body["challenge"]["state"], "waiting");
    let done = complete(json!("approve")).await;
    assert_eq!(done.status, 200, "{}", done.text);
    let pa_res = done.body["pa_res"].as_str().unwrap();
    assert_eq!(complete(json!("approve")).await.body["pa_res"], pa_res);
    assert_eq!(
        complete(json!("cancel")).await.refusal().1,
        "already_decided"
    );
    mock.create(&with_answer(&paying("mina"), pa_res))
        .await
        .booking();
}

#[tokio::test]
async fn challenges_are_listed_by_pages() {
    let mock = asking().await;
    for guest in ["a", "b", "c"] {
        mock.challenged(&paying(guest)).await;
    }
    let first = mock.get("/api/challenges?limit=2").await.body;
    let users = |page: &Value| -> Vec<String> {
        let rows = page["challenges"].as_array().unwrap().iter();
        rows.map(|it| it["user_id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(users(&first), ["user-c", "user-b"]);
    let next = first["next"].as_str().unwrap();
    let last = mock
        .get(&format!("/api/challenges?before={next}"))
        .await
        .body;
    assert_eq!(users(&last), ["user-a"]);
    assert_eq!(last["next"], Value::Null);
    assert!(
        last["return_url"]
            .as_str()
            .unwrap()
            .ends_with("/3ds1/return")
    );
    let wrong = mock.get("/api/challenges?befor=1").await;
    assert_eq!(wrong.refusal().1, "unknown_field");
}
