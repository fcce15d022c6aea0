//! Overrides: what one request sets for itself, by the header `X-Mock-Partner` or by tags in the
//! guest's e-mail address, or by a test token (design section 4.4).
//!
//! Text in; out comes either another [`Snapshot`] for this one call, which all rules obey without
//! knowing where it came from, or a refusal that names the nearest right spelling. Nothing that
//! is asked for is ever ignored in silence: what cannot be understood, contradicts itself or
//! could have no effect is a 400. Only a tag that fits another method of the same guest is
//! passed over, and a decision says so.
//!
//! Not here: what a behaviour does to a request ([`crate::booking`]), and HTTP.

mod grammar;
mod header;
mod tags;

use std::sync::Arc;

use booking_api::{Finding, FindingCode, Method};
use serde_json::{Map, Value, json};

use crate::behaviour::control::Snapshot;
use crate::behaviour::{Behaviour, PaymentMode, patch};
use crate::booking::{Call, Refusal};
use crate::decision::{Change, Counterfactual, Layer, Trail};

pub use grammar::Key;
use grammar::Setting;

/// The processor's answer that a card's brand is not taken.
const REJECTS: &str = "reject_card_type";

/// The header's name, as people write it.
pub const HEADER: &str = "X-Mock-Partner";

/// What a session may be called, in words.
pub const SESSION_NAME: &str = "up to 64 letters, digits, dots, dashes or underscores";

/// Whether a session may be called so.
#[must_use]
pub fn is_session_name(name: &str) -> bool {
    let lawful = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=64).contains(&name.len()) && name.bytes().all(lawful)
}

/// The session that the lines of the header [`HEADER`] ask for by a lawful name.
#[must_use]
pub fn session_of<'a>(header_lines: &[&'a str]) -> Option<&'a str> {
    header::session(header_lines)
}

/// Why overrides were refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Misuse {
    code: FindingCode,
    /// What is wrong and what to do, in one or two sentences.
    message: String,
    found: String,
    expected: String,
    /// The header's value, the address or the token as it was probably meant; else without it.
    mended: Option<String>,
    /// Whether a payment token is what is wrong.
    is_about_token: bool,
}

impl Misuse {
    fn new(
        code: FindingCode,
        message: impl Into<String>,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> Self {
        Self {
            code,
            message: message.into(),
            found: found.into(),
            expected: expected.into(),
            mended: None,
            is_about_token: false,
        }
    }

    fn mended(mut self, text: Option<String>) -> Self {
        self.mended = text;
        self
    }

    /// The same about a payment token.
    fn about_token(mut self) -> Self {
        self.is_about_token = true;
        self
    }

    /// Things that cannot be said together, or not of this request.
    fn illegal(message: impl Into<String>, found: impl Into<String>) -> Self {
        let expected = "overrides that have an effect together";
        Self::new(FindingCode::OverrideIllegal, message, found, expected)
    }
}

/// What one layer of a request sets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Overrides(Vec<Setting>);

/// A refusal with what the log keeps of it. The decision stands in the trail already.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The 400.
    pub refusal: Refusal,
    /// What is wrong with the request.
    pub finding: Finding,
}

/// What came of a call's overrides.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// What is worth knowing about tags that are none.
    pub findings: Vec<Finding>,
    /// By layer: the request without what that layer says.
    ways_out: Vec<(Layer, Counterfactual)>,
}

impl Taken {
    /// Says of an answer that an override settled how the request would get another one.
    pub fn explain(&self, trail: &mut Trail) {
        let layer = trail.decided().map(|step| step.layer);
        for (_, way_out) in self.ways_out.iter().filter(|(it, _)| Some(*it) == layer) {
            trail.unless(way_out.clone());
        }
    }
}

/// Reads the header's lines and the body's tags and gives the call the behaviour that they ask
/// for. Costs next to nothing where there are none.
///
/// # Errors
/// [`Refused`]; the call is as it was.
pub fn take(
    call: &mut Call,
    method: Method,
    header_lines: &[&str],
    body: &[u8],
    trail: &mut Trail,
) -> Result<Taken, Box<Refused>> {
    let mut taken = Taken::default();
    let in_body = tags::in_body(method, body);
    if header_lines.is_empty() && in_body.is_none() {
        return Ok(taken);
    }
    let mut snapshot = Snapshot::clone(&call.snapshot);
    let cancels = (method == Method::UpdateBooking)
        .then(|| tags::cancels(body))
        .flatten();
    if let Some(in_body) = in_body {
        let done = in_body.overrides().and_then(|(overrides, findings)| {
            taken.findings = findings;
            let overrides = overrides.in_place(method, cancels, trail);
            apply(&snapshot, Layer::Payload, method, &overrides, trail)
        });
        match done {
            Ok(Some(new)) => {
                snapshot = new;
                let ways_out = in_body.ways_out().map(|change| (Layer::Payload, change));
                taken.ways_out.extend(ways_out);
            }
            Ok(None) => {}
            Err(misuse) => {
                let place = in_body.place(&misuse);
                let mended = misuse.mended.clone().unwrap_or(place.plain);
                let misuse = misuse.mended(Some(mended));
                return Err(refused(misuse, Layer::Payload, place.pointer, trail));
            }
        }
    }
    if !header_lines.is_empty() {
        // Whose request it is was settled before this: here a session changes nothing any more.
        let mut session = None;
        let done = header::read(header_lines).and_then(|mut overrides| {
            let spelt = overrides.has(Key::Session).map(Setting::spelt);
            overrides.0.retain(|it| it.key != Key::Session);
            session = spelt;
            overrides.check_place(method, cancels)?;
            apply(&snapshot, Layer::Header, method, &overrides, trail)
        });
        match done {
            Ok(new) => {
                snapshot = new.unwrap_or(snapshot);
                let text = match &session {
                    None => "Would be another answer without the header X-Mock-Partner.".into(),
                    Some(session) => format!("Would be another answer with {HEADER}: {session}."),
                };
                taken
                    .ways_out
                    .push((Layer::Header, set_header(text, session)));
            }
            Err(misuse) => return Err(refused(misuse, Layer::Header, String::new(), trail)),
        }
    }
    call.snapshot = Arc::new(snapshot);
    Ok(taken)
}

/// Says of a replayed token that the call's overrides had no effect: the first answer stands
/// (section 2.5).
pub(crate) fn without_effect(call: &Call, trail: &mut Trail) {
    // A delay was borne before the token was looked at.
    let overrides = call.snapshot.overrides().iter();
    for (field, layer) in overrides.filter(|(field, _)| *field != "fault" && !field.contains('.')) {
        let text = format!(
            "{} set {field}, which had no effect, because the token was replayed.",
            layer.who(field)
        );
        trail.note("override", *layer, text, "2.5");
    }
}

fn set_header(text: impl Into<String>, value: Option<String>) -> Counterfactual {
    let change = Change::Header {
        name: HEADER.into(),
        value: value.map(Into::into),
    };
    Counterfactual::new(text.into(), None, change)
}

fn refused(misuse: Misuse, layer: Layer, pointer: String, trail: &mut Trail) -> Box<Refused> {
    let message = match layer {
        Layer::Header if !misuse.message.contains(HEADER) => {
            format!("{HEADER}: {}", misuse.message)
        }
        Layer::Payload if !misuse.message.contains("mail") && !misuse.is_about_token => {
            format!("In the guest's e-mail address, {}", misuse.message)
        }
        _ => misuse.message,
    };
    trail.decide("override", layer, message.clone(), "");
    let mended = misuse.mended;
    trail.unless(match (layer, &mended) {
        (Layer::Payload, Some(value)) => {
            let text = format!("Would be understood with {value}.");
            Counterfactual::request(text, None, pointer.clone(), value.as_str())
        }
        (_, Some(value)) => {
            let text = format!("Would be understood with the header {HEADER}: {value}.");
            set_header(text, Some(value.clone()))
        }
        (_, None) => {
            let text = "Would be answered as usual without the header X-Mock-Partner.";
            set_header(text, None)
        }
    });
    let finding = Finding::new(misuse.code, pointer, misuse.found, misuse.expected)
        .with_hint(message.clone());
    Box::new(Refused {
        refusal: Refusal::new(400, "override refused", message),
        finding,
    })
}

impl Overrides {
    /// Adds what a word sets, which must not be set already.
    fn add(&mut self, settings: Vec<Setting>, word: &str) -> Result<(), Misuse> {
        for setting in settings {
            if let Some(twin) = self.0.iter().find(|it| it.key == setting.key) {
                let message = format!(
                    "{word} sets {} although {} has set it already. Say each thing once.",
                    setting.key.name(),
                    twin.spelt()
                );
                return Err(Misuse::illegal(message, word));
            }
            self.0.push(setting);
        }
        Ok(())
    }

    /// Refuses a header that could have no effect on this request.
    fn check_place(&self, method: Method, cancels: Option<bool>) -> Result<(), Misuse> {
        for setting in &self.0 {
            if let Some(why) = setting.out_of_place(method, cancels) {
                let message = format!("{HEADER}: {why}. Leave {} out.", setting.spelt());
                return Err(Misuse::illegal(message, setting.spelt()));
            }
        }
        Ok(())
    }

    /// A guest's address goes along in several methods: what fits another one waits for it.
    fn in_place(self, method: Method, cancels: Option<bool>, trail: &mut Trail) -> Self {
        let fits = |setting: &Setting| match setting.out_of_place(method, cancels) {
            None => true,
            Some(why) => {
                let text = format!("The e-mail address asks for {}: {why}.", setting.spelt());
                trail.note("override", Layer::Payload, text, "");
                false
            }
        };
        let mut kept = self.0;
        let mut fits = fits;
        kept.retain(|setting| fits(setting));
        let leads = |it: &Setting| matches!(it.key, Key::Failure | Key::Authorisation);
        let led = kept.iter().any(leads);
        kept.retain(|setting| led || setting.key != Key::RejectedCardType);
        Self(kept)
    }

    /// A rejected card type is the failure's companion, or that of the processor's answer.
    fn assigned(&self) -> Self {
        let mut settings = self.0.clone();
        let rejects = |it: &Setting| it.key == Key::Authorisation && it.value == REJECTS;
        if self.has(Key::Failure).is_none() && settings.iter().any(rejects) {
            for setting in &mut settings {
                if setting.key == Key::RejectedCardType {
                    setting.key = Key::CardOfAuthorisation;
                }
            }
        }
        Self(settings)
    }

    fn has(&self, key: Key) -> Option<&Setting> {
        self.0.iter().find(|setting| setting.key == key)
    }

    /// Refuses what makes no sense together.
    fn check(&self) -> Result<(), Misuse> {
        if let Some(first) = self.0.iter().find(|it| it.comes_first()) {
            // It comes before anything else is looked at.
            let other = self
                .0
                .iter()
                .find(|it| it.key != first.key && !it.approves());
            if let Some(other) = other {
                let message = format!(
                    "{} comes before anything is decided, so {} would have no effect. Keep one \
                     of the two.",
                    first.spelt(),
                    other.spelt()
                );
                let found = format!("{} with {}", first.spelt(), other.spelt());
                return Err(Misuse::illegal(message, found));
            }
        }
        let mut faults = self.0.iter().filter(|it| it.key.field() == "fault");
        if let (Some(one), Some(other)) = (faults.next(), faults.next()) {
            let message = format!(
                "{} and {} are two faults, and a request bears one. Keep one of the two.",
                one.spelt(),
                other.spelt()
            );
            let found = format!("{} with {}", one.spelt(), other.spelt());
            return Err(Misuse::illegal(message, found));
        }
        if let Some(card) = self.has(Key::RejectedCardType) {
            let cause = "PAYMENT_ERROR_CARD_TYPE_REJECTED";
            if self.has(Key::Failure).is_none_or(|it| it.value != cause) {
                let message = format!(
                    "rejected_card_type goes with failure={cause} or authorisation={REJECTS} only."
                );
                let message = match self.has(Key::Failure) {
                    None => format!("{message} Add one of them."),
                    Some(_) => message,
                };
                return Err(Misuse::illegal(message, card.spelt()));
            }
        }
        if let (Some(failure), Some(other)) = (
            self.has(Key::Failure).filter(|it| it.value != "none"),
            self.has(Key::Authorisation).filter(|it| !it.approves()),
        ) {
            let message = format!(
                "{} is answered before the payment processor is asked, so {} would have no \
                 effect. Keep one of the two.",
                failure.spelt(),
                other.spelt()
            );
            return Err(Misuse::illegal(message, other.spelt()));
        }
        for key in [Key::MerchantReplyAfterSec, Key::MerchantReplyCause] {
            if let Some(setting) = self.has(key)
                && self.has(Key::MerchantReply).is_none()
            {
                let message = format!("{} goes with merchant_reply only. Add it.", key.name());
                return Err(Misuse::illegal(message, setting.spelt()));
            }
        }
        Ok(())
    }

    /// The top-level fields that are set, each once, in order.
    fn fields(&self) -> Vec<&'static str> {
        let mut fields = Vec::new();
        for setting in &self.0 {
            if !fields.contains(&setting.key.field()) {
                fields.push(setting.key.field());
            }
        }
        fields
    }
}

/// The snapshot with what one layer sets; `None` where it sets nothing.
fn apply(
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
    let mut behaviour = as_object(&below.behaviour);
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
    let fields = as_object(behaviour);
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

fn as_object(behaviour: &Behaviour) -> Map<String, Value> {
    match serde_json::to_value(behaviour) {
        Ok(Value::Object(fields)) => fields,
        // A behaviour is a struct of plain values: it always serialises to an object.
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests;
