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

mod apply;
mod grammar;
mod header;
mod tags;
mod together;

use std::sync::Arc;

use booking_api::{Finding, FindingCode, Method};

use crate::behaviour::snapshot::Snapshot;
use crate::booking::{Call, Refusal};
use crate::decision::{Change, Counterfactual, Layer, Trail};

use apply::apply;
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

#[cfg(test)]
mod tests;
