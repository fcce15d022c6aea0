use super::*;
use crate::failure::{BookingFailure, RejectedCardType, ThreeDS1Parameters};
use crate::notification::failure::{FailureSpelling, query};

const BODY: &str = r#"{"name":"partners/20002/bookings/bk-1","merchantId":"m","serviceId":"s","#;

fn read_it(query: &str, rest: &str) -> PatchReading {
    read_patch("20002", "bk-1", query, format!("{BODY}{rest}}}").as_bytes())
}

fn codes(reading: &PatchReading) -> Vec<&str> {
    reading.findings.iter().map(|it| it.code.as_ref()).collect()
}

#[test]
fn a_regular_patch_is_read_without_a_word() {
    let reading = read_it("updateMask=status", r#""status":"CONFIRMED""#);
    assert_eq!(reading.findings, []);
    let patch = reading.patch.unwrap();
    assert_eq!(patch.fields, [MaskField::Status]);
    assert_eq!(patch.booking.status, BookingStatus::Confirmed);
    assert_eq!(patch.failure, None);
    let times = r#""startTime":"2027-01-02T18:00:00+01:00","duration":"3600s","partySize":"5""#;
    let reading = read_it("updateMask=startTime,duration,partySize", times);
    assert_eq!(reading.findings, []);
    let booking = reading.patch.unwrap().booking;
    assert_eq!(
        booking.start_time.unwrap().to_string(),
        "2027-01-02T17:00:00Z"
    );
    assert_eq!(booking.duration.unwrap().seconds, 3_600);
    assert_eq!(booking.party_size, 5);
}

#[test]
fn what_is_wrong_in_itself_is_an_invalid_argument() {
    let status = r#""status":"CONFIRMED""#;
    for (query, rest) in [
        ("", status),
        ("updateMask=", status),
        ("updateMask=*", status),
        ("updateMask=name", status),
        ("updateMask=startTime", status),
        ("updateMask=duration", r#""duration":"0s""#),
        ("updateMask=duration", r#""duration":"60m""#),
        ("updateMask=startTime", r#""startTime":"tomorrow""#),
        ("updateMask=partySize", r#""partySize":"0""#),
        (
            "updateMask=status",
            r#""status":"PENDING_CLIENT_CONFIRMATION""#,
        ),
        (
            "updateMask=status",
            r#""status":"BOOKING_STATUS_UNSPECIFIED""#,
        ),
        ("updateMask=paymentInformation.prepaymentStatus", status),
        (
            "updateMask=status&bookingFailure.cause=GONE",
            r#""status":"FAILED""#,
        ),
        ("updateMask=status&x=%ff", status),
        ("updateMask=status", r#""status""#),
    ] {
        let code = read_it(query, rest).patch.map_err(|error| error.code);
        assert_eq!(code, Err(RpcCode::InvalidArgument), "{query} {rest}");
    }
    let other = read_patch(
        "20003",
        "bk-1",
        "updateMask=status",
        format!("{BODY}{status}}}").as_bytes(),
    );
    assert!(other.patch.unwrap_err().message.contains("must be equal"));
}

#[test]
fn a_failure_is_read_in_every_spelling_and_only_with_failed() {
    let failed = r#""status":"FAILED""#;
    for query in [
        "updateMask=status&bookingFailure.cause=SLOT_UNAVAILABLE",
        "updateMask=status&booking_failure.cause=SLOT_UNAVAILABLE",
        "updateMask=status&booking_failure.cause=\"SLOT_UNAVAILABLE\"",
        "updateMask=status&booking_failure.cause=%22SLOT_UNAVAILABLE%22",
    ] {
        let reading = read_it(query, failed);
        assert_eq!(reading.findings, [], "{query}");
        let failure = reading.patch.unwrap().failure.unwrap();
        assert_eq!(failure.cause, Cause::SlotUnavailable, "{query}");
    }
    let query = "updateMask=status&bookingFailure.cause=SLOT_UNAVAILABLE";
    let reading = read_it(query, r#""status":"CONFIRMED""#);
    assert_eq!(codes(&reading), ["failure_ignored"]);
    assert_eq!(reading.patch.unwrap().failure, None);
    assert_eq!(
        codes(&read_it("updateMask=status", failed)),
        ["missing_cause"]
    );
}

#[test]
fn a_challenge_without_parameters_is_a_payment_error() {
    let failed = r#""status":"FAILED""#;
    let query = "updateMask=status&bookingFailure.cause=PAYMENT_REQUIRES_3DS1";
    let reading = read_it(query, failed);
    assert_eq!(codes(&reading), ["missing_companion"]);
    assert_eq!(
        reading.patch.unwrap().failure.unwrap().cause,
        Cause::PaymentError
    );
    let whole = format!(
        "{query}&bookingFailure.paymentFailure.threeds1Parameters.acsUrl=https%3A%2F%2Facs\
         &booking_failure.payment_failure.threeds1_parameters.pa_req=eJx"
    );
    let reading = read_it(&whole, failed);
    assert_eq!(reading.findings, []);
    let failure = reading.patch.unwrap().failure.unwrap();
    assert_eq!(failure.cause, Cause::PaymentRequires3ds1);
    assert_eq!(failure.threeds1_parameters[0].1, "https://acs");
}

#[test]
fn what_the_mask_does_not_name_is_ignored_with_a_word() {
    let rest = r#""status":"CANCELED","partySize":"3","clientInformation":{"givenName":"M"}"#;
    let reading = read_it("updateMask=status", rest);
    assert_eq!(codes(&reading), ["not_in_mask", "not_in_mask"]);
    assert_eq!(reading.patch.unwrap().fields, [MaskField::Status]);
    let rest = r#""start_time":"2027-01-02T17:00:00Z","duration":"60s""#;
    let reading = read_it("update_mask=start_time,duration&debug=1", rest);
    assert_eq!(codes(&reading), ["unknown_parameter", "snake_case"]);
    assert!(reading.patch.is_ok());
}

#[test]
fn a_refund_is_taken_with_either_mask() {
    let rest =
        r#""status":"CANCELED","paymentInformation":{"prepaymentStatus":"PREPAYMENT_REFUNDED"}"#;
    let both = [MaskField::Status, MaskField::PrepaymentStatus];
    let bare = read_it("updateMask=status", rest);
    assert_eq!(codes(&bare), ["refund_beside_mask"]);
    assert_eq!(bare.patch.unwrap().fields, both);
    let full = "updateMask=status,paymentInformation.prepaymentStatus";
    let reading = read_it(full, rest);
    assert_eq!(reading.findings, []);
    assert_eq!(reading.patch.unwrap().fields, both);
}

#[test]
fn what_is_written_reads_back_in_both_spellings() {
    let challenge = ThreeDS1Parameters::new("https://acs/?a=1&b=2", "eJx+/=", "t 1", "md\"x");
    for failure in [
        BookingFailure::card_type_rejected(RejectedCardType::AmericanExpress)
            .with_description("no, thanks: 100 % sure"),
        BookingFailure::requires_3ds1(challenge.unwrap()),
    ] {
        for spelling in [FailureSpelling::CamelCase, FailureSpelling::SnakeCaseQuoted] {
            let booking = NotifiedBooking {
                status: BookingStatus::Failed,
                ..NotifiedBooking::default()
            };
            let mut request = PatchRequest::new("p/1", booking, "bk ü", &[MaskField::Status]);
            request.query.extend(query(&failure, spelling));
            let target = request.target();
            assert!(target.starts_with(
                "/v1alpha/notification/partners/p%2F1/bookings/bk%20%C3%BC?updateMask=status&"
            ));
            let (_, raw) = target.split_once('?').unwrap();
            let body = request.body.to_string();
            let read = read_patch("p/1", "bk ü", raw, body.as_bytes())
                .patch
                .unwrap();
            let read = read.failure.unwrap();
            assert_eq!(read.cause, failure.cause());
            assert_eq!(read.description, failure.description());
            if let Some(parameters) = failure.threeds1_parameters() {
                assert_eq!(read.threeds1_parameters[0].1, parameters.acs_url());
                assert_eq!(read.threeds1_parameters[3].1, parameters.md_merchant_data());
            }
        }
    }
}
