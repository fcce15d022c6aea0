//! Notifications (reference: sections 6.5 and 6.6), as the stand-in aggregator receives them.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::target::{Session, same};
use super::{How, Item, Outcome, passed};

pub(super) const ITEMS: &[Item] = &[
    Item {
        name: "the merchant accepts: status CONFIRMED",
        section: "6.6",
        how: How::AskMock(|session| {
            let told = Told::status("CONFIRMED");
            told.after(session, ASYNC, "", &json!({"action": "confirm"}))
        }),
    },
    Item {
        name: "the merchant declines: status DECLINED_BY_MERCHANT",
        section: "6.6",
        how: How::AskMock(|session| {
            let told = Told::status("DECLINED_BY_MERCHANT");
            told.after(session, ASYNC, "", &json!({"action": "decline"}))
        }),
    },
    Item {
        name: "processing failed: status FAILED with bookingFailure.cause",
        section: "6.6",
        how: How::AskMock(|session| {
            let told = Told {
                cause: Some("SLOT_UNAVAILABLE"),
                ..Told::status("FAILED")
            };
            let action = json!({"action": "fail", "cause": "SLOT_UNAVAILABLE"});
            told.after(session, ASYNC, "", &action)
        }),
    },
    Item {
        name: "the merchant cancels: status CANCELED",
        section: "6.6",
        how: How::AskMock(|session| {
            Told::status("CANCELED").after(session, SYNC, "", &json!({"action": "cancel"}))
        }),
    },
    Item {
        name: "a refund with the cancel: status and paymentInformation.prepaymentStatus",
        section: "6.6",
        how: How::AskMock(|session| {
            let told = Told {
                mask: "status,paymentInformation.prepaymentStatus",
                fields: vec![
                    ("/status", json!("CANCELED")),
                    (
                        "/paymentInformation/prepaymentStatus",
                        json!("PREPAYMENT_REFUNDED"),
                    ),
                ],
                cause: None,
            };
            let action = json!({"action": "cancel", "refund": true});
            told.after(session, SYNC, "payment=deposit", &action)
        }),
    },
    Item {
        name: "the guest did not come and the fee is taken: status NO_SHOW_PENALIZED",
        section: "6.6",
        how: How::AskMock(|session| {
            let told = Told::status("NO_SHOW_PENALIZED");
            let action = json!({"action": "charge_no_show_fee"});
            told.after_the_start(session, "payment=no_show_fee", &action)
        }),
    },
    Item {
        name: "the guest did not come: status NO_SHOW",
        section: "6.6",
        how: How::AskMock(|session| {
            Told::status("NO_SHOW").after_the_start(session, "", &json!({"action": "no_show"}))
        }),
    },
    Item {
        name: "the merchant moves it: startTime,duration",
        section: "6.6",
        how: How::AskMock(moved),
    },
    Item {
        name: "the merchant changes the party: partySize, as a string",
        section: "6.6",
        how: How::AskMock(|session| {
            let told = Told {
                mask: "partySize",
                fields: vec![("/partySize", json!("5"))],
                cause: None,
            };
            let action = json!({"action": "reschedule", "party_size": 5});
            told.after(session, SYNC, "", &action)
        }),
    },
    Item {
        name: "a change that the guest asked for is told to nobody",
        section: "6.6",
        how: How::AskMock(guest_cancels),
    },
    Item {
        name: "PATCHes of one booking arrive in order, though the first attempts fail",
        section: "9.5",
        how: How::AskMock(in_order),
    },
    Item {
        name: "a PATCH out of order is refused with FAILED_PRECONDITION",
        section: "9.5",
        how: How::AskMock(out_of_order),
    },
    Item {
        name: "429 makes the sender wait, longer each time, until it is heard",
        section: "9.5",
        how: How::AskMock(backs_off),
    },
];

const ASYNC: &str = "CONFIRMATION_MODE_ASYNCHRONOUS";
const SYNC: &str = "CONFIRMATION_MODE_SYNCHRONOUS";

/// Longer than this no delivery may take that is due at once.
const DEADLINE: Duration = Duration::from_secs(20);

/// What the aggregator must be told.
struct Told {
    mask: &'static str,
    /// Places of the body and what stands there, beside the three that are always there.
    fields: Vec<(&'static str, Value)>,
    cause: Option<&'static str>,
}

impl Told {
    fn status(status: &str) -> Self {
        Self {
            mask: "status",
            fields: vec![("/status", json!(status))],
            cause: None,
        }
    }

    /// Books, lets the merchant act, and compares.
    fn after(
        self,
        session: &Session,
        mode: &str,
        overrides: &str,
        action: &Value,
    ) -> Result<Outcome> {
        let booking = book(session, mode, overrides)?;
        act(session, &booking, action)?;
        self.check(session, &booking)
    }

    /// As [`Self::after`], once the booking has begun.
    fn after_the_start(
        self,
        session: &Session,
        overrides: &str,
        action: &Value,
    ) -> Result<Outcome> {
        let booking = book(session, SYNC, overrides)?;
        let start: i64 = booking["slot"]["start_sec"]
            .as_str()
            .unwrap_or_default()
            .parse()?;
        session.control("PUT", "/api/clock", &json!({"mode": "frozen"}))?;
        let ahead = start - session.now_sec() + 60;
        let done = session
            .control("POST", "/api/clock/advance", &json!({"sec": ahead}))
            .and_then(|_| act(session, &booking, action))
            .and_then(|()| self.check(session, &booking));
        session.control("PUT", "/api/clock", &json!({"mode": "real"}))?;
        done
    }

    fn check(self, session: &Session, booking: &Value) -> Result<Outcome> {
        let all = delivered(session, booking, 1)?;
        ensure!(all.len() == 1, "{} notifications instead of 1", all.len());
        let sent = &all[0];
        same(sent, "/method", &json!("PATCH"))?;
        same(sent, "/update_mask", &json!(self.mask))?;
        let cause = self.cause.map_or(Value::Null, Value::from);
        let query = sent["query"].as_object().context("no query")?;
        let found = query.get("bookingFailure.cause").unwrap_or(&Value::Null);
        ensure!(
            *found == cause,
            "bookingFailure.cause is {found} instead of {cause}"
        );
        let body = &sent["body"];
        let id = booking["booking_id"].as_str().unwrap_or_default();
        let name = body["name"].as_str().unwrap_or_default();
        let parts: Vec<&str> = name.split('/').collect();
        ensure!(
            matches!(parts.as_slice(), ["partners", partner, "bookings", it]
                if !partner.is_empty() && *it == id),
            "the name is {name:?}"
        );
        let url = sent["url"].as_str().unwrap_or_default();
        let path = url.split('?').next().unwrap_or_default();
        let end = format!("/v1alpha/notification/{name}");
        ensure!(path.ends_with(&end), "{path} does not end with {end}");
        same(body, "/merchantId", &booking["slot"]["merchant_id"])?;
        same(body, "/serviceId", &booking["slot"]["service_id"])?;
        for (pointer, value) in &self.fields {
            same(body, pointer, value)?;
        }
        // Nothing else is said.
        let mut expected = vec!["name", "merchantId", "serviceId"];
        expected.extend(
            self.fields
                .iter()
                .filter_map(|(it, _)| it.split('/').nth(1)),
        );
        for field in body
            .as_object()
            .into_iter()
            .flatten()
            .map(|(field, _)| field)
        {
            ensure!(
                expected.contains(&field.as_str()),
                "{field} is not expected in {body}"
            );
        }
        passed()
    }
}

/// Books in a mode, with overrides where there are some.
fn book(session: &Session, mode: &str, overrides: &str) -> Result<Value> {
    let mut slot = session.slot_in(mode)?;
    slot["resources"] = json!({"party_size": 2});
    let request = session.booking(&slot);
    if overrides.is_empty() {
        session.ask("CreateBooking", &request)?.booking()
    } else {
        session
            .force("CreateBooking", overrides, &request)?
            .booking()
    }
}

fn id(booking: &Value) -> &str {
    booking["booking_id"].as_str().unwrap_or_default()
}

fn act(session: &Session, booking: &Value, action: &Value) -> Result<()> {
    let path = format!("/api/bookings/{}/actions", id(booking));
    session.control("POST", &path, action).map(drop)
}

/// A booking's notifications, oldest first.
fn notifications(session: &Session, booking: &Value) -> Result<Vec<Value>> {
    let path = format!("/api/notifications?booking_id={}", id(booking));
    let list = session.control("GET", &path, &Value::Null)?;
    let mut all = list["notifications"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    all.reverse();
    Ok(all)
}

/// Waits until so many of them, and all there are, are delivered. `meanwhile` is called between
/// two looks.
fn delivered_with(
    session: &Session,
    booking: &Value,
    count: usize,
    meanwhile: impl Fn() -> Result<()>,
) -> Result<Vec<Value>> {
    let asked = Instant::now();
    loop {
        let all = notifications(session, booking)?;
        let done = |it: &Value| it["state"] == "delivered";
        if all.len() >= count && all.iter().all(done) {
            return Ok(all);
        }
        if let Some(lost) = all.iter().find(|it| it["state"] == "given_up") {
            bail!("given up: {} {}", lost["reason"], lost["attempts"]);
        }
        ensure!(
            asked.elapsed() < DEADLINE,
            "not delivered within {} s: {all:?}",
            DEADLINE.as_secs()
        );
        meanwhile()?;
        thread::sleep(Duration::from_millis(20));
    }
}

fn delivered(session: &Session, booking: &Value, count: usize) -> Result<Vec<Value>> {
    delivered_with(session, booking, count, || Ok(()))
}

fn moved(session: &Session) -> Result<Outcome> {
    let booking = book(session, SYNC, "")?;
    let start: i64 = booking["slot"]["start_sec"]
        .as_str()
        .unwrap_or_default()
        .parse()?;
    let start_sec = start + 600;
    act(
        session,
        &booking,
        &json!({"action": "reschedule", "start_sec": start_sec, "duration_sec": 1_800}),
    )?;
    let at = jiff::Timestamp::from_second(start_sec)?.to_string();
    let told = Told {
        mask: "startTime,duration",
        fields: vec![("/startTime", json!(at)), ("/duration", json!("1800s"))],
        cause: None,
    };
    told.check(session, &booking)
}

fn guest_cancels(session: &Session) -> Result<Outcome> {
    let booking = book(session, SYNC, "")?;
    session.cancel(&booking)?.booking()?;
    let all = notifications(session, &booking)?;
    ensure!(all.is_empty(), "{all:?}");
    passed()
}

/// The next calls of the stand-in fail.
fn fail_next(session: &Session, count: u32, status: u16) -> Result<()> {
    let faults = json!({"fail_next": count, "status": status});
    session
        .control("PUT", "/api/aggregator/faults", &faults)
        .map(drop)
}

/// Lets ten minutes pass for the partner.
fn pass_time(session: &Session) -> Result<()> {
    session
        .control("POST", "/api/clock/advance", &json!({"sec": 600}))
        .map(drop)
}

fn in_order(session: &Session) -> Result<Outcome> {
    let booking = book(session, ASYNC, "")?;
    fail_next(session, 2, 503)?;
    act(session, &booking, &json!({"action": "confirm"}))?;
    act(
        session,
        &booking,
        &json!({"action": "reschedule", "party_size": 3}),
    )?;
    act(session, &booking, &json!({"action": "cancel"}))?;
    let all = delivered_with(session, &booking, 3, || pass_time(session));
    session.control("PUT", "/api/clock", &json!({"mode": "real"}))?;
    let all = all?;
    let masks: Vec<&str> = all
        .iter()
        .filter_map(|it| it["update_mask"].as_str())
        .collect();
    ensure!(masks == ["status", "partySize", "status"], "{masks:?}");
    let heard: Vec<u64> = all
        .iter()
        .filter_map(|it| it["attempts"].as_array()?.last()?["exchange_id"].as_u64())
        .collect();
    ensure!(
        heard.len() == 3 && heard.is_sorted(),
        "delivered in the order {heard:?}"
    );
    let view = format!("/api/aggregator/bookings/{}", id(&booking));
    let view = session.control("GET", &view, &Value::Null)?;
    ensure!(
        view.to_string().contains("\"CANCELED\""),
        "the aggregator holds {view}"
    );
    passed()
}

fn out_of_order(session: &Session) -> Result<Outcome> {
    let booking = book(session, ASYNC, "")?;
    act(session, &booking, &json!({"action": "decline"}))?;
    let sent = delivered(session, &booking, 1)?.remove(0);
    let mut body = sent["body"].clone();
    body["status"] = json!("CONFIRMED");
    let url = sent["url"].as_str().unwrap_or_default();
    let answer = session.control_answer("PATCH", url, &body)?;
    answer.refused(400)?;
    same(&answer.body, "/error/status", &json!("FAILED_PRECONDITION"))?;
    passed()
}

fn backs_off(session: &Session) -> Result<Outcome> {
    const TIMES: usize = 3;
    let booking = book(session, ASYNC, "")?;
    session.control("PUT", "/api/clock", &json!({"mode": "frozen"}))?;
    fail_next(session, TIMES as u32, 429)?;
    act(session, &booking, &json!({"action": "confirm"}))?;
    let waits = std::cell::RefCell::new(Vec::<(usize, f64)>::new());
    let look = || -> Result<()> {
        let all = notifications(session, &booking)?;
        let Some(it) = all.first() else { return Ok(()) };
        let attempts = it["attempts"].as_array().map_or(0, Vec::len);
        let seen = waits
            .borrow()
            .last()
            .is_some_and(|(count, _)| *count >= attempts);
        if attempts == 0 || seen {
            return Ok(());
        }
        let Some(next) = it["next_attempt_at"].as_str() else {
            return Ok(());
        };
        let last = it["attempts"][attempts - 1]["at"]
            .as_str()
            .unwrap_or_default();
        let wait = next
            .parse::<jiff::Timestamp>()?
            .duration_since(last.parse()?);
        waits.borrow_mut().push((attempts, wait.as_secs_f64()));
        // No further than to the next attempt, or several would follow at once.
        let sec = wait.as_secs() + 1;
        let advance = json!({"sec": sec});
        session
            .control("POST", "/api/clock/advance", &advance)
            .map(drop)
    };
    let done = delivered_with(session, &booking, 1, look);
    session.control("PUT", "/api/clock", &json!({"mode": "real"}))?;
    let sent = done?.remove(0);
    let statuses: Vec<&Value> = sent["attempts"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|it| &it["status"])
        .collect();
    ensure!(statuses == [429, 429, 429, 200], "{statuses:?}");
    let waits: Vec<f64> = waits
        .into_inner()
        .into_iter()
        .map(|(_, wait)| wait)
        .collect();
    ensure!(
        waits.len() == TIMES && waits[0] > 0.0 && waits.is_sorted(),
        "it waited {waits:?} seconds"
    );
    passed()
}
