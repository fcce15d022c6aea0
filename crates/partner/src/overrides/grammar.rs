//! The words of overrides: which keys there are, what each may be set to, and how both are spelt
//! as a tag in an e-mail address.
//!
//! One table for the header and the tags, so that neither knows a word that the other lacks.

use booking_api::{Cause, Method, causes};
use serde_json::{Value, json};

use crate::behaviour::Authorisation;
use crate::behaviour::patch::methods_of;

/// What a request can set for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A business failure by its cause, or `none`.
    Failure,
    /// The companion of PAYMENT_ERROR_CARD_TYPE_REJECTED, or of the authorisation
    /// `reject_card_type`.
    RejectedCardType,
    /// The confirmation mode.
    Confirmation,
    /// How long the answer is held back; 0 switches a fault off.
    LatencyMs,
    /// An HTTP status instead of the answer.
    Status,
    /// A connection that breaks, or an answer that cannot be read.
    Fault,
    /// 429 instead of the answer, to come again in so many seconds.
    RetryAfterSec,
    /// How quickly the answer's body is sent.
    BytesPerSec,
    /// The payment mode.
    Payment,
    /// Who handles the money.
    ProcessedBy,
    /// What the payment processor says.
    Authorisation,
    /// What [`Self::RejectedCardType`] becomes beside an authorisation; never written so.
    CardOfAuthorisation,
    /// Whether a 3-D Secure challenge says where to go with it.
    Threeds1Parameters,
    /// What the merchant does with the pending booking.
    MerchantReply,
    /// When the merchant does it.
    MerchantReplyAfterSec,
    /// Why the merchant's `fail` fails.
    MerchantReplyCause,
    /// What an unknown merchant, service or slot leads to.
    UnknownInventory,
    /// What findings lead to.
    Validation,
    /// A partner of one's own within this one.
    Session,
}

/// What a key may be set to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Values {
    /// One of these words.
    Words(Vec<&'static str>),
    /// A whole number from the first to the second.
    Number(u64, u64),
    /// A name of one's own; see [`super::is_session_name`].
    Name,
}

impl Key {
    /// All keys in the order in which they are explained.
    pub const ALL: &'static [Self] = &[
        Self::Failure,
        Self::RejectedCardType,
        Self::Confirmation,
        Self::LatencyMs,
        Self::Status,
        Self::Fault,
        Self::RetryAfterSec,
        Self::BytesPerSec,
        Self::Payment,
        Self::ProcessedBy,
        Self::Authorisation,
        Self::Threeds1Parameters,
        Self::MerchantReply,
        Self::MerchantReplyAfterSec,
        Self::MerchantReplyCause,
        Self::UnknownInventory,
        Self::Validation,
        Self::Session,
    ];

    /// The key as it stands in the header.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Failure => "failure",
            Self::RejectedCardType | Self::CardOfAuthorisation => "rejected_card_type",
            Self::Confirmation => "confirmation",
            Self::LatencyMs => "latency_ms",
            Self::Status => "status",
            Self::Fault => "fault",
            Self::RetryAfterSec => "retry_after_sec",
            Self::BytesPerSec => "bytes_per_sec",
            Self::Payment => "payment",
            Self::ProcessedBy => "processed_by",
            Self::Authorisation => "authorisation",
            Self::Threeds1Parameters => "threeds1_parameters",
            Self::MerchantReply => "merchant_reply",
            Self::MerchantReplyAfterSec => "merchant_reply_after_sec",
            Self::MerchantReplyCause => "merchant_reply_cause",
            Self::UnknownInventory => "unknown_inventory",
            Self::Validation => "validation",
            Self::Session => "session",
        }
    }

    /// The top-level field of the behaviour that it sets.
    pub(super) const fn field(self) -> &'static str {
        match self {
            Self::Failure | Self::RejectedCardType => "failure",
            Self::Confirmation => "confirmation",
            Self::LatencyMs
            | Self::Status
            | Self::Fault
            | Self::RetryAfterSec
            | Self::BytesPerSec => "fault",
            Self::Payment
            | Self::ProcessedBy
            | Self::Authorisation
            | Self::CardOfAuthorisation
            | Self::Threeds1Parameters => "payment",
            Self::MerchantReply | Self::MerchantReplyAfterSec | Self::MerchantReplyCause => {
                "merchant_reply"
            }
            Self::UnknownInventory => "unknown_inventory",
            Self::Validation => "validation",
            Self::Session => "session",
        }
    }

    /// The part of a payment that it sets, by its path.
    pub(super) const fn part(self) -> Option<&'static str> {
        match self {
            Self::Payment => Some("payment.mode"),
            Self::ProcessedBy => Some("payment.processed_by"),
            Self::Authorisation => Some("payment.authorisation"),
            _ => None,
        }
    }

    /// What it may be set to.
    pub(super) fn values(self) -> Values {
        let cause_names = || causes().iter().map(|info| info.cause.name());
        match self {
            Self::Failure => Values::Words(cause_names().chain(["none"]).collect()),
            Self::RejectedCardType | Self::CardOfAuthorisation => Values::Words(vec![
                "VISA",
                "MASTERCARD",
                "AMERICAN_EXPRESS",
                "DISCOVER",
                "JCB",
            ]),
            Self::Confirmation => Values::Words(vec!["inventory", "synchronous", "asynchronous"]),
            Self::LatencyMs => Values::Number(0, 120_000),
            Self::Status => Values::Number(400, 599),
            Self::Fault => Values::Words(vec![
                "reset",
                "reset_after",
                "empty",
                "empty_after",
                "truncated",
                "malformed",
            ]),
            Self::RetryAfterSec => Values::Number(0, 86_400),
            Self::BytesPerSec => Values::Number(1, 1_000_000),
            Self::Payment => Values::Words(vec![
                "inventory",
                "none",
                "prepayment",
                "no_show_fee",
                "deposit",
                "card_required",
            ]),
            Self::ProcessedBy => Values::Words(vec!["PROCESSED_BY_PARTNER", "PROCESSED_BY_GOOGLE"]),
            Self::Authorisation => {
                Values::Words(Authorisation::NAMES.iter().map(|(_, name)| *name).collect())
            }
            Self::Threeds1Parameters => Values::Words(vec!["complete", "missing"]),
            Self::MerchantReply => Values::Words(vec!["confirm", "decline", "fail", "manual"]),
            Self::MerchantReplyAfterSec => Values::Number(0, 30 * 24 * 60 * 60),
            Self::MerchantReplyCause => Values::Words(cause_names().collect()),
            Self::UnknownInventory => Values::Words(vec!["accept", "reject"]),
            Self::Validation => Values::Words(vec!["off", "warn", "reject"]),
            Self::Session => Values::Name,
        }
    }

    /// Whether it can change anything about an answer of `method`.
    pub(super) fn concerns(self, method: Method) -> bool {
        use Method::{
            BatchAvailabilityLookup, CheckAvailability, CreateBooking, CreateLease, HealthCheck,
            UpdateBooking,
        };
        match self {
            Self::LatencyMs
            | Self::Status
            | Self::Fault
            | Self::RetryAfterSec
            | Self::BytesPerSec
            | Self::Session => true,
            Self::Failure | Self::RejectedCardType => {
                matches!(method, CreateBooking | UpdateBooking | CreateLease)
            }
            Self::Confirmation => matches!(
                method,
                CreateBooking | UpdateBooking | BatchAvailabilityLookup | CheckAvailability
            ),
            Self::Payment
            | Self::ProcessedBy
            | Self::Authorisation
            | Self::Threeds1Parameters
            | Self::CardOfAuthorisation
            | Self::MerchantReply
            | Self::MerchantReplyAfterSec
            | Self::MerchantReplyCause => method == CreateBooking,
            Self::UnknownInventory => matches!(
                method,
                CreateBooking
                    | UpdateBooking
                    | CreateLease
                    | BatchAvailabilityLookup
                    | CheckAvailability
            ),
            Self::Validation => method.supported() && method != HealthCheck,
        }
    }
}

/// One thing that a request sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Setting {
    pub(super) key: Key,
    pub(super) value: String,
}

impl Setting {
    pub(super) fn new(key: Key, value: impl Into<String>) -> Self {
        Self {
            key,
            value: value.into(),
        }
    }

    /// As it stands in the header.
    pub(super) fn spelt(&self) -> String {
        format!("{}={}", self.key.name(), self.value)
    }

    /// The part of the behaviour's field that it sets: its name and value, or the whole field.
    pub(super) fn parts(&self) -> Vec<(&'static str, Value)> {
        let word = || json!(self.value);
        // Numbers were checked when they were read.
        let number = || json!(self.value.parse::<u64>().unwrap_or_default());
        match self.key {
            Key::Failure => vec![("cause", word())],
            Key::RejectedCardType | Key::CardOfAuthorisation => {
                vec![("rejected_card_type", word())]
            }
            Key::LatencyMs => vec![("kind", json!("latency")), ("ms", number())],
            Key::Status => vec![("kind", json!("status")), ("status", number())],
            Key::Fault => match self.value.strip_suffix("_after") {
                Some(kind) => vec![("kind", json!(kind)), ("when", json!("after"))],
                None => vec![("kind", word())],
            },
            Key::RetryAfterSec => {
                vec![("kind", json!("rate_limit")), ("retry_after_sec", number())]
            }
            Key::BytesPerSec => vec![("kind", json!("drip")), ("bytes_per_sec", number())],
            Key::Payment => vec![("mode", word())],
            Key::ProcessedBy => vec![("processed_by", word())],
            Key::Authorisation => vec![("authorisation", word())],
            Key::Threeds1Parameters => vec![("threeds1_parameters", word())],
            Key::MerchantReply => vec![("decision", word())],
            Key::MerchantReplyAfterSec => vec![("after_sec", number())],
            Key::MerchantReplyCause => vec![("cause", word())],
            Key::Confirmation | Key::UnknownInventory | Key::Validation | Key::Session => {
                vec![("", word())]
            }
        }
    }

    /// Whether the caller is served with this before anything is looked at.
    pub(super) fn comes_first(&self) -> bool {
        match self.key {
            Key::Status | Key::RetryAfterSec => true,
            Key::Fault => matches!(self.value.as_str(), "reset" | "empty"),
            _ => false,
        }
    }

    /// Whether it is the processor's approval: what a test token mostly says, and what changes
    /// nothing where something else stops the booking before.
    pub(super) fn approves(&self) -> bool {
        self.key == Key::Authorisation && self.value == Authorisation::Approve.name()
    }

    /// The cause that it forces, if it does.
    pub(super) fn forces(&self) -> Option<Cause> {
        (self.key == Key::Failure)
            .then(|| Cause::from_name(&self.value))
            .flatten()
    }

    /// Why it can change nothing about this answer, if it cannot. `cancels` tells of an
    /// UpdateBooking whether it cancels, where that is known.
    pub(super) fn out_of_place(&self, method: Method, cancels: Option<bool>) -> Option<String> {
        if !self.key.concerns(method) {
            return Some(format!(
                "{} has no effect on {}",
                self.key.name(),
                method.name()
            ));
        }
        let cause = self.forces()?;
        let legal = methods_of(cause);
        if !legal.contains(&method) {
            let names: Vec<&str> = legal.iter().map(|method| method.name()).collect();
            return Some(format!(
                "{} cannot answer {}, only {} can",
                method.name(),
                cause.name(),
                names.join(" and ")
            ));
        }
        let info = causes().iter().find(|info| info.cause == cause)?;
        match cancels {
            Some(true) if !info.applies_to_cancel => Some(format!(
                "{} is no answer to an UpdateBooking that cancels",
                cause.name()
            )),
            Some(false) if !info.applies_to_change => Some(format!(
                "{} is no answer to an UpdateBooking that changes something",
                cause.name()
            )),
            _ => None,
        }
    }
}

/// Tags with a number behind them.
const NUMBERED: &[(&str, Key)] = &[
    ("LATENCY_", Key::LatencyMs),
    ("STATUS_", Key::Status),
    ("RATE_LIMIT_", Key::RetryAfterSec),
    ("DRIP_", Key::BytesPerSec),
];

/// Every tag that has no number, and what it sets.
pub(super) fn tags() -> Vec<(String, Vec<Setting>)> {
    let mut tags = Vec::new();
    for key in Key::ALL {
        let Values::Words(words) = key.values() else {
            continue;
        };
        for word in words {
            let capitals = word.to_uppercase();
            let tag = match key {
                Key::Failure if word == "none" => continue,
                Key::Failure | Key::Fault | Key::ProcessedBy => capitals,
                Key::RejectedCardType => format!("REJECTED_CARD_TYPE_{capitals}"),
                Key::Confirmation if word == "synchronous" => "SYNC".to_owned(),
                Key::Confirmation if word == "asynchronous" => "ASYNC".to_owned(),
                Key::MerchantReply => {
                    let mode = Setting::new(Key::Confirmation, "asynchronous");
                    let reply = Setting::new(*key, word);
                    tags.push((format!("ASYNC_{capitals}"), vec![mode, reply]));
                    continue;
                }
                Key::Payment
                | Key::Authorisation
                | Key::Threeds1Parameters
                | Key::UnknownInventory
                | Key::Validation => {
                    format!("{}_{capitals}", key.name().to_uppercase())
                }
                _ => continue,
            };
            tags.push((tag, vec![Setting::new(*key, word)]));
        }
    }
    tags
}

/// What a tag sets; `None` for a word that is no tag, or a number out of range.
pub(super) fn tag(word: &str) -> Option<Vec<Setting>> {
    let numbered = NUMBERED.iter().find_map(|(prefix, key)| {
        let digits = word.strip_prefix(prefix)?;
        fits(*key, digits).then(|| vec![Setting::new(*key, digits)])
    });
    numbered.or_else(|| {
        let found = tags().into_iter().find(|(name, _)| name == word);
        found.map(|(_, settings)| settings)
    })
}

/// Whether the key may be set to this text.
pub(super) fn fits(key: Key, text: &str) -> bool {
    match key.values() {
        Values::Words(words) => words.contains(&text),
        Values::Number(low, high) => {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            digits
                && text
                    .parse()
                    .is_ok_and(|number| (low..=high).contains(&number))
        }
        Values::Name => super::is_session_name(text),
    }
}

/// The word among `known` that is most like `found`, if any is much like it.
pub(super) fn nearest(found: &str, known: impl IntoIterator<Item = String>) -> Option<String> {
    let found = found.to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&found, &name.to_lowercase()), name))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(score, _)| *score > 0.7)
        .map(|(_, name)| name)
}

/// The tag that is most like this word; a number out of range leads to one within.
pub(super) fn nearest_tag(word: &str) -> Option<String> {
    let (letters, digits) = word.split_at(
        word.find(|character: char| character.is_ascii_digit())
            .unwrap_or(word.len()),
    );
    let numbered = NUMBERED.iter().find_map(|(prefix, key)| {
        let name = prefix.trim_end_matches('_');
        let alike = strsim::jaro_winkler(letters.trim_end_matches('_'), name) > 0.85;
        let Values::Number(low, high) = key.values() else {
            return None;
        };
        let number = match digits.parse::<u64>() {
            Ok(number) => number.clamp(low, high),
            Err(_) if digits.is_empty() && *key == Key::RetryAfterSec => 2,
            Err(_) if digits.is_empty() => low.max(500),
            Err(_) => high,
        };
        alike.then(|| format!("{prefix}{number}"))
    });
    numbered.or_else(|| nearest(word, tags().into_iter().map(|(name, _)| name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::behaviour::patch;

    #[test]
    fn every_word_of_a_key_is_one_that_the_behaviour_knows() {
        for key in Key::ALL {
            let Values::Words(words) = key.values() else {
                continue;
            };
            for word in words
                .into_iter()
                .filter(|word| *word != "none" || *key == Key::Payment)
            {
                let setting = Setting::new(*key, word);
                let mut field = json!({});
                for (name, value) in setting.parts() {
                    match name {
                        "" => field = value,
                        name => field[name] = value,
                    }
                }
                // Companions that the key alone would lack.
                if *key == Key::RejectedCardType {
                    field["cause"] = json!("PAYMENT_ERROR_CARD_TYPE_REJECTED");
                }
                if *key == Key::MerchantReplyCause {
                    field["decision"] = json!("fail");
                }
                let read = patch::read(&json!({ key.field(): field }));
                if let Err(error) = read {
                    let known = error.code.name() != "unknown_value"
                        && error.code.name() != "unknown_field";
                    assert!(known, "{}: {error}", setting.spelt());
                }
            }
        }
    }

    #[test]
    fn every_tag_is_in_capitals_and_says_what_it_sets() {
        for (name, settings) in tags() {
            assert!(super::super::tags::is_tag(&name), "{name}");
            assert_eq!(tag(&name), Some(settings));
        }
        let latency = vec![Setting::new(Key::LatencyMs, "2000")];
        assert_eq!(tag("LATENCY_2000"), Some(latency));
        for unknown in ["LATENCY_", "LATENCY_999999", "STATUS_200", "NONE", "VISA"] {
            assert_eq!(tag(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn a_misspelt_tag_leads_to_the_nearest_right_one() {
        for (wrong, right) in [
            ("SLOT_UNAVALABLE", "SLOT_UNAVAILABLE"),
            ("ASYNCH", "ASYNC"),
            ("LATENCY_999999", "LATENCY_120000"),
            ("LATENCY2000", "LATENCY_2000"),
            ("STATUS_200", "STATUS_400"),
            ("TRUNCATE", "TRUNCATED"),
            ("RATELIMIT", "RATE_LIMIT_2"),
            ("DRIP_0", "DRIP_1"),
            ("PAYMENT_DEPOSITS", "PAYMENT_DEPOSIT"),
            ("SESSION_A", "SYNC"),
        ] {
            let found = nearest_tag(wrong);
            if wrong == "SESSION_A" {
                assert!(found.is_none_or(|name| tag(&name).is_some()));
            } else {
                assert_eq!(found.as_deref(), Some(right), "{wrong}");
            }
        }
    }
}
