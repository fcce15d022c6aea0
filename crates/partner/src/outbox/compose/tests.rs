use booking_api::{
    BookingFailure, PlainCause, RejectedCardType, ResourceIds, Slot, ThreeDS1Parameters,
};
use serde_json::{Value, json};

use super::*;

fn booking() -> Booking {
    Booking {
        booking_id: "bk-A0C3".to_owned(),
        slot: Some(Slot {
            merchant_id: "m-harbor".to_owned(),
            service_id: "dinner".to_owned(),
            start_sec: 1_798_822_800,
            duration_sec: 5_400,
            resources: Some(ResourceIds {
                party_size: 5,
                ..ResourceIds::default()
            }),
            ..Slot::default()
        }),
        status: BookingStatus::Confirmed,
        ..Booking::default()
    }
}

/// The query behind the path, and the body beside name and ids.
fn sent(what: &What, settings: &NotificationSettings) -> (String, Value) {
    let request = patch(what, &booking(), "20002", settings);
    let target = request.target();
    let path = "/v1alpha/notification/partners/20002/bookings/bk-A0C3?";
    let query = target.strip_prefix(path).unwrap().to_owned();
    let mut body = request.body;
    let fields = body.as_object_mut().unwrap();
    let name = fields.shift_remove("name");
    assert_eq!(name, Some(json!("partners/20002/bookings/bk-A0C3")));
    if settings.send_ids {
        assert_eq!(fields.shift_remove("merchantId"), Some(json!("m-harbor")));
        assert_eq!(fields.shift_remove("serviceId"), Some(json!("dinner")));
    }
    (query, body)
}

#[test]
fn every_event_has_its_patch() {
    let plain = NotificationSettings::default();
    let refunded = json!({ "prepaymentStatus": "PREPAYMENT_REFUNDED" });
    let failed = BookingFailure::of(PlainCause::SlotUnavailable);
    for (what, query, body) in [
        (
            What::Confirmed,
            "updateMask=status",
            json!({ "status": "CONFIRMED" }),
        ),
        (
            What::Declined,
            "updateMask=status",
            json!({ "status": "DECLINED_BY_MERCHANT" }),
        ),
        (
            What::Failed(failed),
            "updateMask=status&bookingFailure.cause=SLOT_UNAVAILABLE",
            json!({ "status": "FAILED" }),
        ),
        (
            What::Canceled { refunded: false },
            "updateMask=status",
            json!({ "status": "CANCELED" }),
        ),
        (
            What::Canceled { refunded: true },
            "updateMask=status,paymentInformation.prepaymentStatus",
            json!({ "status": "CANCELED", "paymentInformation": refunded }),
        ),
        (
            What::NoShowPenalized,
            "updateMask=status",
            json!({ "status": "NO_SHOW_PENALIZED" }),
        ),
        (
            What::NoShow,
            "updateMask=status",
            json!({ "status": "NO_SHOW" }),
        ),
        (
            What::Moved {
                time: true,
                party_size: false,
            },
            "updateMask=startTime,duration",
            json!({ "startTime": "2027-01-01T17:00:00Z", "duration": "5400s" }),
        ),
        (
            What::Moved {
                time: false,
                party_size: true,
            },
            "updateMask=partySize",
            json!({ "partySize": "5" }),
        ),
        (
            What::Moved {
                time: true,
                party_size: true,
            },
            "updateMask=startTime,duration,partySize",
            json!({ "startTime": "2027-01-01T17:00:00Z", "duration": "5400s", "partySize": "5" }),
        ),
        (
            What::CanceledAndCredited,
            "updateMask=status,paymentInformation.prepaymentStatus",
            json!({"status": "CANCELED",
                "paymentInformation": {"prepaymentStatus": "PREPAYMENT_CREDITED"}}),
        ),
        (
            What::Credited,
            "updateMask=paymentInformation.prepaymentStatus",
            json!({"paymentInformation": {"prepaymentStatus": "PREPAYMENT_CREDITED"}}),
        ),
        (
            What::Refunded,
            "updateMask=paymentInformation.prepaymentStatus",
            json!({ "paymentInformation": refunded }),
        ),
    ] {
        assert_eq!(sent(&what, &plain), (query.to_owned(), body), "{what:?}");
    }
}

#[test]
fn causes_go_with_all_that_belongs_to_them() {
    let plain = NotificationSettings::default();
    for cause in PlainCause::ALL {
        let failure = BookingFailure::of(*cause).with_description("no & never");
        let (query, _) = sent(&What::Failed(failure), &plain);
        let wanted = format!(
            "updateMask=status&bookingFailure.cause={cause}\
             &bookingFailure.description=no%20%26%20never"
        );
        assert_eq!(query, wanted);
    }
    let card = BookingFailure::card_type_rejected(RejectedCardType::Jcb);
    assert_eq!(
        sent(&What::Failed(card), &plain).0,
        "updateMask=status&bookingFailure.cause=PAYMENT_ERROR_CARD_TYPE_REJECTED\
         &bookingFailure.rejectedCardType=JCB"
    );
    let challenge = ThreeDS1Parameters::new("https://acs", "eJx", "t1", "md").unwrap();
    assert_eq!(
        sent(
            &What::Failed(BookingFailure::requires_3ds1(challenge)),
            &plain
        )
        .0,
        "updateMask=status&bookingFailure.cause=PAYMENT_REQUIRES_3DS1\
         &bookingFailure.paymentFailure.threeds1Parameters.acsUrl=https%3A%2F%2Facs\
         &bookingFailure.paymentFailure.threeds1Parameters.paReq=eJx\
         &bookingFailure.paymentFailure.threeds1Parameters.transactionId=t1\
         &bookingFailure.paymentFailure.threeds1Parameters.mdMerchantData=md"
    );
}

#[test]
fn the_senders_switches_change_the_spelling() {
    let settings = NotificationSettings {
        refund_mask: RefundMask::Status,
        quoted_snake_case_failure: true,
        send_ids: false,
    };
    let (query, body) = sent(&What::Canceled { refunded: true }, &settings);
    assert_eq!(query, "updateMask=status");
    assert_eq!(
        body["paymentInformation"]["prepaymentStatus"],
        "PREPAYMENT_REFUNDED"
    );
    let failure = BookingFailure::card_type_rejected(RejectedCardType::Visa);
    assert_eq!(
        sent(&What::Failed(failure), &settings).0,
        "updateMask=status&booking_failure.cause=%22PAYMENT_ERROR_CARD_TYPE_REJECTED%22\
         &booking_failure.rejected_card_type=%22VISA%22"
    );
}
