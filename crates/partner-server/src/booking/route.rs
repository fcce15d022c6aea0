//! From a path to a method of the protocol (section 1.1).

use booking_api::Method;

use crate::sessions::split;

/// What a path asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// A method, called with the right verb.
    Call(Method),
    /// A method, called with another verb than this one.
    WrongVerb(Method, &'static str),
    /// Nothing that exists.
    Unknown,
}

/// With or without a slash at the end: both forms behave alike, with no redirect. A session before
/// it makes no difference.
pub(super) fn route(verb: &str, path: &str) -> Route {
    let (_, path) = split(path);
    let Some(name) = path.strip_prefix("/v3/") else {
        return Route::Unknown;
    };
    let name = match name.strip_suffix('/').unwrap_or(name) {
        // One of the published pages spells it so.
        "BatchAvailabilitylookup" => "BatchAvailabilityLookup",
        name => name,
    };
    match Method::from_name(name) {
        Some(method) if verb == method.verb().name() => Route::Call(method),
        Some(method) => Route::WrongVerb(method, method.verb().name()),
        None => Route::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_slash_forms_and_the_odd_spelling_are_known() {
        let batch = Route::Call(Method::BatchAvailabilityLookup);
        assert_eq!(route("POST", "/v3/BatchAvailabilityLookup"), batch);
        assert_eq!(route("POST", "/v3/BatchAvailabilityLookup/"), batch);
        assert_eq!(route("POST", "/v3/BatchAvailabilitylookup/"), batch);
        assert_eq!(
            route("GET", "/v3/HealthCheck/"),
            Route::Call(Method::HealthCheck)
        );
        assert_eq!(
            route("GET", "/sessions/a/v3/HealthCheck"),
            Route::Call(Method::HealthCheck)
        );
        assert_eq!(
            route("GET", "/v3/CreateBooking"),
            Route::WrongVerb(Method::CreateBooking, "POST")
        );
        for path in [
            "/",
            "/v3",
            "/v3/",
            "/v3/createbooking",
            "/v2/CreateBooking",
            "/v3/CreateBooking//",
        ] {
            assert_eq!(route("POST", path), Route::Unknown, "{path}");
        }
    }
}
