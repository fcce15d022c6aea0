//! The behaviour of one call with what its overrides set.

use booking_api::Method;
use serde_json::{Value, json};

use super::grammar::{Key, Setting};
use super::{Misuse, Overrides};
use crate::behaviour::snapshot::Snapshot;
use crate::behaviour::{Behaviour, PaymentMode, patch};
use crate::decision::{Layer, Trail};

/// The snapshot with what one layer sets; `None` where it sets nothing.
pub(super) fn apply(
    below: &Snapshot,
    layer: Layer,
    method: Method,
    overrides: &Overrides,
    trail: &mut Trail,
) -> Result<Option<Snapshot>, Misuse> {
    let overrides = &overrides.assigned();
    overrides.check()?;
    if overrides.0.is_empty() {
        return Ok(None);
    }
    let mut behaviour = below.behaviour.as_object();
    for field in overrides.fields() {
        let settings = overrides.0.iter().filter(|it| it.key.field() == field);
        // A payment keeps what is not named; everything else is said anew as a whole.
        let mut new = match field {
            "payment" => behaviour.get(field).cloned().unwrap_or(json!({})),
            _ => json!({}),
        };
        for setting in settings {
            if setting.key == Key::Failure && setting.value == "none" {
                new = Value::Null;
                continue;
            }
            if setting.key == Key::Authorisation
                && let Some(fields) = new.as_object_mut()
            {
                // The companion of what was said before.
                fields.remove("rejected_card_type");
            }
            for (name, value) in setting.parts() {
                match (name, new.as_object_mut()) {
                    ("", _) | (_, None) => new = value,
                    (name, Some(fields)) => {
                        fields.insert(name.to_owned(), value);
                    }
                }
            }
            if setting.forces().is_some()
                && let Some(fields) = new.as_object_mut()
            {
                fields.insert("methods".to_owned(), json!([method.name()]));
            }
        }
        behaviour.insert(field.to_owned(), new);
    }
    let spelt: Vec<String> = overrides.0.iter().map(Setting::spelt).collect();
    let behaviour = patch::read(&Value::Object(behaviour)).map_err(|error| {
        let message = format!("{} {}", error.message, error.hint);
        Misuse::illegal(message, spelt.join("; "))
    })?;
    if let Some(setting) = overrides.has(Key::ProcessedBy)
        && matches!(
            behaviour.payment.mode,
            PaymentMode::None | PaymentMode::CardRequired
        )
    {
        let message = format!(
            "{} has an effect only where money is taken. Add payment=prepayment, \
             payment=no_show_fee or payment=deposit.",
            setting.spelt()
        );
        return Err(Misuse::illegal(message, setting.spelt()));
    }
    for field in overrides.fields() {
        let settings = overrides.0.iter().filter(|it| it.key.field() == field);
        let said: Vec<String> = settings.map(Setting::spelt).collect();
        let text = format!(
            "{} sets {} for this request, instead of {} ({}).",
            layer.who(field),
            said.join(" and "),
            described(field, &said, &below.behaviour),
            origin(below.layer_of(field)),
        );
        trail.note("override", layer, text, "");
    }
    let parts = overrides.0.iter().filter_map(|it| it.key.part());
    let fields = overrides.fields().into_iter().chain(parts);
    Ok(Some(below.overridden(behaviour, layer, fields)))
}

/// What a field of the behaviour says, in a word or two.
fn described(field: &str, said: &[String], behaviour: &Behaviour) -> String {
    let fields = behaviour.as_object();
    let word = |value: &Value| value.as_str().unwrap_or("nothing").to_owned();
    let part = |name: &str| fields.get(field).and_then(|it| it.get(name)).map(&word);
    match field {
        "failure" => part("cause").unwrap_or_else(|| "no failure".to_owned()),
        "fault" => match &behaviour.fault {
            None => "no delay and no fault".to_owned(),
            Some(fault) => match (fault.ms, fault.status) {
                (Some(ms), _) => format!("a delay of {ms} ms"),
                (_, Some(status)) => format!("the status {status}"),
                _ => part("kind").unwrap_or_default(),
            },
        },
        "payment" if said.iter().all(|it| !it.starts_with("payment=")) => {
            part("authorisation").unwrap_or_default()
        }
        "payment" => part("mode").unwrap_or_default(),
        "merchant_reply" => part("decision").unwrap_or_default(),
        _ => fields.get(field).map(word).unwrap_or_default(),
    }
}

fn origin(layer: Layer) -> &'static str {
    match layer {
        Layer::Header => "the header",
        Layer::Payload => "a tag in the e-mail address",
        Layer::ExpiringToggle => "a toggle that will undo itself",
        Layer::Toggle => "a toggle",
        Layer::Rule => "a rule of the scenario",
        _ => "the scenario",
    }
}
