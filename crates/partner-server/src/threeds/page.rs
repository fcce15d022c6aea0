//! A page on its way out, with what the log is told of it.

use std::borrow::Cow;

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use maud::Markup;
use partner::decision::Counterfactual;
use partner::payment::threeds::Challenge;

use super::template;

/// A page on its way out.
#[derive(Debug)]
pub(crate) struct Page {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The answer in a few words, for the log's row.
    pub(crate) label: Cow<'static, str>,
    /// Why it came, in a sentence.
    pub(crate) text: String,
    /// What the browser gets.
    pub(crate) html: String,
    /// What the log keeps of it where it holds a secret.
    pub(crate) kept: Option<String>,
    /// What would have given another answer.
    pub(crate) unless: Option<Counterfactual>,
    /// The merchant it is about.
    pub(crate) merchant_id: Option<String>,
    /// The challenge it is about.
    pub(crate) note: String,
    posts_elsewhere: bool,
}

impl Page {
    pub(super) fn new(
        status: u16,
        label: impl Into<Cow<'static, str>>,
        text: impl Into<String>,
        html: Markup,
    ) -> Self {
        Self {
            status,
            label: label.into(),
            text: text.into(),
            html: html.into_string(),
            kept: None,
            unless: None,
            merchant_id: None,
            note: String::new(),
            posts_elsewhere: false,
        }
    }

    /// A page that says what is wrong.
    pub(super) fn refusal(status: u16, label: &'static str, title: &str, text: &str) -> Self {
        Self::new(status, label, text, template::html::refusal(title, text))
    }

    pub(super) fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Adds a sentence for the log.
    pub(super) fn noting(mut self, sentence: impl AsRef<str>) -> Self {
        self.text = format!("{} {}", sentence.as_ref(), self.text);
        self
    }

    pub(super) fn kept_as(mut self, html: Markup) -> Self {
        self.kept = Some(html.into_string());
        self
    }

    pub(super) fn unless(mut self, counterfactual: Counterfactual) -> Self {
        self.unless = Some(counterfactual);
        self
    }

    /// Its form goes to TermUrl.
    pub(super) fn posts_elsewhere(mut self) -> Self {
        self.posts_elsewhere = true;
        self
    }

    pub(super) fn about(mut self, challenge: &Challenge) -> Self {
        let merchant_id = challenge.stake.slot.merchant_id.clone();
        self.merchant_id = (!merchant_id.is_empty()).then_some(merchant_id);
        self.note = challenge.transaction_id.clone();
        self
    }

    /// The page's own headers. No script, no picture, no other page's words: only our style, and
    /// forms that go back here, or, on the page that leads away, to any web address. That page
    /// cannot name TermUrl alone, since browsers hold the policy against its redirects too, and a
    /// client may well send the guest on to another origin.
    pub(crate) fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let fixed = HeaderValue::from_static;
        headers.insert(CONTENT_TYPE, fixed("text/html; charset=utf-8"));
        // The bank's answer must not be found in a cache, nor the page's address anywhere.
        headers.insert(CACHE_CONTROL, fixed("no-store"));
        headers.insert(REFERRER_POLICY, fixed("no-referrer"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, fixed("nosniff"));
        let targets = if self.posts_elsewhere {
            "http: https:"
        } else {
            "'self'"
        };
        let policy = format!(
            "default-src 'none'; style-src '{}'; form-action {targets}; base-uri 'none'",
            template::STYLE_HASH.as_str()
        );
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(CONTENT_SECURITY_POLICY, policy);
        }
        if self.status == 405 {
            headers.insert(axum::http::header::ALLOW, fixed("GET, POST"));
        }
        headers
    }
}
