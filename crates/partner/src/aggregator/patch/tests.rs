use booking_api::ResourceIds;
use booking_api::moment::Moment;
use booking_api::notification::{NotifiedBooking, NotifiedPayment};

use super::*;

fn booking(status: BookingStatus, paid: PrepaymentStatus) -> Booking {
    Booking {
        booking_id: "bk-1".to_owned(),
        slot: Some(Slot {
            merchant_id: "m".to_owned(),
            service_id: "s".to_owned(),
            start_sec: 1_798_822_800,
            duration_sec: 3_600,
            resources: Some(ResourceIds {
                party_size: 2,
                ..ResourceIds::default()
            }),
            ..Slot::default()
        }),
        status,
        payment_information: Some(PaymentInformation {
            prepayment_status: paid,
            ..PaymentInformation::default()
        }),
        ..Booking::default()
    }
}

fn status_patch(status: BookingStatus) -> Patch {
    Patch {
        fields: vec![MaskField::Status],
        booking: NotifiedBooking {
            status,
            ..NotifiedBooking::default()
        },
        failure: None,
    }
}

#[test]
fn every_pair_of_states_moves_as_the_table_of_5_3_says() {
    use BookingStatus::{
        Canceled, Confirmed, DeclinedByMerchant, Failed, NoShow, NoShowPenalized,
        PendingMerchantConfirmation as Pending,
    };
    for from in BookingStatus::ALL {
        for to in BookingStatus::ALL {
            let fine = from == to
                || match from {
                    Pending => [Confirmed, DeclinedByMerchant, Failed].contains(to),
                    Confirmed => [Canceled, NoShow, NoShowPenalized].contains(to),
                    NoShow => *to == NoShowPenalized,
                    _ => false,
                };
            let after = apply(
                &booking(*from, PrepaymentStatus::NotProvided),
                &status_patch(*to),
            );
            match after {
                Ok(after) => assert!(fine && after.status == *to, "{from} to {to}"),
                Err(error) => {
                    assert!(!fine, "{from} to {to}");
                    assert_eq!(error.code, RpcCode::FailedPrecondition);
                }
            }
        }
    }
}

#[test]
fn only_a_confirmed_booking_moves_and_only_by_what_the_mask_names() {
    let patch = Patch {
        fields: vec![MaskField::StartTime, MaskField::PartySize],
        booking: NotifiedBooking {
            start_time: Moment::of_second(1_798_830_000),
            party_size: 5,
            status: BookingStatus::Canceled,
            ..NotifiedBooking::default()
        },
        failure: None,
    };
    let before = booking(BookingStatus::Confirmed, PrepaymentStatus::NotProvided);
    let after = apply(&before, &patch).unwrap();
    assert_eq!(after.status, BookingStatus::Confirmed);
    let slot = after.slot.clone().unwrap();
    assert_eq!((slot.start_sec, slot.duration_sec), (1_798_830_000, 3_600));
    assert_eq!(slot.resources.unwrap().party_size, 5);
    // Once more changes nothing, even if the booking was cancelled meanwhile.
    let mut cancelled = after.clone();
    cancelled.status = BookingStatus::Canceled;
    assert_eq!(apply(&cancelled, &patch), Ok(cancelled.clone()));
    let cancelled = booking(BookingStatus::Canceled, PrepaymentStatus::NotProvided);
    let code = apply(&cancelled, &patch).map_err(|error| error.code);
    assert_eq!(code, Err(RpcCode::FailedPrecondition));
}

#[test]
fn money_comes_back_only_where_it_was_taken() {
    for from in PrepaymentStatus::ALL {
        for to in &PrepaymentStatus::ALL[1..] {
            let patch = Patch {
                fields: vec![MaskField::PrepaymentStatus],
                booking: NotifiedBooking {
                    payment_information: Some(NotifiedPayment {
                        prepayment_status: *to,
                        ..NotifiedPayment::default()
                    }),
                    ..NotifiedBooking::default()
                },
                failure: None,
            };
            let effective = match from {
                PrepaymentStatus::Unspecified => &PrepaymentStatus::NotProvided,
                other => other,
            };
            let fine = effective == to
                || *from == PrepaymentStatus::Provided
                    && matches!(to, PrepaymentStatus::Refunded | PrepaymentStatus::Credited);
            let after = apply(&booking(BookingStatus::Canceled, *from), &patch);
            assert_eq!(after.is_ok(), fine, "{from} to {to}");
        }
    }
}
