//! Failures as somebody sent or stored them, which may be illegal, and the check that makes them
//! legal. Nothing here can be reached from outside, so that nobody writes an illegal failure by way
//! of it.

use crate::causes::Cause;
use crate::enums::CreditCardType;
use crate::failure::{BookingFailure, ThreeDS1Parameters};
use crate::json::message;

message! {
    /// A failure as somebody sent it, legal or not.
    pub(crate) struct ReceivedFailure ["3.11"] {
        /// The cause.
        cause: Cause,
        /// Only with a rejected card brand.
        rejected_card_type: CreditCardType,
        /// For debugging.
        description: String,
        /// Only with a 3-D Secure 1 challenge.
        payment_failure: Option<ReceivedPaymentFailure>,
    }
}

message! {
    /// What comes with a 3-D Secure 1 challenge.
    pub(crate) struct ReceivedPaymentFailure ["3.11"] {
        /// The challenge.
        threeds1_parameters: Option<ReceivedThreeDS1>,
    }
}

message! {
    /// The challenge, complete or not.
    pub(crate) struct ReceivedThreeDS1 ["3.11"] {
        /// The address of the bank's page.
        acs_url: String,
        /// The request for it.
        pa_req: String,
        /// The transaction's id.
        transaction_id: String,
        /// The merchant's data.
        md_merchant_data: String,
    }
}

impl TryFrom<ReceivedFailure> for BookingFailure {
    type Error = String;

    /// Says in a sentence why the form is not legal.
    fn try_from(received: ReceivedFailure) -> Result<Self, String> {
        let parameters = received
            .payment_failure
            .and_then(|failure| failure.threeds1_parameters);
        let card_type = received.rejected_card_type;
        if parameters.is_some() && received.cause != Cause::PaymentRequires3ds1 {
            return Err(format!(
                "{} does not go with 3-D Secure 1 parameters",
                received.cause
            ));
        }
        if card_type != CreditCardType::Unspecified
            && received.cause != Cause::PaymentErrorCardTypeRejected
        {
            return Err(format!(
                "{} does not go with rejected_card_type",
                received.cause
            ));
        }
        let failure = match received.cause {
            Cause::PaymentErrorCardTypeRejected => Self::card_type_rejected(
                card_type
                    .try_into()
                    .map_err(|_| "rejected_card_type is missing".to_owned())?,
            ),
            Cause::PaymentRequires3ds1 => {
                let given = parameters.ok_or("threeds1_parameters is missing")?;
                let ReceivedThreeDS1 {
                    acs_url,
                    pa_req,
                    transaction_id,
                    md_merchant_data,
                } = given;
                let checked =
                    ThreeDS1Parameters::new(acs_url, pa_req, transaction_id, md_merchant_data);
                Self::requires_3ds1(checked.map_err(|error| error.to_string())?)
            }
            other => Self::of(
                other
                    .try_into()
                    .map_err(|cause| format!("{cause} is a cause that is only read"))?,
            ),
        };
        Ok(failure.with_description(received.description))
    }
}

impl<'de> serde::Deserialize<'de> for BookingFailure {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let received = ReceivedFailure::deserialize(deserializer)?;
        received.try_into().map_err(serde::de::Error::custom)
    }
}
