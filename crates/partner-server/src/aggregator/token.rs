//! `/aggregator/token`: a service account's signed JWT for a token, as Google's token address does
//! (RFC 7523).
//!
//! The signature is not checked, since the stand-in knows no account's public key: what is checked
//! is what can be wrong in the claims. The claims' times are the caller's own; they are compared
//! with each other, never with the engine's clock.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::serve::random_token;

/// The grant of RFC 7523.
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// What a token must be good for.
const SCOPE: &str = "https://www.googleapis.com/auth/mapsbooking";

/// How long a token is good for, by the engine's clock.
const LIFE_SEC: u64 = 3_599;

/// Tokens that are remembered.
const MOST: usize = 1_000;

/// The tokens that the stand-in takes besides the control token.
#[derive(Debug)]
pub(crate) struct Tokens {
    own: String,
    issued: Mutex<VecDeque<(String, Timestamp)>>,
}

/// The refusal of an exchange: its name in the answer, and a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Denied {
    error: &'static str,
    description: String,
}

impl Denied {
    fn new(error: &'static str, description: impl Into<String>) -> Self {
        Self {
            error,
            description: description.into(),
        }
    }

    pub(super) fn name(&self) -> &'static str {
        self.error
    }

    pub(super) fn description(&self) -> &str {
        &self.description
    }

    pub(super) fn body(&self) -> Value {
        json!({ "error": self.error, "error_description": self.description })
    }
}

#[derive(Deserialize)]
struct Claims {
    #[serde(default)]
    iss: String,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    aud: Value,
    iat: Option<i64>,
    exp: Option<i64>,
}

impl Tokens {
    /// Tokens with one of our own, by which our sender is known.
    pub(crate) fn new() -> Self {
        Self {
            own: random_token(),
            issued: Mutex::default(),
        }
    }

    /// The token by which our own sender is known.
    pub(crate) fn own(&self) -> &str {
        &self.own
    }

    /// Whether a token was given out here and is still good.
    pub(super) fn knows(&self, token: &str, now: Timestamp) -> bool {
        let issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        issued
            .iter()
            .any(|(known, until)| known == token && now < *until)
    }

    /// Exchanges a form with a signed JWT for a token.
    pub(super) fn exchange(&self, form: &[u8], now: Timestamp) -> Result<Value, Denied> {
        let form = String::from_utf8_lossy(form);
        let field = |wanted: &str| {
            form.split('&')
                .filter_map(|pair| pair.split_once('='))
                .find(|(name, _)| *name == wanted)
                .map(|(_, value)| {
                    let value = value.replace('+', " ");
                    percent_decode_str(&value).decode_utf8_lossy().into_owned()
                })
        };
        if field("grant_type").as_deref() != Some(GRANT) {
            return Err(Denied::new(
                "unsupported_grant_type",
                format!("Send grant_type={GRANT} as a form."),
            ));
        }
        let assertion = field("assertion").unwrap_or_default();
        check(&assertion).map_err(|why| Denied::new("invalid_grant", why))?;
        let token = format!("standin.{}", random_token());
        let until = now
            .checked_add(Duration::from_secs(LIFE_SEC))
            .unwrap_or(Timestamp::MAX);
        let mut issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        if issued.len() == MOST {
            issued.pop_front();
        }
        issued.push_back((token.clone(), until));
        Ok(json!({ "access_token": token, "expires_in": LIFE_SEC, "token_type": "Bearer" }))
    }
}

/// Whether a JWT has what Google's token address wants of it.
fn check(assertion: &str) -> Result<(), String> {
    let parts: Vec<&str> = assertion.split('.').collect();
    let [head, claims, signature] = parts.as_slice() else {
        return Err("The assertion is no JWT: it needs three parts.".to_owned());
    };
    let json = |part: &str| -> Option<Value> {
        let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
        serde_json::from_slice(&bytes).ok()
    };
    let head = json(head).ok_or("The JWT's header is not JSON in base64url.")?;
    if head["alg"] != "RS256" {
        return Err(format!(
            "The JWT is signed with {}, not RS256.",
            head["alg"]
        ));
    }
    if signature.is_empty() {
        return Err("The JWT has no signature.".to_owned());
    }
    let claims = json(claims).ok_or("The JWT's claims are not JSON in base64url.")?;
    let claims: Claims = serde_json::from_value(claims)
        .map_err(|error| format!("The JWT's claims cannot be read: {error}."))?;
    if claims.iss.is_empty() {
        return Err("The JWT names no account (iss).".to_owned());
    }
    if !claims.scope.split(' ').any(|scope| scope == SCOPE) {
        return Err(format!("The JWT does not ask for the scope {SCOPE}."));
    }
    if claims.aud.is_null() {
        return Err("The JWT names no audience (aud).".to_owned());
    }
    match (claims.iat, claims.exp) {
        (Some(iat), Some(exp)) if exp > iat && exp - iat <= 3_600 => Ok(()),
        (Some(_), Some(_)) => Err("The JWT must be good for an hour at most.".to_owned()),
        _ => Err("The JWT needs both iat and exp.".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(claims: &Value, alg: &str) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let assertion = format!("{}.{}.c2ln", part(&json!({ "alg": alg })), part(claims));
        format!(
            "grant_type={}&assertion={assertion}",
            GRANT.replace(':', "%3A")
        )
    }

    #[test]
    fn a_right_jwt_gets_a_token_that_is_good_for_an_hour() {
        let tokens = Tokens::new();
        let now = partner::clock::from_micros(0);
        let claims = json!({"iss": "a@b", "scope": SCOPE, "aud": "x", "iat": 100, "exp": 3_700});
        let granted = tokens
            .exchange(form(&claims, "RS256").as_bytes(), now)
            .unwrap();
        let token = granted["access_token"].as_str().unwrap();
        assert_eq!(granted["token_type"], "Bearer");
        assert!(tokens.knows(token, now));
        assert!(!tokens.knows("other", now));
        let later = partner::clock::from_micros(3_599_000_000);
        assert!(!tokens.knows(token, later));
    }

    #[test]
    fn what_is_wrong_with_a_jwt_is_said() {
        let tokens = Tokens::new();
        let now = partner::clock::from_micros(0);
        let right = json!({"iss": "a@b", "scope": SCOPE, "aud": "x", "iat": 100, "exp": 3_700});
        let mut wrong = vec![("unsupported_grant_type", "grant_type=password".to_owned())];
        wrong.push(("invalid_grant", format!("grant_type={GRANT}&assertion=a.b")));
        wrong.push(("invalid_grant", form(&right, "none")));
        for (field, value) in [
            ("iss", json!("")),
            ("scope", json!("https://www.googleapis.com/auth/drive")),
            ("aud", Value::Null),
            ("exp", json!(3_701)),
            ("exp", json!(100)),
            ("iat", Value::Null),
        ] {
            let mut claims = right.clone();
            claims[field] = value;
            wrong.push(("invalid_grant", form(&claims, "RS256")));
        }
        for (error, form) in wrong {
            let denied = tokens.exchange(form.as_bytes(), now).unwrap_err();
            assert_eq!(denied.name(), error, "{form}");
        }
    }
}
