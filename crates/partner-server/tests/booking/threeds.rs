//! 3-D Secure 1 from the failure to the booking: each step of section 4.5, what every answer of
//! the bank is worth, and the pages as a browser without scripts gets them.

mod answers;
mod kept;
mod pages;
mod steps;

use std::time::Duration;

use partner::exchange::{Direction, Exchange};
use partner::store::bookings::Wanted;
use partner_server::ServeOptions;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::request;
use crate::common::{Answer, Mock};

/// Where a client waits for the bank.
const TERM_URL: &str = "http://127.0.0.1:9/back?order=1";

/// A request that pays, of a guest of its own.
fn paying(guest: &str) -> Value {
    let mut request = request(guest);
    request["payment_information"] = json!({
        "prepayment_status": "PREPAYMENT_NOT_PROVIDED",
        "payment_processed_by": "PROCESSED_BY_PARTNER",
        "price": {"price_micros": "85500000", "currency_code": "EUR"},
    });
    request["payment_processing_parameters"] = json!({
        "payment_processor": "mockpay",
        "unparsed_payment_method_token": "{\"id\":\"token-of-mina\"}",
    });
    request
}

/// The same once more, with the bank's answer.
fn with_answer(request: &Value, pa_res: &str) -> Value {
    let mut again = request.clone();
    again["payment_information"]["pa_response"] = json!(pa_res);
    again
}

/// A page as a browser gets it.
struct Shown {
    status: u16,
    policy: String,
    html: String,
}

impl Shown {
    /// The value of a hidden field, as the browser would post it.
    fn field(&self, name: &str) -> Option<String> {
        let start = format!("name=\"{name}\" value=\"");
        let (_, rest) = self.html.split_once(&start)?;
        let (value, _) = rest.split_once('"')?;
        let plain = value.replace("&lt;", "<").replace("&gt;", ">");
        Some(plain.replace("&quot;", "\"").replace("&amp;", "&"))
    }

    fn title(&self) -> &str {
        let (_, rest) = self.html.split_once("<h1>").unwrap();
        rest.split_once("</h1>").unwrap().0
    }
}

impl Mock {
    /// A browser's call: no credentials.
    async fn browse(&self, verb: Method, path: &str, fields: &[(&str, &str)]) -> Shown {
        let url = format!("{}{path}", self.booking_url());
        let mut call = self.client.request(verb.clone(), url);
        if verb == Method::POST {
            let mut form = form_urlencoded::Serializer::new(String::new());
            form.extend_pairs(fields);
            let kind = "application/x-www-form-urlencoded";
            call = call.header("content-type", kind).body(form.finish());
        }
        let answer = call.send().await.unwrap();
        let header = |name: &str| {
            let value = answer.headers().get(name);
            value.map_or("", |it| it.to_str().unwrap()).to_owned()
        };
        assert_eq!(header("content-type"), "text/html; charset=utf-8");
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("x-content-type-options"), "nosniff");
        Shown {
            status: answer.status().as_u16(),
            policy: header("content-security-policy"),
            html: answer.text().await.unwrap(),
        }
    }

    /// Posts the challenge's form, as the client's page does, and then a choice on the bank's.
    async fn bank(&self, parameters: &Value, decision: Option<&str>) -> Shown {
        let text = |name: &str| parameters[name].as_str().unwrap();
        let mut fields = vec![
            ("PaReq", text("pa_req")),
            ("MD", text("md_merchant_data")),
            ("TermUrl", TERM_URL),
        ];
        fields.extend(decision.map(|decision| ("decision", decision)));
        self.browse(Method::POST, "/3ds1/challenge", &fields).await
    }

    /// The failure that asks for a challenge, and its parameters.
    async fn challenged(&self, request: &Value) -> Value {
        let answer = self.create(request).await;
        assert_eq!(answer.cause(), "PAYMENT_REQUIRES_3DS1", "{}", answer.text);
        answer.failure()["payment_failure"]["threeds1_parameters"].clone()
    }

    /// The bank's answer to a new challenge of this request.
    async fn pa_res(&self, request: &Value, decision: &str) -> String {
        let parameters = self.challenged(request).await;
        let page = self.bank(&parameters, Some(decision)).await;
        page.field("PaRes").unwrap()
    }

    async fn bookings(&self) -> usize {
        self.engine
            .bookings(Wanted::default(), None, 100)
            .await
            .unwrap()
            .len()
    }

    async fn challenges(&self) -> Vec<Value> {
        let answer = self.get("/api/challenges").await;
        answer.body["challenges"].as_array().unwrap().clone()
    }
}

/// A partner whose bank wants to be asked before every payment.
async fn asking() -> Mock {
    let mock = Mock::start().await;
    mock.toggle(json!({"failure": {"cause": "PAYMENT_REQUIRES_3DS1"}}));
    mock
}

fn codes(exchange: &Exchange) -> Vec<(&str, &str)> {
    let findings = exchange.findings.iter();
    findings
        .map(|it| (it.code.as_ref(), it.pointer.as_str()))
        .collect()
}
