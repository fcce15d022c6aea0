//! The table of all findings: there is no other way to make one.

use serde::Serialize;
use utoipa::ToSchema;

use super::Severity;

/// What there is to know about one kind of finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct FindingInfo {
    /// Its stable name.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it says about the request, in one sentence.
    pub meaning: &'static str,
    /// What to do about it, in one sentence. A finding may have a more exact one.
    pub advice: &'static str,
    /// The section of the protocol reference that says so; a finding may name a more exact one.
    /// Empty where the protocol has no say.
    pub reference: &'static str,
}

/// Every kind of finding.
pub fn catalogue() -> &'static [FindingInfo] {
    CATALOGUE
}

/// Turns the table into [`FindingCode`] and [`CATALOGUE`].
macro_rules! codes {
    ($( $variant:ident $name:literal $severity:ident $reference:literal $meaning:literal => $advice:literal, )*) => {
        /// A kind of finding. What each means stands in [`catalogue`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum FindingCode {
            $( #[doc = concat!("`", $name, "`: ", $meaning)] $variant, )*
        }

        const CATALOGUE: &[FindingInfo] = &[
            $( FindingInfo {
                code: $name,
                severity: Severity::$severity,
                meaning: $meaning,
                advice: $advice,
                reference: $reference,
            }, )*
        ];
    };
}

impl FindingCode {
    const fn info(self) -> &'static FindingInfo {
        // The table has one entry per variant, in their order.
        &CATALOGUE[self as usize]
    }

    /// The name that findings carry.
    pub const fn name(self) -> &'static str {
        self.info().code
    }

    /// How bad it is.
    pub const fn severity(self) -> Severity {
        self.info().severity
    }

    /// What to do about it, in one sentence.
    pub const fn advice(self) -> &'static str {
        self.info().advice
    }

    /// The section of the protocol reference.
    pub const fn reference(self) -> &'static str {
        self.info().reference
    }
}

codes! {
    // What came, as a whole.
    MalformedJson "malformed_json" Error "1.3"
        "The body is not JSON."
        => "Send one JSON object.",
    TrailingData "trailing_data" Error "1.3"
        "Something follows the JSON object."
        => "Send one JSON object and nothing behind it.",
    InvalidUtf8 "invalid_utf8" Error "1.2"
        "The body is not UTF-8."
        => "Encode the body as UTF-8.",
    NotAnObject "not_an_object" Error "1.3"
        "The body is JSON, but not an object."
        => "Wrap the fields in an object.",
    ByteOrderMark "byte_order_mark" Warning "1.3"
        "The body begins with a byte order mark."
        => "Leave the mark off: other JSON parsers refuse it.",
    ContentType "content_type" Warning "1.2"
        "The Content-Type is not JSON in UTF-8."
        => "Send Content-Type: application/json.",
    UnexpectedBody "unexpected_body" Info "2.1"
        "HealthCheck came with a body."
        => "Send none: only the status of the answer counts.",
    MoreFindings "more_findings" Info "1.3"
        "There is more to say about this body than is kept."
        => "The rest was counted and left out.",

    // Names.
    UnknownField "unknown_field" Warning "1.3"
        "The message has no field of this name; it is ignored."
        => "Leave it out.",
    MisplacedField "misplaced_field" Warning "9.5"
        "The field belongs into a message inside this one; here it is ignored."
        => "Move it to where it belongs.",
    StartTimeObject "start_time_object" Warning "9.5"
        "A time is written as an object; it is ignored."
        => "Send start_sec: seconds since 1970 (UTC), as a string.",
    DuplicateField "duplicate_field" Warning "1.3"
        "The field stands there twice."
        => "The last one counts here; other JSON parsers may take the first or refuse.",
    OtherName "other_name" Warning "10.11"
        "The field has this name in another message; it is read all the same."
        => "Use the name that it has in this message.",
    OtherPlace "other_place" Info "10.9"
        "The field stands in the inner message, as some samples have it."
        => "Put it beside the inner message.",
    DeprecatedField "deprecated_field" Info "3.8"
        "The field is an old form, which newer callers no longer send."
        => "Send its newer form.",
    IgnoredField "ignored_field" Info "2.6"
        "The field is known and has no effect in this request."
        => "Leave it out.",
    CamelCase "camel_case" Info "1.3"
        "Names are in lowerCamelCase; they are read all the same."
        => "Booking Server messages spell their fields in snake_case.",
    MissingField "missing_field" Error "1.3"
        "A required field is absent, empty or null."
        => "Add it.",

    // Values.
    WrongType "wrong_type" Error "1.3"
        "The value is of a type or range that the field cannot hold."
        => "Send a value of the field's type.",
    UnknownEnumValue "unknown_enum_value" Error "1.3"
        "The enum has no such value."
        => "Use one of the enum's names, spelt exactly.",
    EnumNumber "enum_number" Info "1.3"
        "An enum is given by number."
        => "Send the name: numbers differ between versions of the protocol.",
    UnspecifiedStatus "unspecified_status" Warning "3.5"
        "BOOKING_STATUS_UNSPECIFIED is reserved and never sent."
        => "Leave the status out.",
    Int64AsNumber "int64_as_number" Info "1.3"
        "A 64-bit number is a JSON number."
        => "Send 64-bit numbers as strings: a JSON number may lose digits on its way.",
    Int32AsString "int32_as_string" Info "1.3"
        "A 32-bit number is a string."
        => "Send 32-bit numbers without quotes.",
    NumberAsFloat "number_as_float" Info "1.3"
        "A whole number has a fraction or an exponent."
        => "Write whole numbers in plain digits.",
    NullValue "null_value" Info "1.3"
        "A field is null, which counts as absent."
        => "Leave the field out.",
    EmptyText "empty_text" Info "1.3"
        "A text is empty, which counts as absent."
        => "Leave the field out.",
    EmptyValue "empty_value" Warning "1.3"
        "A number, enum or boolean is an empty string; it counts as absent here."
        => "Leave the field out: a standard parser refuses an empty string there.",
    Milliseconds "milliseconds" Warning "1.3"
        "A time or duration looks like milliseconds."
        => "Times are in seconds: divide by 1000.",
    NegativeNumber "negative_number" Error "3.1"
        "A duration or number of guests is below zero."
        => "No slot lasts less than nothing or is for fewer than nobody.",
    ZeroDuration "zero_duration" Warning "3.1"
        "A duration is an explicit zero, which counts as absent."
        => "Send how long the slot lasts, or leave the field out.",
    PartySizeOverLimit "party_size_over_limit" Warning "3.1"
        "The party is larger than any partner may allow."
        => "A party is of 1 to 20 guests.",
    NameTooLong "name_too_long" Warning "3.2"
        "A name is longer than 40 characters."
        => "Shorten it: given_name and family_name have at most 40 characters each.",
    TelephoneWithoutDigits "telephone_without_digits" Warning "3.2"
        "The telephone number holds no digit."
        => "Send a number that can be called, such as +1 206-555-0142.",
    EmailWithoutAt "email_without_at" Warning "3.2"
        "The e-mail address holds no @ between a name and a host."
        => "Send an address that mail can reach.",
    CurrencyCode "currency_code" Warning "3.9"
        "The currency is not an ISO 4217 code."
        => "Send three capital letters, such as USD.",
    AmountNotMicros "amount_not_micros" Warning "1.3"
        "The amount is below the smallest coin: it looks like units or cents."
        => "Amounts are in micros: 1 USD is 1000000.",
    NegativeAmount "negative_amount" Warning "3.9"
        "The amount is below zero."
        => "Send what the guest is shown, zero or more.",

    // What goes together.
    IncompleteReschedule "incomplete_reschedule" Warning "2.6"
        "A new time has only one of start_sec and duration_sec."
        => "Send both with a reschedule; the absent one stays as it was here.",
    WrongStatus "wrong_status" Error "2.6"
        "The caller cannot set this status."
        => "Send CANCELED to cancel, or no status to move the booking.",
    CancelWithSlot "cancel_with_slot" Warning "2.6"
        "The request cancels and moves at once; only the cancelling counts."
        => "Send either the new slot or the status CANCELED.",
    PrepaymentStatusMissing "prepayment_status_missing" Info "3.6"
        "payment_information has no prepayment_status, which counts as not provided."
        => "Send PREPAYMENT_NOT_PROVIDED with a booking that nothing was paid for.",
    PrepaymentStatusEarly "prepayment_status_early" Info "3.7"
        "The request says that it is paid, while its token is still to be charged."
        => "Send PREPAYMENT_NOT_PROVIDED with a token: the answer says PREPAYMENT_PROVIDED.",
    PrepaymentWithoutMeans "prepayment_without_means" Warning "3.7"
        "The request says that it is paid, but holds nothing that it could be paid with."
        => "Send the payment token, or PREPAYMENT_NOT_PROVIDED.",
    PrepaymentStatusFinal "prepayment_status_final" Warning "3.7"
        "A new booking cannot have been refunded or credited."
        => "Send PREPAYMENT_NOT_PROVIDED.",
    UnexpectedProcessingParameters "unexpected_processing_parameters" Warning "2.5"
        "payment_processing_parameters are sent, but the partner is not said to process the payment."
        => "Set payment_information.payment_processed_by to PROCESSED_BY_PARTNER, or leave them out.",
    PaymentTokenMissing "payment_token_missing" Warning "4.1"
        "The partner is to take money and gets no token to take it with."
        => "Send payment_processing_parameters.unparsed_payment_method_token.",
    PaymentOptionTwice "payment_option_twice" Warning "3.6"
        "The request buys a payment option and uses another one; the one that is used counts."
        => "Send payment_option_id to buy one, or user_payment_option_id to use one.",
    PaymentWithAsynchronous "payment_with_asynchronous" Warning "4.1"
        "An asynchronous booking comes with a payment, which the protocol does not know."
        => "Take payments with synchronous bookings only.",

    // What a partner sends to the aggregator.
    SnakeCase "snake_case" Info "10.31"
        "A name in a notification is in snake_case; it is read all the same."
        => "Notifications and real-time updates spell their fields in lowerCamelCase.",
    UnknownParameter "unknown_parameter" Warning "6.2"
        "The query has a parameter that the method lacks; it is ignored."
        => "Leave it out: updateMask and the fields of bookingFailure are all there are.",
    NotInMask "not_in_mask" Info "6.3"
        "The body has a field that updateMask does not name; it is ignored."
        => "Name the field in updateMask, or leave it out.",
    RefundBesideMask "refund_beside_mask" Info "10.8"
        "A refund comes with a mask that names only the status; it is taken all the same."
        => "Send updateMask=status,paymentInformation.prepaymentStatus.",
    MissingId "missing_id" Info "10.32"
        "A notification names no merchant or no service; it is accepted without."
        => "Send both ids: the reference wants them.",
    OtherId "other_id" Warning "6.4"
        "A notification names another merchant or service than its booking has; it is ignored."
        => "Send the ids of the booking: a PATCH cannot move it to another service.",
    FailureIgnored "failure_ignored" Warning "6.2"
        "A booking failure comes with another status than FAILED; it is ignored."
        => "Send a booking failure with the status FAILED only.",
    MissingCause "missing_cause" Warning "6.2"
        "A booking failed without a cause, which counts as an unknown error."
        => "Send bookingFailure.cause with the status FAILED.",
    MissingCompanion "missing_companion" Warning "3.11"
        "A cause comes without what belongs to it."
        => "Send rejectedCardType with a rejected card type, and the challenge with 3-D Secure 1.",
    SlotOutsideWindow "slot_outside_window" Info "7"
        "An update lists a slot outside its own restricts; it is accepted."
        => "List only slots that the restricts cover.",
    UnspecifiedConfirmationMode "unspecified_confirmation_mode" Info "3.4"
        "A slot does not say how its bookings are confirmed, which counts as synchronous."
        => "Send confirmationMode with every slot.",

    // What only the partner can know: the time, its own slots, earlier requests, its toggles.
    SlotInThePast "slot_in_the_past" Warning "3.1"
        "The slot has begun already."
        => "A real partner would not take it; unknown_inventory: accept does.",
    SlotUnknown "slot_unknown" Warning "3.1"
        "The service has a timetable, and no slot of it is this one."
        => "A real partner would not take it; unknown_inventory: accept makes the slot.",
    ConfirmationModeDiffers "confirmation_mode_differs" Info "3.4"
        "A toggle or the inventory gives the booking another confirmation mode than was asked for."
        => "The confirmation toggle overrides what the request asks for.",
    TokenReused "token_reused" Warning "2.5"
        "The idempotency token came before with another body."
        => "Use a new token for a new request, and the same body for a repeated one.",
    PaResponseForged "pa_response_forged" Warning "4.5"
        "No challenge of this partner was answered with this pa_response."
        => "Send the PaRes that the bank's page posted to TermUrl, byte for byte.",
    PaResponseMismatched "pa_response_mismatched" Warning "4.5"
        "The pa_response belongs to a challenge for another booking, amount, merchant or guest."
        => "Send the original CreateBooking again, with the pa_response and md_merchant_data of its own challenge.",
    PaResponseExpired "pa_response_expired" Warning "4.5"
        "The pa_response came too long after the challenge was passed."
        => "Send CreateBooking without it to get a new challenge.",
    PaResponseReplayed "pa_response_replayed" Warning "4.5"
        "The pa_response has paid for a booking already."
        => "Each challenge counts once: send CreateBooking without it to get a new one.",
    OverrideInSmallLetters "override_in_small_letters" Info ""
        "A tag of the e-mail address would be an override if it were in capitals; it is an ordinary tag."
        => "Write it in capitals if you mean it.",
    OverrideIllegal "override_illegal" Error ""
        "Overrides contradict each other, or could have no effect on this request."
        => "Keep what can have an effect together on this method.",
    OverrideMisspelt "override_misspelt" Error ""
        "An override in a header, an e-mail tag or a token names something that does not exist."
        => "Spell it as the README's table of overrides has it, or leave it out.",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_every_text_is_a_sentence() {
        for (index, info) in catalogue().iter().enumerate() {
            let twin = catalogue()[..index].iter().find(|it| it.code == info.code);
            assert_eq!(twin, None);
            for text in [info.meaning, info.advice] {
                assert!(text.ends_with('.') && !text.is_empty(), "{}", info.code);
            }
            let lawful = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            assert!(info.code.chars().all(lawful), "{}", info.code);
        }
    }

    #[test]
    fn a_code_finds_its_own_entry() {
        assert_eq!(FindingCode::MalformedJson.name(), "malformed_json");
        assert_eq!(FindingCode::OverrideMisspelt.name(), "override_misspelt");
        assert_eq!(
            FindingCode::OverrideMisspelt as usize + 1,
            catalogue().len()
        );
    }
}
