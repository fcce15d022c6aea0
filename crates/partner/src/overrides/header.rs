//! The header `X-Mock-Partner: key=value; key=value`.

use booking_api::FindingCode;

use super::grammar::{self, Key, Setting, Values};
use super::{HEADER, Misuse, Overrides, SESSION_NAME};

/// Reads the header's lines, which count as one.
pub(super) fn read(lines: &[&str]) -> Result<Overrides, Misuse> {
    let whole = lines.join("; ");
    let mut overrides = Overrides::default();
    let parts = whole.split(';').map(str::trim).filter(|it| !it.is_empty());
    for part in parts {
        let setting = setting(part).map_err(|mut misuse| {
            // The header again, with this part as it was probably meant.
            let right = misuse.mended.take();
            misuse.mended(right.map(|right| whole.replacen(part, &right, 1)))
        })?;
        overrides.add(vec![setting], part)?;
    }
    if overrides.0.is_empty() {
        let message =
            format!("{HEADER} says nothing. Write for example confirmation=asynchronous.");
        let code = FindingCode::OverrideMisspelt;
        return Err(Misuse::new(
            code,
            message,
            "nothing",
            "key=value; key=value",
        ));
    }
    Ok(overrides)
}

/// Reads one `key=value`. What a refusal calls mended is this part alone.
fn setting(part: &str) -> Result<Setting, Misuse> {
    let code = FindingCode::OverrideMisspelt;
    let Some((name, value)) = part.split_once('=') else {
        let tag = grammar::tag(part).or_else(|| grammar::tag(&grammar::nearest_tag(part)?));
        let right = tag.map(|settings| {
            let spelt: Vec<String> = settings.iter().map(Setting::spelt).collect();
            spelt.join("; ")
        });
        let hint = match &right {
            Some(right) => format!("Did you mean {right}?"),
            None => "Write for example failure=SLOT_UNAVAILABLE.".to_owned(),
        };
        let message = format!("{HEADER} takes key=value, and \"{part}\" is none. {hint}");
        let expected = right.clone().unwrap_or_else(|| "key=value".to_owned());
        return Err(Misuse::new(code, message, part, expected).mended(right));
    };
    let (name, value) = (name.trim(), value.trim());
    let Some(key) = Key::ALL.iter().find(|key| key.name() == name) else {
        let names = || Key::ALL.iter().map(|key| key.name().to_owned());
        let right = grammar::nearest(name, names()).map(|right| format!("{right}={value}"));
        let hint = match &right {
            Some(right) => format!("Did you mean {right}?"),
            None => format!("Known are {}.", names().collect::<Vec<_>>().join(", ")),
        };
        let message = format!("{HEADER} has no key \"{name}\". {hint}");
        let expected = right.clone().unwrap_or_else(|| "a known key".to_owned());
        return Err(Misuse::new(code, message, part, expected).mended(right));
    };
    if grammar::fits(*key, value) {
        return Ok(Setting::new(*key, value));
    }
    let (expected, right) = match key.values() {
        Values::Name => (format!("{name}={SESSION_NAME}"), None),
        Values::Number(low, high) => (format!("{name} from {low} to {high}"), None),
        Values::Words(words) => {
            let right = grammar::nearest(value, words.iter().map(|word| (*word).to_owned()));
            (format!("one of {}", words.join(", ")), right)
        }
    };
    let right = right.map(|right| format!("{name}={right}"));
    let hint = match &right {
        Some(right) => format!("Did you mean {right}?"),
        None => format!("Send {expected}."),
    };
    let message = format!("{HEADER}: there is no {name} \"{value}\". {hint}");
    let expected = right.clone().unwrap_or(expected);
    Err(Misuse::new(code, message, part, expected).mended(right))
}

/// The session that the header's lines ask for, if they ask for one by a lawful name. What else is
/// wrong with them is said when they are read as a whole.
pub(super) fn session<'a>(lines: &[&'a str]) -> Option<&'a str> {
    let parts = lines.iter().flat_map(|line| line.split(';'));
    parts
        .filter_map(|part| part.split_once('='))
        .find(|(name, _)| name.trim() == Key::Session.name())
        .map(|(_, value)| value.trim())
        .filter(|value| grammar::fits(Key::Session, value))
}
