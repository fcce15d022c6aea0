//! Which call of Google's interfaces a path and a verb are.

use axum::http::{HeaderMap, Method};
use percent_encoding::percent_decode_str;

/// What a client with no PATCH of its own sends along with a POST.
const OVERRIDE: &str = "x-http-method-override";

/// A call, with the ids of its path decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Call {
    /// `notification.partners.bookings.patch`.
    Patch { partner: String, booking: String },
    /// `availability:replace` of several services.
    Batch { partner: String },
    /// `availability:replace` of one service.
    Single {
        partner: String,
        merchant: String,
        service: String,
    },
    /// The exchange of a signed JWT for a token.
    Token,
}

/// Finds the call; an error says in a sentence why there is none.
pub(super) fn route(verb: &Method, path: &str, headers: &HeaderMap) -> Result<Call, String> {
    let decoded = |segment: &str| {
        let text = percent_decode_str(segment).decode_utf8().ok()?;
        (!text.is_empty()).then(|| text.into_owned())
    };
    let missing = || {
        let list = "PATCH /v1alpha/notification/partners/{p}/bookings/{b}, \
                    POST /v1alpha/inventory/partners/{p}/availability:replace, \
                    POST /v1alpha/inventory/partners/{p}/merchants/{m}/services/{s}/\
                    availability:replace, POST /token";
        format!("There is nothing at {path}. The stand-in has: {list}.")
    };
    let segments: Option<Vec<String>> = path
        .trim_start_matches(super::PATH)
        .trim_start_matches('/')
        .split('/')
        .map(decoded)
        .collect();
    let segments = segments.ok_or_else(missing)?;
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let (call, wanted) = match segments.as_slice() {
        [
            "v1alpha",
            "notification",
            "partners",
            partner,
            "bookings",
            booking,
        ] => (
            Call::Patch {
                partner: (*partner).to_owned(),
                booking: (*booking).to_owned(),
            },
            Method::PATCH,
        ),
        [
            "v1alpha",
            "inventory",
            "partners",
            partner,
            "availability:replace",
        ] => (
            Call::Batch {
                partner: (*partner).to_owned(),
            },
            Method::POST,
        ),
        [
            "v1alpha",
            "inventory",
            "partners",
            partner,
            "merchants",
            merchant,
            "services",
            service,
            "availability:replace",
        ] => (
            Call::Single {
                partner: (*partner).to_owned(),
                merchant: (*merchant).to_owned(),
                service: (*service).to_owned(),
            },
            Method::POST,
        ),
        ["token"] => (Call::Token, Method::POST),
        _ => return Err(missing()),
    };
    let overridden = headers
        .get(OVERRIDE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.eq_ignore_ascii_case(wanted.as_str()));
    if *verb == wanted || (*verb == Method::POST && overridden) {
        Ok(call)
    } else {
        Err(format!("{path} is called with {wanted}, not {verb}."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_decoded_and_verbs_may_be_overridden() {
        let none = HeaderMap::new();
        let path = "/aggregator/v1alpha/notification/partners/2/bookings/a%2Fb";
        let patch = Call::Patch {
            partner: "2".to_owned(),
            booking: "a/b".to_owned(),
        };
        assert_eq!(route(&Method::PATCH, path, &none), Ok(patch.clone()));
        assert!(route(&Method::POST, path, &none).is_err());
        let mut overridden = HeaderMap::new();
        overridden.insert(OVERRIDE, "PATCH".parse().unwrap());
        assert_eq!(route(&Method::POST, path, &overridden), Ok(patch));
        let path = "/aggregator/v1alpha/inventory/partners/2/merchants/m/services/s/\
                    availability:replace";
        assert!(matches!(
            route(&Method::POST, path, &none),
            Ok(Call::Single { .. })
        ));
        assert_eq!(
            route(&Method::POST, "/aggregator/token", &none),
            Ok(Call::Token)
        );
        for wrong in [
            "/aggregator",
            "/aggregator/v1/x",
            "/aggregator/v1alpha/notification/partners//bookings/b",
        ] {
            assert!(route(&Method::PATCH, wrong, &none).is_err(), "{wrong}");
        }
    }
}
