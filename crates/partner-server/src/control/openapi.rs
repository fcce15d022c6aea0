//! The control API's description: a frame here, the calls from their handlers.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use utoipa::OpenApi as _;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{AllOf, Schema};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{
    Content, Object, OpenApi, PathItem, Ref, RefOr, Response as Answer, ResponseBuilder,
};

use super::events::{
    BookingsMessage, ExchangesMessage, Gap, InventoryMessage, ResetMessage, WalkthroughMessage,
};
use super::status::BehaviourState;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Mock Partner: control API",
        description = "What windows and scripts call to steer the partner and to watch it. Lives \
            on its own port, so that the Booking Server can stop, move or misbehave and still be \
            steered. Times are RFC 3339 in UTC; lists are newest first."
    ),
    servers((url = "http://127.0.0.1:8791", description = "Unless started with --control-port.")),
    tags(
        (name = "partner", description = "How the partner stands."),
        (name = "behaviour", description = "How it answers."),
        (name = "notifications", description = "What the aggregator is to be told."),
        (name = "aggregator", description = "The stand-in for the calling side."),
        (name = "clock", description = "What time it is for it."),
        (name = "exchanges", description = "What went over the wire."),
        (name = "bookings", description = "What it holds."),
        (name = "challenges", description = "What banks ask guests (3-D Secure 1)."),
        (name = "payment options", description = "Packs, memberships and single uses that guests own."),
        (name = "inventory", description = "What can be booked: in, out, and by hand."),
    ),
    // The event stream's messages: no call answers with them alone.
    components(schemas(BehaviourState, BookingsMessage, ExchangesMessage, Gap, InventoryMessage, ResetMessage, WalkthroughMessage)),
    security(("token" = []))
)]
struct Frame;

/// The description without its calls.
pub(super) fn frame() -> OpenApi {
    let mut frame = Frame::openapi();
    let mut token = Http::new(HttpAuthScheme::Bearer);
    token.description =
        Some("The control token: chosen with --control-token, else printed at the start.".into());
    let components = frame.components.get_or_insert_default();
    components.add_security_scheme("token", SecurityScheme::Http(token));
    frame
}

/// The whole description as indented JSON with a line end.
#[must_use]
pub fn openapi() -> String {
    let mut description = super::calls().into_openapi();
    for item in description.paths.paths.values_mut() {
        operations(item).for_each(add_guard);
    }
    let schemas = &mut description.components.get_or_insert_default().schemas;
    for name in ALWAYS_WHOLE {
        if let Some(RefOr::T(schema)) = schemas.get_mut(*name) {
            require_all(schema);
        }
    }
    // The description is data that was checked when it was compiled: it always serialises.
    let mut text = description.to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// Answers of the engine's own types that are sent with all of their fields, null or not. Their
/// fields are optional only where the same type is read from a scenario or a patch.
const ALWAYS_WHOLE: &[&str] = &[
    "Behaviour",
    "CauseInfo",
    "Decision",
    "Exchange",
    "ListenerState",
    "Payment",
    "Summary",
];

fn require_all(schema: &mut Schema) {
    match schema {
        Schema::Object(Object {
            properties,
            required,
            ..
        }) => {
            *required = properties.keys().cloned().collect();
        }
        Schema::AllOf(AllOf { items, .. }) => {
            for item in items {
                if let RefOr::T(schema) = item {
                    require_all(schema);
                }
            }
        }
        _ => {}
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        &mut item.get,
        &mut item.put,
        &mut item.post,
        &mut item.patch,
        &mut item.delete,
    ]
    .into_iter()
    .flatten()
}

/// What the guard answers, to every call alike.
fn add_guard(operation: &mut Operation) {
    for (status, meaning) in [
        ("401", "`unauthorized`: the token is missing or wrong."),
        (
            "403",
            "`forbidden_host` or `forbidden_origin`: called by a page from elsewhere.",
        ),
    ] {
        let refusal = Content::new(Some(Ref::from_schema_name("ErrorBody")));
        let answer: Answer = ResponseBuilder::new()
            .description(meaning)
            .content("application/json", refusal)
            .build();
        operation
            .responses
            .responses
            .insert(status.to_owned(), answer.into());
    }
}

/// This description.
#[utoipa::path(
    get,
    path = "/api/openapi.json",
    tag = "partner",
    responses((status = 200, description = "OpenAPI 3.1.", body = Object))
)]
pub(super) async fn get_openapi() -> Response {
    static TEXT: LazyLock<String> = LazyLock::new(openapi);
    ([(header::CONTENT_TYPE, "application/json")], TEXT.as_str()).into_response()
}
