//! The pages for a guest's browser, recorded like everything else that reaches the listener.
//!
//! What they say is in `crate::threeds`; no credentials, overrides and faults are for them.

use std::borrow::Cow;

use axum::http::header::CONNECTION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use partner::booking::Call;
use partner::decision::Layer;
use partner::exchange::ExchangeOutcome;

use super::draft::Draft;
use super::incoming::Incoming;
use super::record::{Answered, headers, response, trouble_of};
use crate::app::App;
use crate::threeds::{self, Asked, Page, Which};

/// Answers with a page, as exactly one exchange.
pub(super) async fn answer(
    app: &App,
    draft: Draft,
    which: Which,
    parts: &Parts,
    incoming: &Incoming,
) -> Answered {
    let page = page(app, &draft.call, which, parts, incoming).await;
    show(app, draft, &parts.headers, page).await
}

async fn page(app: &App, call: &Call, which: Which, parts: &Parts, incoming: &Incoming) -> Page {
    if let Some(refusal) = trouble_of(incoming) {
        return threeds::refuse(refusal.status, &refusal.message);
    }
    let asked = Asked {
        which,
        verb: parts.method.as_str(),
        uri: &parts.uri,
        body: &incoming.bytes,
        url: &call.booking_url,
        now: call.now,
    };
    threeds::answer(&app.engine, asked).await
}

async fn show(app: &App, mut draft: Draft, asked: &HeaderMap, page: Page) -> Answered {
    let mut headers = headers(app, asked, page.html.len());
    for (name, value) in &page.headers() {
        headers.insert(name, value.clone());
    }
    if matches!(page.status, 408 | 413) {
        // Nobody reads the rest of the body.
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    let summary = &mut draft.exchange.summary;
    summary.label = page.label;
    if page.status == 200 {
        summary.outcome = ExchangeOutcome::Ok;
    } else {
        summary.label = Cow::Owned(format!("{} {}", page.status, summary.label));
    }
    summary.merchant_id = page.merchant_id;
    summary.note = page.note;
    draft
        .trail
        .decide_unless("page", Layer::Protocol, page.text, "4.5", page.unless);
    draft.respond_page(page.status, &headers, &page.html, page.kept.as_deref());
    draft.close().await;
    response(page.status, headers, page.html)
}
