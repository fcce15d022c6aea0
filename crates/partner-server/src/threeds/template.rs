//! The pages' markup. Whatever comes from a form or a request is escaped by the template itself.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::form::TermUrl;

/// The pages' only style sheet; it stands in each of them, so that a page is one exchange.
const STYLE: &str = include_str!("style.css");

/// What the pages' policy allows the style by.
pub(super) static STYLE_HASH: LazyLock<String> =
    LazyLock::new(|| format!("sha256-{}", STANDARD.encode(Sha256::digest(STYLE))));

/// What the bank's page posts to TermUrl.
pub(super) const BACK_FIELDS: [&str; 2] = ["PaRes", "MD"];

/// What the client posted, and what goes with the guest from page to page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ask<'a> {
    pub(super) pa_req: &'a str,
    pub(super) merchant_data: Option<&'a str>,
    pub(super) term_url: &'a TermUrl,
}

/// The pages.
pub(super) mod html {
    use booking_api::Price;
    use jiff::Timestamp;
    use maud::{DOCTYPE, Markup, PreEscaped, html};
    use partner::payment::threeds::{Challenge, State};

    use super::{Ask, BACK_FIELDS, STYLE};

    /// What every page says of itself.
    fn frame(title: &str, content: &Markup) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (title) " – Example Bank (simulation)" }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    header {
                        p class="bank" { span aria-hidden="true" { "▲" } " Example Bank" }
                        p class="badge" { "Simulation" }
                    }
                    main {
                        h1 { (title) }
                        (content)
                    }
                    footer {
                        p {
                            "This is a simulation by Mock Partner: no bank, no card and no money are behind \
                             it. Card networks have retired 3-D Secure 1; the booking protocol still has it."
                        }
                    }
                }
            }
        }
    }

    /// What the payment is about.
    fn facts(challenge: &Challenge, more: &[(&str, String)]) -> Markup {
        html! {
            dl {
                div { dt { "Merchant" } dd { (challenge.merchant_name) } }
                div {
                    dt { "Amount" }
                    dd class="amount" {
                        @match &challenge.amount {
                            Some(price) => (money(price)),
                            None => "not named by the booking",
                        }
                    }
                }
                div { dt { "Reference" } dd { code { (challenge.transaction_id) } } }
                @for (name, value) in more {
                    div { dt { (name) } dd { (value) } }
                }
            }
        }
    }

    /// The fields that go with the guest from page to page.
    fn carried(ask: &Ask<'_>) -> Markup {
        html! {
            input type="hidden" name="PaReq" value=(ask.pa_req);
            @if let Some(merchant_data) = ask.merchant_data {
                input type="hidden" name="MD" value=(merchant_data);
            }
            input type="hidden" name="TermUrl" value=(ask.term_url.as_str());
        }
    }

    /// The challenge, for the guest to answer.
    pub(in super::super) fn open(challenge: &Challenge, ask: &Ask<'_>, now: Timestamp) -> Markup {
        let limit = format!(
            "{} ({} left)",
            clock(challenge.expires_at),
            span(challenge.expires_at, now)
        );
        let content = html! {
            p { "A payment with your card has to be confirmed by you. Is it yours?" }
            (facts(challenge, &[("Answer until", limit)]))
            form method="post" {
                (carried(ask))
                button class="main" name="decision" value="approve" { "Approve the payment" }
                button name="decision" value="decline" { "Decline" }
                button name="decision" value="cancel" { "Cancel" }
                button name="decision" value="time_out" { "Let it time out" }
            }
            p class="small" {
                "Whatever you choose, you go back to " strong { (ask.term_url.origin()) } "."
            }
        };
        frame("Confirm your payment", &content)
    }

    /// Nobody answers, and the time is not over.
    pub(in super::super) fn waiting(
        challenge: &Challenge,
        ask: &Ask<'_>,
        now: Timestamp,
    ) -> Markup {
        let left = span(challenge.expires_at, now);
        let content = html! {
            p {
                "Nobody answers. The bank waits until " (clock(challenge.expires_at)) ": " (left)
                " more by the partner’s clock, which can be moved ahead."
            }
            (facts(challenge, &[("The clock says", clock(now))]))
            form method="post" {
                (carried(ask))
                button class="main" name="decision" value="time_out" { "Look again" }
                button name="decision" value="approve" { "Approve after all" }
            }
        };
        frame("Waiting for the time to run out", &content)
    }

    /// The bank has an answer, and the guest takes it to TermUrl.
    pub(in super::super) fn done(
        challenge: &Challenge,
        state: State,
        ask: &Ask<'_>,
        pa_res: &str,
    ) -> Markup {
        let (title, text) = match state {
            State::Approved => (
                "Payment confirmed",
                "Your bank has confirmed that it is you.",
            ),
            State::Used => (
                "Payment confirmed before",
                "This confirmation has been used for a booking already.",
            ),
            State::Declined => (
                "Payment declined",
                "Your bank does not let this payment pass.",
            ),
            State::Cancelled => ("Payment cancelled", "You have cancelled the confirmation."),
            State::TimedOut | State::Open | State::Waiting => {
                ("Time is over", "The payment was not confirmed in time.")
            }
        };
        let [answer, merchant_data] = BACK_FIELDS;
        let content = html! {
            p { (text) " Nothing is booked or paid yet: the merchant has to hear of it first." }
            (facts(challenge, &[]))
            form method="post" action=(ask.term_url.as_str()) {
                input type="hidden" name=(answer) value=(pa_res);
                @if let Some(given) = ask.merchant_data {
                    input type="hidden" name=(merchant_data) value=(given);
                }
                button class="main" { "Continue to " (challenge.merchant_name) }
            }
            p class="small" {
                "This posts the bank’s answer (PaRes"
                @if ask.merchant_data.is_some() { ", MD" }
                ") to " strong { (ask.term_url.origin()) } "."
            }
        };
        frame(title, &content)
    }

    /// The bank's answer, where no client takes it.
    pub(in super::super) fn returned(pa_res: &str, merchant_data: Option<&str>) -> Markup {
        let content = html! {
            p {
                "The bank’s answer has come back. A client would now send the same CreateBooking once \
                 more, with these two in " code { "payment_information" } "."
            }
            p {
                label for="pa-response" { code { "pa_response" } }
                textarea id="pa-response" readonly rows="3" spellcheck="false" { (pa_res) }
            }
            @if let Some(merchant_data) = merchant_data {
                p {
                    label for="md" { code { "md_merchant_data" } }
                    textarea id="md" readonly rows="1" spellcheck="false" { (merchant_data) }
                }
            }
            p class="small" {
                "The idempotency token may be the first one or a new one. The answer can be used for ten \
                 minutes, once. Whether it is a yes or a no, only the partner can tell."
            }
        };
        frame("Back from the bank", &content)
    }

    /// What the bank's page is, and a way to open it by hand.
    pub(in super::super) fn about_challenge(return_url: &str, pa_req: &str, md: &str) -> Markup {
        let content = html! {
            p {
                "A booking that fails with " code { "PAYMENT_REQUIRES_3DS1" } " names this page as "
                code { "acs_url" } ". A client posts a form here, and the guest answers the bank:"
            }
            dl {
                div { dt { code { "PaReq" } } dd { "the failure’s " code { "pa_req" } } }
                div {
                    dt { code { "MD" } }
                    dd { "the failure’s " code { "md_merchant_data" } ", which comes back as it is" }
                }
                div {
                    dt { code { "TermUrl" } }
                    dd {
                        "where the guest goes then, with " code { "PaRes" } " and " code { "MD" }
                        " as a form"
                    }
                }
            }
            h2 { "Open it by hand" }
            form method="post" {
                label for="pa-req" { "PaReq" }
                input id="pa-req" name="PaReq" value=(pa_req) required autocomplete="off" spellcheck="false";
                label for="md" { "MD" }
                input id="md" name="MD" value=(md) autocomplete="off" spellcheck="false";
                label for="term-url" { "TermUrl" }
                input id="term-url" name="TermUrl" type="url" required value=(return_url);
                button class="main" { "Open the challenge" }
            }
            p class="small" {
                "TermUrl is filled with a page of this partner that stands in for a client."
            }
        };
        frame("The bank’s page for 3-D Secure 1", &content)
    }

    /// What the return page is.
    pub(in super::super) fn about_return(return_url: &str) -> Markup {
        let content = html! {
            p {
                "Whoever has no client yet names this page as " code { "TermUrl" }
                ": the bank’s page comes back here with its answer, and the answer is shown, ready for \
                 the second CreateBooking."
            }
            p { label for="own" { "Its address" } input id="own" readonly value=(return_url); }
        };
        frame("A page to come back to", &content)
    }

    /// What is wrong.
    pub(in super::super) fn refusal(title: &str, text: &str) -> Markup {
        frame(title, &html! { p { (text) } })
    }

    /// A moment as people read it.
    fn clock(at: Timestamp) -> String {
        at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
    }

    /// How long it is until then.
    fn span(until: Timestamp, now: Timestamp) -> String {
        let sec = until.as_second().saturating_sub(now.as_second()).max(0);
        match (sec / 60, sec % 60) {
            (0, sec) => format!("{sec} s"),
            (min, 0) => format!("{min} min"),
            (min, sec) => format!("{min} min {sec} s"),
        }
    }

    /// Currencies that are not divided.
    const WHOLE: [&str; 16] = [
        "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV",
        "XAF", "XOF", "XPF",
    ];

    /// An amount as people read it, to the last micro.
    pub(super) fn money(price: &Price) -> String {
        let sign = if price.price_micros < 0 { "−" } else { "" };
        let micros = price.price_micros.unsigned_abs();
        let (units, rest) = (micros / 1_000_000, micros % 1_000_000);
        let mut digits = format!("{rest:06}");
        let least = if WHOLE.contains(&price.currency_code.as_str()) {
            0
        } else {
            2
        };
        while digits.len() > least && digits.ends_with('0') {
            digits.pop();
        }
        let point = if digits.is_empty() { "" } else { "." };
        format!("{sign}{units}{point}{digits} {}", price.currency_code)
    }
}

#[cfg(test)]
mod tests {
    use booking_api::Price;

    use super::html::money;

    #[test]
    fn amounts_are_exact() {
        let of = |price_micros, code: &str| {
            money(&Price {
                price_micros,
                currency_code: code.to_owned(),
                ..Price::default()
            })
        };
        assert_eq!(of(85_000_000, "EUR"), "85.00 EUR");
        assert_eq!(of(85_500_000, "EUR"), "85.50 EUR");
        assert_eq!(of(1_234_567, "USD"), "1.234567 USD");
        assert_eq!(of(5_000_000_000, "JPY"), "5000 JPY");
        assert_eq!(of(1_250_000, "KWD"), "1.25 KWD");
        assert_eq!(of(-10_000, "USD"), "−0.01 USD");
        assert_eq!(of(i64::MIN, ""), "−9223372036854.775808 ");
    }
}
