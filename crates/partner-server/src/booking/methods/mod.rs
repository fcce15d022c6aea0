//! One file per method of the protocol, each with its description for OpenAPI.

pub(super) mod batch_availability_lookup;
pub(super) mod check_availability;
pub(super) mod create_booking;
pub(super) mod create_lease;
pub(super) mod get_booking_status;
pub(super) mod health_check;
pub(super) mod list_bookings;
pub(super) mod set_marketing_preference;
pub(super) mod update_booking;

use std::future::Future;

use booking_api::{Finding, Message, Method, Rejection, RejectionKind, Required};
use bytes::Bytes;
use partner::Engine;
use partner::booking::{Call, Refusal, Reply};
use partner::decision::Layer;

/// Calls the method with the request's body.
pub(super) async fn call(engine: &Engine, method: Method, call: Call, body: &Bytes) -> Reply {
    match method {
        Method::HealthCheck => health_check::health_check(),
        Method::BatchAvailabilityLookup => {
            batch_availability_lookup::batch_availability_lookup(engine, call, body).await
        }
        Method::CheckAvailability => {
            check_availability::check_availability(engine, call, body).await
        }
        Method::CreateLease => create_lease::create_lease(engine, call, body).await,
        Method::CreateBooking => create_booking::create_booking(engine, call, body).await,
        Method::UpdateBooking => update_booking::update_booking(engine, call, body).await,
        Method::GetBookingStatus => get_booking_status::get_booking_status(engine, body).await,
        Method::ListBookings => list_bookings::list_bookings(engine, call, body).await,
        Method::SetMarketingPreference => {
            set_marketing_preference::set_marketing_preference(engine, body).await
        }
        Method::CheckOrderFulfillability | Method::CreateOrder | Method::ListOrders => {
            not_implemented(method, "orders (ticketing)")
        }
        Method::BatchGetWaitEstimates
        | Method::CreateWaitlistEntry
        | Method::GetWaitlistEntry
        | Method::DeleteWaitlistEntry => not_implemented(method, "the waitlist"),
    }
}

fn not_implemented(method: Method, what: &str) -> Reply {
    let message = format!(
        "{} belongs to {what}, which this partner does not offer.",
        method.name()
    );
    let mut reply = Reply::about("", String::new());
    reply
        .trail
        .decide("method", Layer::Protocol, message.clone(), "1.4");
    reply.with(Err(Refusal::new(501, "not offered", message)))
}

/// Reads the body as a message and, if it can be used, lets `answer` do the rest. What is wrong
/// with the body stands among the reply's findings either way.
async fn read_then<T, F, R>(body: &Bytes, answer: F) -> Reply
where
    T: Message + Required,
    F: FnOnce(T) -> R,
    R: Future<Output = Reply>,
{
    let reading = booking_api::read::<T>(body);
    let mut findings = reading.findings;
    let message = reading.message.and_then(|message| {
        let missing = message.missing();
        let rejection = Rejection::missing(&missing);
        findings.extend(missing);
        match rejection {
            Some(rejection) => Err(rejection),
            None => Ok(message),
        }
    });
    match message {
        Ok(message) => {
            let mut reply = answer(message).await;
            if !findings.is_empty() {
                findings.append(&mut reply.findings);
                reply.findings = findings;
            }
            reply
        }
        Err(rejection) => refused(rejection, findings),
    }
}

fn refused(rejection: Rejection, findings: Vec<Finding>) -> Reply {
    let label = match rejection.kind {
        RejectionKind::InvalidUtf8 => "invalid UTF-8",
        RejectionKind::MalformedJson => "malformed JSON",
        RejectionKind::NotAnObject | RejectionKind::WrongType => "wrong type",
        RejectionKind::UnknownEnumValue => "unknown value",
        RejectionKind::MissingField => "missing field",
    };
    let mut reply = Reply::about("", rejection.pointer);
    reply
        .trail
        .decide("body", Layer::Protocol, rejection.message.clone(), "1.3");
    reply.findings = findings;
    reply.with(Err(Refusal::new(400, label, rejection.message)))
}
