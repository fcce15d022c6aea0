//! The pages: injected markup, wrong forms, the log, and what the guest reads.

use super::*;

#[tokio::test]
async fn markup_in_what_comes_is_text() {
    let mock = asking().await;
    let evil = "\"><script>alert(1)</script>&lt;b>";
    let mut request = paying("mina");
    request["slot"]["merchant_id"] = json!(evil);
    request["payment_information"]["price"]["currency_code"] = json!("<b>");
    let parameters = mock.challenged(&request).await;
    let pa_req = parameters["pa_req"].as_str().unwrap();
    let term_url = "http://127.0.0.1:9/\"><script>x</script>?'\"<b>";
    for decision in [None, Some("time_out"), Some("approve")] {
        let mut fields = vec![("PaReq", pa_req), ("MD", evil), ("TermUrl", term_url)];
        fields.extend(decision.map(|word| ("decision", word)));
        let page = mock.browse(Method::POST, "/3ds1/challenge", &fields).await;
        assert_eq!(page.status, 200);
        assert!(!page.html.contains("<script"), "{}", page.html);
        assert!(!page.html.contains("<b>"), "{}", page.html);
        assert_eq!(
            page.field("MD").as_deref(),
            Some(evil),
            "unharmed on its way"
        );
    }
    let back = [("PaRes", evil), ("MD", evil)];
    let page = mock.browse(Method::POST, "/3ds1/return", &back).await;
    assert!(!page.html.contains("<script"), "{}", page.html);
    assert!(page.html.contains("&lt;script&gt;"), "{}", page.html);
    // A link fills the form in that opens a challenge by hand.
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("PaReq", pa_req), ("MD", evil)])
        .finish();
    let link = format!("/3ds1/challenge?{query}");
    let page = mock.browse(Method::GET, &link, &[]).await;
    assert_eq!(page.field("PaReq").as_deref(), Some(pa_req));
    assert_eq!(page.field("MD").as_deref(), Some(evil));
    assert!(!page.html.contains("<script"), "{}", page.html);
    for fields in [
        &[("PaReq", evil), ("TermUrl", TERM_URL)][..],
        &[("PaReq", pa_req), ("TermUrl", "javascript:alert(1)")],
        &[("PaReq", pa_req), ("TermUrl", TERM_URL), ("decision", evil)],
    ] {
        let page = mock.browse(Method::POST, "/3ds1/challenge", fields).await;
        assert!((400..500).contains(&page.status), "{}", page.status);
        assert!(!page.html.contains("alert(1)"), "{}", page.html);
    }
}

#[tokio::test]
async fn wrong_forms_are_told_what_is_wrong() {
    let mock = asking().await;
    let parameters = mock.challenged(&paying("mina")).await;
    let pa_req = parameters["pa_req"].as_str().unwrap();
    let post = Method::POST;
    let challenge = "/3ds1/challenge";
    let page = mock.browse(post.clone(), challenge, &[]).await;
    assert_eq!((page.status, page.html.contains("no PaReq")), (400, true));
    let page = mock
        .browse(post.clone(), challenge, &[("PaReq", pa_req)])
        .await;
    assert_eq!((page.status, page.html.contains("no TermUrl")), (400, true));
    assert!(
        page.html
            .contains(&format!("{}/3ds1/return", mock.booking_url()))
    );
    let unknown = [("PaReq", "70"), ("TermUrl", TERM_URL)];
    assert_eq!(
        mock.browse(post.clone(), challenge, &unknown).await.status,
        404
    );
    let wrong = [
        ("PaReq", pa_req),
        ("TermUrl", TERM_URL),
        ("decision", "aprove"),
    ];
    assert_eq!(
        mock.browse(post.clone(), challenge, &wrong).await.status,
        400
    );
    assert_eq!(mock.browse(post, "/3ds1/return", &[]).await.status, 400);
    let put = mock.browse(Method::PUT, challenge, &[]).await;
    assert_eq!(put.status, 405);
    for path in [challenge, "/3ds1/return", "/3ds1/challenge?PaReq=70"] {
        let page = mock.browse(Method::GET, path, &[]).await;
        assert_eq!(page.status, 200);
        assert!(page.html.contains("/3ds1/return"), "{}", page.html);
    }
    // Whatever else lies there wants credentials like everything on the Booking Server.
    let url = format!("{}/3ds1/other", mock.booking_url());
    assert_eq!(mock.client.get(url).send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn a_form_that_is_too_large_is_a_page_too() {
    let mock = Mock::start().await;
    let huge = "x".repeat(1024 * 1024 + 1);
    let page = mock
        .browse(Method::POST, "/3ds1/return", &[("PaRes", &huge)])
        .await;
    assert_eq!(page.status, 413);
    assert_eq!(mock.newest().await.summary.status, 413);
}

#[tokio::test]
async fn each_page_is_one_exchange_of_no_method() {
    let mock = asking().await;
    let parameters = mock.challenged(&paying("mina")).await;
    let before = mock.log().await.len();
    mock.bank(&parameters, None).await;
    mock.bank(&parameters, Some("decline")).await;
    mock.bank(&parameters, Some("approve")).await;
    mock.browse(Method::GET, "/3ds1/return", &[]).await;
    let rows = mock.log().await.split_off(before);
    let labels: Vec<&str> = rows.iter().map(|row| row.label.as_ref()).collect();
    assert_eq!(
        labels,
        [
            "challenge shown",
            "challenge declined",
            "409 challenge declined",
            "page explained"
        ]
    );
    for row in &rows {
        assert_eq!(row.method, None);
        let exchange = mock.exchange(row.id).await;
        let decided = exchange.decisions.iter().filter(|it| it.decided).count();
        assert_eq!(decided, 1, "{exchange:?}");
    }
    assert_eq!(rows[0].merchant_id.as_deref(), Some("1234"));
    assert_eq!(rows[0].note, parameters["transaction_id"].as_str().unwrap());
}

#[tokio::test]
async fn the_page_names_the_merchant_as_guests_know_it_and_the_amount_of_the_mode() {
    let mock = asking().await;
    let kind = json!({"kind": "spa", "locale": "en"});
    let made = mock
        .send(Method::POST, "/api/inventory/generate", kind)
        .await;
    assert_eq!(made.status, 200, "{}", made.text);
    let merchants = mock.get("/api/merchants").await.body;
    let merchant = &merchants["merchants"][0];
    let name = merchant["name"].as_str().unwrap();
    mock.toggle(json!({"payment": {"mode": "deposit"}}));
    let mut request = paying("mina");
    request["slot"]["merchant_id"] = merchant["merchant_id"].clone();
    let parameters = mock.challenged(&request).await;
    let page = mock.bank(&parameters, None).await;
    let escaped = name.replace('&', "&amp;");
    assert!(page.html.contains(&escaped), "{name} in {}", page.html);
    assert!(
        page.html.contains("30.00 USD"),
        "the deposit, not the price"
    );
}
