//! The lists of an exchange as JSON: headers and decisions.
//!
//! Every request has some, and the writer's time is the scarcest of all, so they are written by
//! hand: several times as fast as through serde, and the same to the byte, as the tests show.
//! Reading them back is serde's.

use std::borrow::Cow;

use crate::decision::{Decision, Layer};
use crate::store::StoreError;

/// Headers as `[["name","value"]]`.
///
/// # Errors
/// [`StoreError`].
pub(super) fn headers(list: &[(String, String)]) -> Result<Cow<'static, str>, StoreError> {
    let size = list
        .iter()
        .map(|(name, value)| name.len() + value.len() + 8)
        .sum();
    write(list, size, |out, (name, value)| {
        out.push('[');
        quote(out, name)?;
        out.push(',');
        quote(out, value)?;
        out.push(']');
        Ok(())
    })
}

/// Decisions as objects.
///
/// # Errors
/// [`StoreError`].
pub(super) fn decisions(list: &[Decision]) -> Result<Cow<'static, str>, StoreError> {
    let size = list
        .iter()
        .map(|step| step.step.len() + step.text.len() + 96)
        .sum();
    write(list, size, |out, decision| {
        out.push_str("{\"step\":");
        quote(out, &decision.step)?;
        out.push_str(",\"layer\":\"");
        out.push_str(layer(decision.layer));
        out.push_str("\",\"text\":");
        quote(out, &decision.text)?;
        out.push_str(if decision.decided {
            ",\"decided\":true"
        } else {
            ",\"decided\":false"
        });
        out.push_str(",\"reference\":");
        match &decision.reference {
            Some(reference) => quote(out, reference)?,
            None => out.push_str("null"),
        }
        if !decision.counterfactuals.is_empty() {
            out.push_str(",\"counterfactuals\":");
            // One step of an exchange has them, so serde's pace does.
            out.push_str(&json(&decision.counterfactuals)?);
        }
        out.push('}');
        Ok(())
    })
}

fn write<T>(
    list: &[T],
    size: usize,
    one: impl Fn(&mut String, &T) -> Result<(), StoreError>,
) -> Result<Cow<'static, str>, StoreError> {
    if list.is_empty() {
        return Ok(Cow::Borrowed("[]"));
    }
    let mut out = String::with_capacity(size);
    for item in list {
        out.push(if out.is_empty() { '[' } else { ',' });
        one(&mut out, item)?;
    }
    out.push(']');
    Ok(Cow::Owned(out))
}

/// Nearly no text has anything to escape; this look at all of its bytes costs next to nothing.
fn quote(out: &mut String, text: &str) -> Result<(), StoreError> {
    let is_plain = text.bytes().fold(true, |plain, byte| {
        // Without a short way out, so that the compiler looks at many bytes at once.
        plain & (byte >= 0x20) & (byte != b'"') & (byte != b'\\')
    });
    if is_plain {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&json(text)?);
    }
    Ok(())
}

fn json<T: serde::Serialize + ?Sized>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Refused(error.to_string()))
}

fn layer(layer: Layer) -> &'static str {
    match layer {
        Layer::Protocol => "protocol",
        Layer::Header => "header",
        Layer::Payload => "payload",
        Layer::ExpiringToggle => "expiring_toggle",
        Layer::Toggle => "toggle",
        Layer::Scenario => "scenario",
        Layer::Inventory => "inventory",
        Layer::Domain => "domain",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::decision::{Change, Counterfactual};

    fn layers() -> impl Strategy<Value = Layer> {
        prop::sample::select(vec![
            Layer::Protocol,
            Layer::Header,
            Layer::Payload,
            Layer::ExpiringToggle,
            Layer::Toggle,
            Layer::Scenario,
            Layer::Inventory,
            Layer::Domain,
        ])
    }

    fn counterfactuals() -> impl Strategy<Value = Counterfactual> {
        prop_oneof![
            Just(Counterfactual::network_toggle()),
            "\\PC*".prop_map(|text| Counterfactual::request(text, None, "/slot", "x")),
            "\\PC*".prop_map(|text| Counterfactual::without(text, Some("CONFIRMED"), "/slot")),
            any::<i64>().prop_map(|sec| Counterfactual::wait("later", None, sec)),
            prop::option::of("\\PC*").prop_map(|value| {
                let (name, value) = ("Authorization".into(), value.map(Into::into));
                Counterfactual::new("else", None, Change::Header { name, value })
            }),
            "\\PC*".prop_map(|path| {
                let (verb, path) = ("POST".into(), path.into());
                Counterfactual::new("else", None, Change::RequestLine { verb, path })
            }),
        ]
    }

    proptest! {
        #[test]
        fn headers_are_written_as_serde_would(
            list in prop::collection::vec(("\\PC*|[\\x00-\\x7f]*", "\\PC*|[\\x00-\\x7f]*"), 0..4)
        ) {
            prop_assert_eq!(headers(&list).unwrap(), serde_json::to_string(&list).unwrap());
        }

        #[test]
        fn decisions_are_written_as_serde_would(
            parts in prop::collection::vec(
                (
                    layers(), "[\\x00-\\x7f]*", any::<bool>(), prop::option::of("\\PC*"),
                    prop::collection::vec(counterfactuals(), 0..3),
                ),
                0..4,
            )
        ) {
            let list: Vec<Decision> = parts
                .into_iter()
                .map(|(layer, text, decided, reference, counterfactuals)| Decision {
                    step: "token".into(),
                    layer,
                    text: text.into(),
                    decided,
                    reference: reference.map(Into::into),
                    counterfactuals,
                })
                .collect();
            let written = decisions(&list).unwrap();
            prop_assert_eq!(&written, &serde_json::to_string(&list).unwrap());
            prop_assert_eq!(serde_json::from_str::<Vec<Decision>>(&written).unwrap(), list);
        }
    }
}
