//! What a reader says of a value that it cannot take, as a sentence for people: unknown names and
//! values with the nearest right one.

/// A value that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Explained {
    /// Whether it is the field's name that is wrong, and not its value.
    pub(crate) is_field: bool,
    /// One sentence: what is wrong.
    pub(crate) message: String,
    /// One sentence: what to do. Empty where there is nothing to say beyond the message.
    pub(crate) hint: String,
}

/// Turns the reader's `words` about the value at `path` (dotted, `.` for the whole) into a
/// sentence.
pub(crate) fn explain(path: &str, words: &str) -> Explained {
    let mut quoted = words.split('`').skip(1).step_by(2);
    let place = if path == "." || path.is_empty() {
        String::new()
    } else {
        format!(" at {path}")
    };
    if words.starts_with("unknown field") || words.starts_with("unknown variant") {
        let is_field = words.starts_with("unknown field");
        let found = quoted.next().unwrap_or_default().to_owned();
        let known: Vec<&str> = quoted.collect();
        let what = if is_field { "field" } else { "value" };
        // The path of an unknown field ends in the field itself, which is named anyway.
        let place = if is_field {
            path.rsplit_once('.')
                .map(|(outer, _)| format!(" in {outer}"))
                .unwrap_or_default()
        } else {
            place
        };
        return Explained {
            is_field,
            message: format!("There is no {what} \"{found}\"{place}."),
            hint: suggest(&found, &known),
        };
    }
    // The protocol's own enums bring their list and the nearest name with them.
    if let Some((before, known)) = words.split_once(", expected one of ") {
        let found = before
            .split_once("found ")
            .map_or(before, |(_, found)| found);
        return Explained {
            is_field: false,
            message: format!("There is no value {found}{place}."),
            hint: match known.find("Did you mean") {
                Some(at) => known[at..].to_owned(),
                None => format!("Known here: {known}"),
            },
        };
    }
    let mut message = in_plain_words(words);
    if let Some(first) = message.get(..1).map(str::to_uppercase) {
        message.replace_range(..1, &first);
    }
    Explained {
        is_field: false,
        message: format!("{message}{place}."),
        hint: String::new(),
    }
}

/// The program's own names of kinds of values mean nothing to who writes a file.
fn in_plain_words(words: &str) -> String {
    const KINDS: [(&str, &str); 16] = [
        ("expected u64", "expected a whole number from 0 on"),
        ("expected u32", "expected a whole number from 0 on"),
        ("expected u16", "expected a whole number from 0 to 65535"),
        ("expected i64", "expected a whole number"),
        ("expected f64", "expected a number"),
        ("expected a boolean", "expected true or false"),
        ("expected a string", "expected text"),
        ("expected a sequence", "expected a list"),
        ("expected a map", "expected fields"),
        ("string \"", "the text \""),
        ("boolean `", "`"),
        ("integer `", "the number `"),
        ("floating point `", "the number `"),
        ("invalid type: map", "invalid type: fields"),
        ("invalid type: sequence", "invalid type: a list"),
        ("invalid type: null", "invalid type: nothing"),
    ];
    let mut plain = words.to_owned();
    for (theirs, ours) in KINDS {
        plain = plain.replace(theirs, ours);
    }
    if let Some((before, name)) = plain.split_once("expected struct ")
        && !name.contains(' ')
    {
        plain = format!("{before}expected fields");
    }
    plain
        .replace("invalid type: ", "found ")
        .replace("invalid value: ", "found ")
}

/// "Did you mean …?" with the nearest of the known names, else all of them.
pub(crate) fn suggest(found: &str, known: &[&str]) -> String {
    match nearest(found, known) {
        Some(name) => format!("Did you mean \"{name}\"?"),
        None => format!("Known here: {}.", known.join(", ")),
    }
}

/// The name that was probably meant.
pub(crate) fn nearest<'n>(found: &str, known: &[&'n str]) -> Option<&'n str> {
    known
        .iter()
        .map(|name| {
            (
                strsim::jaro_winkler(&found.to_lowercase(), &name.to_lowercase()),
                *name,
            )
        })
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(score, _)| *score > 0.7)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(path: &str, words: &str) -> (String, String) {
        let Explained { message, hint, .. } = explain(path, words);
        (message, hint)
    }

    #[test]
    fn sentences_name_the_place_and_the_nearest_right_name() {
        assert_eq!(
            said(
                "a.confirmaton",
                "unknown field `confirmaton`, expected one of `confirmation`, `failure`"
            ),
            (
                "There is no field \"confirmaton\" in a.".to_owned(),
                "Did you mean \"confirmation\"?".to_owned()
            )
        );
        assert_eq!(
            said("mode", "unknown variant `x`, expected `frozen` or `scaled`"),
            (
                "There is no value \"x\" at mode.".to_owned(),
                "Known here: frozen, scaled.".to_owned()
            )
        );
        assert_eq!(
            said("seed", "invalid type: string \"many\", expected u64").0,
            "Found the text \"many\", expected a whole number from 0 on at seed."
        );
    }
}
