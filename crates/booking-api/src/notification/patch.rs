//! One call of `notification.partners.bookings.patch`: what a partner sends, and what an aggregator
//! makes of what it got.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::Value;

use super::failure::NotifiedFailure;
use super::mask::{self, MaskField};
use super::rpc::{RpcCode, RpcError};
use super::{NotifiedBooking, booking_name};
use crate::causes::Cause;
use crate::enums::{BookingStatus, CreditCardType, PrepaymentStatus};
use crate::finding::{Finding, FindingCode};
use crate::json::{camel_case, read};

/// What may stand in a path segment or a query's value as it is.
pub(crate) const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A mask's commas stay readable; they mean nothing else in a query.
const PLAIN_QUERY: &AsciiSet = &PLAIN.remove(b',');

/// A PATCH as a partner sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatchRequest {
    /// The partner's id with the aggregator.
    pub partner_id: String,
    /// The booking's id.
    pub booking_id: String,
    /// The query's names and values: `updateMask` first.
    pub query: Vec<(String, String)>,
    /// The body, in lowerCamelCase.
    pub body: Value,
}

impl PatchRequest {
    /// A PATCH of these fields.
    pub fn new(
        partner_id: &str,
        mut booking: NotifiedBooking,
        booking_id: &str,
        fields: &[MaskField],
    ) -> Self {
        booking.name = booking_name(partner_id, booking_id);
        Self {
            partner_id: partner_id.to_owned(),
            booking_id: booking_id.to_owned(),
            query: vec![("updateMask".to_owned(), mask::written(fields))],
            body: camel_case(&booking),
        }
    }

    /// The path behind the host, percent-encoded, with the query.
    pub fn target(&self) -> String {
        let segment = |text: &str| utf8_percent_encode(text, PLAIN).to_string();
        let mut target = format!(
            "/v1alpha/notification/partners/{}/bookings/{}",
            segment(&self.partner_id),
            segment(&self.booking_id)
        );
        for (place, (name, value)) in self.query.iter().enumerate() {
            target.push(if place == 0 { '?' } else { '&' });
            target.push_str(name);
            target.push('=');
            target.extend(utf8_percent_encode(value, PLAIN_QUERY));
        }
        target
    }
}

/// A PATCH as an aggregator understood it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// The fields to change.
    pub fields: Vec<MaskField>,
    /// Their new values; fields that the mask does not name are left as they came.
    pub booking: NotifiedBooking,
    /// Why the booking failed; only with the status FAILED.
    pub failure: Option<NotifiedFailure>,
}

/// What became of a PATCH before anybody looked for its booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatchReading {
    /// The PATCH, or the error to answer.
    pub patch: Result<Patch, RpcError>,
    /// What is odd about it. Pointers that begin with `?` name a parameter of the query.
    pub findings: Vec<Finding>,
}

/// Reads a PATCH: its path's ids (decoded), its raw query and its body.
pub fn read_patch(partner_id: &str, booking_id: &str, query: &str, body: &[u8]) -> PatchReading {
    let mut findings = Vec::new();
    let patch = patch(partner_id, booking_id, query, body, &mut findings);
    PatchReading { patch, findings }
}

fn patch(
    partner_id: &str,
    booking_id: &str,
    query: &str,
    body: &[u8],
    findings: &mut Vec<Finding>,
) -> Result<Patch, RpcError> {
    let (mask, failure) = parameters(query, findings)?;
    let fields = mask::read(&mask)?;
    let reading = read::<NotifiedBooking>(body);
    // The reader speaks of the Booking Server's spelling, which is not this interface's.
    let names_fit = |finding: &Finding| finding.code != FindingCode::CamelCase.name();
    findings.extend(reading.findings.into_iter().filter(names_fit));
    snake_case_names(body, findings);
    let booking = reading
        .message
        .map_err(|rejection| invalid(rejection.message))?;
    let name = booking_name(partner_id, booking_id);
    if booking.name != name {
        return Err(invalid(format!(
            "The body's name is \"{}\", the path's is \"{name}\": they must be equal.",
            booking.name
        )));
    }
    let fields = with_refund(fields, &booking, findings);
    for field in &fields {
        check_present(*field, &booking)?;
    }
    beside_the_mask(&fields, &booking, findings);
    let failure = failure_of(&fields, &booking, failure, findings);
    Ok(Patch {
        fields,
        booking,
        failure,
    })
}

/// The mask, and the failure if any parameter of it was given.
fn parameters(
    query: &str,
    findings: &mut Vec<Finding>,
) -> Result<(String, Option<NotifiedFailure>), RpcError> {
    let mut mask = String::new();
    let mut failure = NotifiedFailure::default();
    let mut has_failure = false;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decoded(name)?, decoded(value)?);
        match name.as_ref() {
            "updateMask" | "update_mask" => mask = value.into_owned(),
            // What every interface of Google takes.
            "alt" | "key" | "prettyPrint" | "fields" | "quotaUser" | "$.xgafv" => {}
            other => {
                if failure.take(other, &value)? {
                    has_failure = true;
                } else {
                    findings.push(Finding::new(
                        FindingCode::UnknownParameter,
                        format!("?{other}"),
                        other,
                        "updateMask or a field of bookingFailure",
                    ));
                }
            }
        }
    }
    Ok((mask, has_failure.then_some(failure)))
}

fn decoded(text: &str) -> Result<Cow<'_, str>, RpcError> {
    let decoded = if text.contains('+') {
        let spaced = text.replace('+', " ");
        percent_decode_str(&spaced)
            .decode_utf8()
            .map(|it| Cow::Owned(it.into_owned()))
    } else {
        percent_decode_str(text).decode_utf8()
    };
    decoded.map_err(|_| invalid("The query is not UTF-8.".to_owned()))
}

/// A bare `status` takes the refund along where the booking is cancelled (section 10.8).
fn with_refund(
    mut fields: Vec<MaskField>,
    booking: &NotifiedBooking,
    findings: &mut Vec<Finding>,
) -> Vec<MaskField> {
    let refunded = booking
        .payment_information
        .as_ref()
        .is_some_and(|payment| payment.prepayment_status == PrepaymentStatus::Refunded);
    if fields == [MaskField::Status] && booking.status == BookingStatus::Canceled && refunded {
        fields.push(MaskField::PrepaymentStatus);
        findings.push(Finding::new(
            FindingCode::RefundBesideMask,
            "/paymentInformation/prepaymentStatus",
            "updateMask=status",
            "updateMask=status,paymentInformation.prepaymentStatus",
        ));
    }
    fields
}

/// A field that the mask names must have a value: none of the five can be cleared.
fn check_present(field: MaskField, booking: &NotifiedBooking) -> Result<(), RpcError> {
    let present = match field {
        MaskField::Status => booking.status != BookingStatus::Unspecified,
        MaskField::StartTime => booking.start_time.is_some(),
        MaskField::Duration => booking
            .duration
            .is_some_and(|it| it.seconds > 0 || it.nanos > 0),
        MaskField::PartySize => booking.party_size > 0,
        MaskField::PrepaymentStatus => booking
            .payment_information
            .as_ref()
            .is_some_and(|it| it.prepayment_status != PrepaymentStatus::Unspecified),
    };
    if present {
        Ok(())
    } else {
        let path = field.path();
        Err(invalid(format!(
            "updateMask names {path}, but the body has no value for it, and it cannot be cleared."
        )))
    }
}

/// What the body has and the mask does not name: it is ignored.
fn beside_the_mask(fields: &[MaskField], booking: &NotifiedBooking, findings: &mut Vec<Finding>) {
    for field in MaskField::ALL {
        if !fields.contains(field) && check_present(*field, booking).is_ok() {
            findings.push(Finding::new(
                FindingCode::NotInMask,
                format!("/{}", field.path().replace('.', "/")),
                field.path(),
                "only fields that updateMask names",
            ));
        }
    }
    if booking.client_information.is_some() {
        let pointer = "/clientInformation";
        let expected = "only fields that updateMask names";
        findings.push(
            Finding::new(
                FindingCode::NotInMask,
                pointer,
                "clientInformation",
                expected,
            )
            .with_hint("Leave it out: a PATCH cannot change it."),
        );
    }
    for (name, value) in [
        ("merchantId", &booking.merchant_id),
        ("serviceId", &booking.service_id),
    ] {
        if value.is_empty() {
            let pointer = format!("/{name}");
            findings.push(Finding::new(
                FindingCode::MissingId,
                pointer,
                "nothing",
                "an id",
            ));
        }
    }
}

/// The failure that counts, if any.
fn failure_of(
    fields: &[MaskField],
    booking: &NotifiedBooking,
    failure: Option<NotifiedFailure>,
    findings: &mut Vec<Finding>,
) -> Option<NotifiedFailure> {
    let fails = fields.contains(&MaskField::Status) && booking.status == BookingStatus::Failed;
    if !fails {
        if failure.is_some() {
            findings.push(Finding::new(
                FindingCode::FailureIgnored,
                "?bookingFailure",
                "a booking failure",
                "one with the status FAILED only",
            ));
        }
        return None;
    }
    let mut failure = failure.unwrap_or_default();
    match failure.cause {
        Cause::Unspecified => findings.push(Finding::new(
            FindingCode::MissingCause,
            "?bookingFailure.cause",
            "nothing",
            "a cause",
        )),
        Cause::PaymentErrorCardTypeRejected
            if failure.rejected_card_type == CreditCardType::Unspecified =>
        {
            findings.push(Finding::new(
                FindingCode::MissingCompanion,
                "?bookingFailure.rejectedCardType",
                "nothing",
                "the card type that was rejected",
            ));
        }
        Cause::PaymentRequires3ds1 if !failure.has_challenge() => {
            findings.push(
                Finding::new(
                    FindingCode::MissingCompanion,
                    "?bookingFailure.paymentFailure.threeds1Parameters",
                    "no acsUrl or no paReq",
                    "the parameters of the challenge",
                )
                .with_hint("Send them: without them it is treated as PAYMENT_ERROR."),
            );
            failure.cause = Cause::PaymentError;
        }
        _ => {}
    }
    Some(failure)
}

/// Names in snake_case in a body that has lowerCamelCase.
pub(crate) fn snake_case_names(body: &[u8], findings: &mut Vec<Finding>) {
    fn walk(value: &Value, pointer: &str, findings: &mut Vec<Finding>) {
        match value {
            Value::Object(entries) => {
                for (key, value) in entries {
                    let pointer = format!("{pointer}/{key}");
                    if key.contains('_') && findings.len() < 100 {
                        let expected = crate::json::camel_case_name(key);
                        findings.push(Finding::new(
                            FindingCode::SnakeCase,
                            pointer.as_str(),
                            key,
                            expected,
                        ));
                    }
                    walk(value, &pointer, findings);
                }
            }
            Value::Array(items) => {
                for (place, item) in items.iter().enumerate() {
                    walk(item, &format!("{pointer}/{place}"), findings);
                }
            }
            _ => {}
        }
    }
    if let Ok(value) = serde_json::from_slice(body) {
        walk(&value, "", findings);
    }
}

fn invalid(message: String) -> RpcError {
    RpcError::new(RpcCode::InvalidArgument, message)
}

#[cfg(test)]
mod tests;
