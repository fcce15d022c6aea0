//! Takes secrets out of what is logged (invariant 10): credentials, payment tokens, 3-D Secure
//! answers.
//!
//! It works on text rather than on parsed JSON, so that a broken body hides its secrets too.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memmem::Finder;

/// What stands in the place of a secret.
pub const HIDDEN: &str = "[redacted]";

/// JSON fields whose string value is a secret, in both spellings.
const SECRET_FIELDS: &[&str] = &[
    "unparsed_payment_method_token",
    "unparsedPaymentMethodToken",
    "payment_method_token",
    "paymentMethodToken",
    "pa_response",
    "paResponse",
    "fraud_signals",
    "fraudSignals",
    "PaRes",
    "pa_res",
    "access_token",
];

/// Every one of the names above holds one of these, and the token that each booking has does not.
static TELLING: LazyLock<[Finder<'static>; 7]> = LazyLock::new(|| {
    [
        "thod_token",
        "thodToken",
        "pa_res",
        "paRes",
        "PaRes",
        "fraud",
        "ccess_token",
    ]
    .map(Finder::new)
});

/// Headers whose value is a secret.
const SECRET_HEADERS: &[&str] = &[
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
];

/// The value to log for a header.
#[must_use]
pub fn header<'a>(name: &str, value: &'a str) -> Cow<'a, str> {
    if !SECRET_HEADERS
        .iter()
        .any(|secret| name.eq_ignore_ascii_case(secret))
    {
        return Cow::Borrowed(value);
    }
    match value.split_once(' ') {
        // The scheme is worth knowing and no secret.
        Some((scheme, _)) if scheme.len() < 16 => Cow::Owned(format!("{scheme} {HIDDEN}")),
        _ => Cow::Borrowed(HIDDEN),
    }
}

/// The text to log for a form that a browser posted (`application/x-www-form-urlencoded`), or for
/// a query.
#[must_use]
pub fn form(text: &str) -> Cow<'_, str> {
    let is_secret = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        // Names may be percent-encoded, and a browser's spelling of a small letter is as good.
        let decoded = form_urlencoded::parse(name.as_bytes()).next();
        let name = decoded.map_or(Cow::Borrowed(name), |(name, _)| name);
        let known = |secret: &&str| name.trim().eq_ignore_ascii_case(secret);
        !value.is_empty() && SECRET_FIELDS.iter().any(known)
    };
    if !text.split('&').any(is_secret) {
        return Cow::Borrowed(text);
    }
    let shown: Vec<Cow<'_, str>> = text
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, _)) if is_secret(pair) => Cow::Owned(format!("{name}={HIDDEN}")),
            _ => Cow::Borrowed(pair),
        })
        .collect();
    Cow::Owned(shown.join("&"))
}

/// The text to log for a path with its query.
#[must_use]
pub fn target(text: &str) -> Cow<'_, str> {
    match text.split_once('?') {
        Some((path, query)) => match form(query) {
            Cow::Owned(query) => Cow::Owned(format!("{path}?{query}")),
            Cow::Borrowed(_) => Cow::Borrowed(text),
        },
        None => Cow::Borrowed(text),
    }
}

/// The text to log for a body.
#[must_use]
pub fn body(text: &str) -> Cow<'_, str> {
    // Nearly every body has none of these words: one quick look decides.
    let holds = |word: &Finder<'_>| word.find(text.as_bytes()).is_some();
    if !TELLING.iter().any(holds) {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(step) = text[at..].find('"') {
        // Every quote may open a name: in a broken body one cannot tell which of them do.
        at += step + 1;
        let name = SECRET_FIELDS.iter().find(|name| {
            let rest = text[at..].strip_prefix(**name);
            rest.is_some_and(|rest| rest.starts_with('"'))
        });
        let Some(name) = name else {
            continue;
        };
        at += name.len() + 1;
        let rest = &text[at..];
        let value = rest.trim_start();
        let Some(value) = value.strip_prefix(':').map(str::trim_start) else {
            continue;
        };
        let from = text.len() - value.len();
        let to = match value.as_bytes().first() {
            // An unclosed string hides everything behind it.
            Some(b'"') => end_of_string(text, from + 1).map_or(text.len(), |end| end + 1),
            // A token sent as an object is as secret as one sent as a string.
            Some(b'{' | b'[') => end_of_nest(text, from),
            Some(_) => from + value.find([',', '}', ']', '\n']).unwrap_or(value.len()),
            None => continue,
        };
        if text[from..to] == *"\"\"" || text[from..to] == *"null" {
            continue;
        }
        out.push_str(&text[copied..from]);
        out.push('"');
        out.push_str(HIDDEN);
        out.push('"');
        copied = to;
        at = to;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// Where the string that begins at `start` (behind its quote) ends, as the closing quote's place.
fn end_of_string(text: &str, start: usize) -> Option<usize> {
    let mut escaped = false;
    text.as_bytes()[start..]
        .iter()
        .position(|byte| {
            let ends = *byte == b'"' && !escaped;
            escaped = *byte == b'\\' && !escaped;
            ends
        })
        .map(|step| start + step)
}

/// Just behind the bracket that closes the one at `start`, or the end of the text.
fn end_of_nest(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut at = start;
    while at < bytes.len() {
        match bytes[at] {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            b'"' => match end_of_string(text, at + 1) {
                Some(end) => at = end,
                None => return text.len(),
            },
            _ => {}
        }
        at += 1;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn secrets_go_and_the_rest_stays() {
        let text =
            r#"{"a":1,"unparsed_payment_method_token":"{\"id\":\"tok\"}","idempotency_token":"7"}"#;
        assert_eq!(
            body(text),
            r#"{"a":1,"unparsed_payment_method_token":"[redacted]","idempotency_token":"7"}"#
        );
        let text = "{\"payment_information\":{\"paResponse\" : \"eJx\",\"md\":2}}";
        assert_eq!(
            body(text),
            "{\"payment_information\":{\"paResponse\" : \"[redacted]\",\"md\":2}}"
        );
        assert_eq!(
            body(r#"{"pa_response":{"x":["}"]},"b":1}"#),
            r#"{"pa_response":"[redacted]","b":1}"#
        );
        assert_eq!(
            body(r#"{"pa_response":"cut of"#),
            r#"{"pa_response":"[redacted]""#
        );
        assert_eq!(body(r#"{"pa_response":""}"#), r#"{"pa_response":""}"#);
        // A quote that is missing before it must not hide the name.
        assert_eq!(
            body(r#"{"a: 1, "payment_method_token":"tok","b":2}"#),
            r#"{"a: 1, "payment_method_token":"[redacted]","b":2}"#
        );
        assert_eq!(
            body(r#"{"a":"pa_response","pa_response":"x"}"#),
            r#"{"a":"pa_response","pa_response":"[redacted]"}"#
        );
        assert!(matches!(
            body(r#"{"idempotency_token":"7"}"#),
            Cow::Borrowed(_)
        ));
    }

    #[test]
    fn a_form_hides_its_secrets_however_their_names_are_spelt() {
        assert_eq!(
            form("MD=md-1&PaRes=aGVsbG8%2B&x="),
            "MD=md-1&PaRes=[redacted]&x="
        );
        assert_eq!(
            form("Pa%52es=x&PARES=y"),
            "Pa%52es=[redacted]&PARES=[redacted]"
        );
        assert_eq!(form("pa_response=a=b&c"), "pa_response=[redacted]&c");
        for plain in ["", "PaReq=x&MD=y", "PaRes=", "PaRes", "x=PaRes"] {
            assert!(matches!(form(plain), Cow::Borrowed(_)), "{plain}");
        }
        assert_eq!(
            target("/3ds1/return?PaRes=x"),
            "/3ds1/return?PaRes=[redacted]"
        );
        assert!(matches!(target("/3ds1/return?MD=x"), Cow::Borrowed(_)));
    }

    #[test]
    fn credentials_keep_their_scheme_only() {
        assert_eq!(
            header("Authorization", "Basic bW9jazpwYXJ0bmVy"),
            "Basic [redacted]"
        );
        assert_eq!(header("cookie", "a=b"), "[redacted]");
        assert_eq!(header("Accept", "*/*"), "*/*");
    }

    proptest! {
        #[test]
        fn any_text_survives(text in ".*") {
            let _ = body(&text);
            let _ = body(&format!("{{\"pa_response\":{text}"));
        }

        #[test]
        fn no_secret_is_left(secret in "[a-z]{12}", tail in "\\PC*") {
            let quoted = serde_json::to_string(&format!("{secret}{tail}")).unwrap();
            let text = format!("{{\"x\":1,\"payment_method_token\": {quoted}}}");
            prop_assert!(!body(&text).contains(&secret));
        }

        #[test]
        fn no_secret_is_left_in_a_broken_body(
            before in "[\\PC&&[^\\\\]]{0,20}", secret in "[a-z]{12}",
        ) {
            let text = format!("{before}\"paResponse\":\"{secret}\"}}");
            prop_assert!(!body(&text).contains(&secret), "{}", text);
        }
    }
}
