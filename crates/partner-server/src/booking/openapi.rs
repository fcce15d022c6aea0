//! The Booking Server's description for OpenAPI, from the methods themselves.

use booking_api::Finding;
use partner::overrides::{HEADER, Key};
use serde::Serialize;
use utoipa::openapi::Required;
use utoipa::openapi::path::{ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi, ToSchema};

use super::methods;

/// A protocol error. Its shape is ours: none is documented (section 1.4).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProtocolError {
    /// What went wrong.
    error: ProtocolErrorDetail,
}

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProtocolErrorDetail {
    /// The HTTP status again.
    code: u16,
    /// Its canonical name, e.g. `INVALID_ARGUMENT`.
    status: String,
    /// One sentence.
    message: String,
    /// What is wrong with the request, where `validation` is `reject`; else absent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    findings: Vec<Finding>,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Mock Partner: Booking Server",
        description = "Maps Booking API v3 as a partner answers it. Every path also works with a \
                       slash at its end. Orders and the waitlist answer 501."
    ),
    paths(
        methods::health_check::health_check,
        methods::batch_availability_lookup::batch_availability_lookup,
        methods::check_availability::check_availability,
        methods::create_lease::create_lease,
        methods::create_booking::create_booking,
        methods::update_booking::update_booking,
        methods::get_booking_status::get_booking_status,
        methods::list_bookings::list_bookings,
        methods::set_marketing_preference::set_marketing_preference,
    ),
    modifiers(&BasicAuthentication, &OverrideHeader)
)]
struct Description;

struct BasicAuthentication;

impl Modify for BasicAuthentication {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_default();
        let basic = SecurityScheme::Http(Http::new(HttpAuthScheme::Basic));
        components.add_security_scheme("basic", basic);
    }
}

/// Every method takes the header of overrides.
struct OverrideHeader;

impl Modify for OverrideHeader {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let keys: Vec<&str> = Key::ALL.iter().map(|key| key.name()).collect();
        let description = format!(
            "Sets behaviour for this request only, above all toggles: `key=value; key=value`. \
             Keys: {}. What cannot be understood or could have no effect is a 400.",
            keys.join(", ")
        );
        let header = ParameterBuilder::new()
            .name(HEADER)
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(description))
            .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
            .example(Some("failure=SLOT_UNAVAILABLE; latency_ms=500".into()))
            .build();
        for item in openapi.paths.paths.values_mut() {
            let operations = [item.get.as_mut(), item.post.as_mut()];
            for operation in operations.into_iter().flatten() {
                let parameters = operation.parameters.get_or_insert_default();
                parameters.push(header.clone().into());
            }
        }
    }
}

/// The description as indented JSON with a line end.
#[must_use]
pub fn openapi() -> String {
    // The description is data that was checked when it was compiled: it always serialises.
    let mut text = Description::openapi().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}
