//! Rules in plain words: for decisions, and for lists that people read.

use crate::behaviour::FaultKind;
use crate::scenario::Rule;
use crate::scenario::rule::{Mode, NthCall, Per, Range, Then};

/// A rule in one sentence: "CreateBooking, party of 6 or more: answers SLOT_UNAVAILABLE."
#[must_use]
pub fn in_words(rule: &Rule) -> String {
    let when = &rule.when;
    let mut parts: Vec<String> = Vec::new();
    let methods: Vec<&str> = when.method.iter().map(|method| method.name()).collect();
    if !methods.is_empty() {
        parts.push(methods.join(" or "));
    }
    let listed = [
        ("merchant", &when.merchant),
        ("service", &when.service),
        ("guest", &when.user),
    ];
    for (what, values) in listed {
        if !values.is_empty() {
            parts.push(format!("{what} {}", values.join(" or ")));
        }
    }
    if let Some(size) = when.party_size {
        parts.push(match size {
            Range {
                from: Some(from),
                to: Some(to),
            } if from == to => format!("party of {from}"),
            Range {
                from: Some(from),
                to: Some(to),
            } => format!("party of {from} to {to}"),
            Range {
                from: Some(from), ..
            } => format!("party of {from} or more"),
            Range { to, .. } => format!("party of up to {}", to.unwrap_or(0)),
        });
    }
    if !when.payment_mode.is_empty() {
        let modes = when.payment_mode.iter().map(name_of);
        parts.push(format!(
            "payment {}",
            modes.collect::<Vec<_>>().join(" or ")
        ));
    }
    for mode in when.confirmation.iter() {
        parts.push(match mode {
            Mode::Synchronous => "confirmed at once".to_owned(),
            Mode::Asynchronous => "confirmed later".to_owned(),
        });
    }
    if let Some(nth) = when.nth_call {
        let whose = match nth.per {
            Per::All => "",
            Per::User => " of each guest",
            Per::Merchant => " of each merchant",
            Per::Booking => " of each booking",
        };
        parts.push(format!("{}{whose}", which_call(nth)));
    }
    if let Some(probability) = when.probability {
        parts.push(format!("{} % of them", round(probability * 100.0)));
    }
    let when = match parts.is_empty() {
        true => "Always".to_owned(),
        false => parts.join(", "),
    };
    let effects = rule.then.fields().into_iter();
    let effects: Vec<String> = effects.map(|field| effect(&rule.then, field)).collect();
    format!("{when}: {}.", effects.join(", "))
}

fn round(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

/// A value's name in JSON.
fn name_of<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// Which call, in words.
pub(super) fn which_call(nth: NthCall) -> String {
    let NthCall {
        from, to, every, ..
    } = nth;
    match (every, to) {
        (Some(every), None) if from == 1 => format!("every {} call", ordinal(every)),
        (Some(every), None) => format!(
            "every {} call from the {} on",
            ordinal(every),
            ordinal(from)
        ),
        (Some(every), Some(to)) => format!(
            "every {} call from the {} to the {}",
            ordinal(every),
            ordinal(from),
            ordinal(to)
        ),
        (None, Some(to)) if to == from => format!("the {} call", ordinal(from)),
        (None, Some(to)) => format!("the {} to the {} call", ordinal(from), ordinal(to)),
        (None, None) => format!("the {} call and all after it", ordinal(from)),
    }
}

fn ordinal(number: u64) -> String {
    let ending = match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// What one field of a rule does, in words.
pub(super) fn effect(then: &Then, field: &str) -> String {
    match field {
        "failure" => match &then.failure {
            Some(failure) => format!("answers {}", failure.cause.name()),
            None => String::new(),
        },
        "confirmation" => match &then.confirmation {
            Some(mode) => format!("confirmation is {}", name_of(mode)),
            None => String::new(),
        },
        "merchant_reply" => match &then.merchant_reply {
            Some(reply) => {
                let after = reply.after_sec.map(|sec| format!(" after {sec} s"));
                let (decision, after) = (name_of(&reply.decision), after.unwrap_or_default());
                format!("the merchant's reply is {decision}{after}")
            }
            None => String::new(),
        },
        "payment" => {
            let parts = then.payment.iter().flatten().map(|(name, value)| {
                let value = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                format!("payment {name} is {value}")
            });
            parts.collect::<Vec<_>>().join(", ")
        }
        _ => match &then.fault {
            Some(fault) => match (fault.kind, fault.ms, fault.status) {
                (FaultKind::Latency, Some(ms), _) => format!("the answer is {ms} ms late"),
                (FaultKind::Status, _, Some(status)) => format!("HTTP {status} is answered"),
                (kind, ..) => format!("the network fault {} bites", name_of(&kind)),
            },
            None => String::new(),
        },
    }
}
