//! The protocol's enums, except [`Cause`](crate::Cause), which has a module of its own.
//!
//! Names go on the wire. Numbers are read, with a finding, and never written: they differ between
//! versions of the protocol.

use crate::json::wire_enum;

wire_enum! {
    /// Who decides about a booking, and when.
    pub enum ConfirmationMode ["3.4"] {
        Unspecified = 0 "CONFIRMATION_MODE_UNSPECIFIED" => "unset, which counts as synchronous.",
        Synchronous = 1 "CONFIRMATION_MODE_SYNCHRONOUS" => "confirmed or refused in the CreateBooking answer.",
        Asynchronous = 2 "CONFIRMATION_MODE_ASYNCHRONOUS" => "the merchant decides later.",
    }
}

wire_enum! {
    /// Where a booking stands. `CANCELED` has one L here, and two in the failure causes.
    pub enum BookingStatus ["3.5"] {
        Unspecified = 0 "BOOKING_STATUS_UNSPECIFIED" => "unset; never sent.",
        Confirmed = 1 "CONFIRMED" => "confirmed.",
        PendingMerchantConfirmation = 2 "PENDING_MERCHANT_CONFIRMATION" => "waits for the merchant; no payment is possible.",
        Canceled = 3 "CANCELED" => "cancelled on the guest's behalf.",
        NoShow = 4 "NO_SHOW" => "the guest did not come.",
        NoShowPenalized = 5 "NO_SHOW_PENALIZED" => "the guest did not come, and the fee was taken.",
        Failed = 6 "FAILED" => "asynchronous processing failed.",
        DeclinedByMerchant = 7 "DECLINED_BY_MERCHANT" => "the merchant refused.",
    }
}

impl ConfirmationMode {
    /// Whether the merchant decides later. Unset counts as synchronous.
    pub const fn is_asynchronous(self) -> bool {
        matches!(self, Self::Asynchronous)
    }
}

wire_enum! {
    /// What became of the money. Independent of the booking's status.
    pub enum PrepaymentStatus ["3.7"] {
        Unspecified = 0 "PREPAYMENT_STATUS_UNSPECIFIED" => "unset, which counts as not provided.",
        Provided = 1 "PREPAYMENT_PROVIDED" => "paid, held, or the card is secured.",
        NotProvided = 2 "PREPAYMENT_NOT_PROVIDED" => "nothing paid.",
        Refunded = 3 "PREPAYMENT_REFUNDED" => "given back; final.",
        Credited = 4 "PREPAYMENT_CREDITED" => "the guest got a payment option instead of money; final.",
    }
}

wire_enum! {
    /// Who processes the payment.
    pub enum PaymentProcessedBy ["3.6"] {
        Unspecified = 0 "PAYMENT_PROCESSED_BY_UNSPECIFIED" => "unset.",
        Google = 1 "PROCESSED_BY_GOOGLE" => "the aggregator authorises the payment.",
        Partner = 2 "PROCESSED_BY_PARTNER" => "the partner processes the payment with the token it is given.",
    }
}

wire_enum! {
    /// What an amount refers to. There is no unspecified value: absent means for the whole booking.
    pub enum PriceType ["3.9"] {
        FixedRateDefault = 0 "FIXED_RATE_DEFAULT" => "for the whole booking.",
        PerPerson = 1 "PER_PERSON" => "times the party size.",
    }
}

wire_enum! {
    /// The payment processor, in the deprecated form; newer requests name it in text.
    pub enum PaymentProcessor ["3.8"] {
        Unspecified = 0 "PAYMENT_PROCESSOR_UNSPECIFIED" => "unset.",
        Stripe = 1 "PROCESSOR_STRIPE" => "Stripe.",
        Braintree = 2 "PROCESSOR_BRAINTREE" => "Braintree.",
    }
}

wire_enum! {
    /// How often a payment option can be used.
    pub enum PaymentOptionType ["3.9"] {
        Unspecified = 0 "PAYMENT_OPTION_TYPE_UNSPECIFIED" => "unset.",
        SingleUse = 1 "PAYMENT_OPTION_SINGLE_USE" => "once.",
        MultiUse = 2 "PAYMENT_OPTION_MULTI_USE" => "a pack with a count.",
        UnlimitedUse = 3 "PAYMENT_OPTION_UNLIMITED_USE" => "a membership.",
    }
}

wire_enum! {
    /// Whether a slot's duration may be shown to the guest.
    pub enum DurationRequirement ["2.3"] {
        Unspecified = 0 "DURATION_REQUIREMENT_UNSPECIFIED" => "unset.",
        DoNotShowDuration = 1 "DO_NOT_SHOW_DURATION" => "the end time stays hidden.",
        MustShowDuration = 2 "MUST_SHOW_DURATION" => "the end time is shown.",
    }
}

wire_enum! {
    /// How much of the billing address the merchant wants.
    pub enum BillingInformationFormat ["3.10"] {
        Unspecified = 0 "BILLING_INFORMATION_FORMAT_UNSPECIFIED" => "unset.",
        Min = 1 "MIN" => "name, country and postal code.",
        Full = 2 "FULL" => "the whole address.",
    }
}

wire_enum! {
    /// How a card may be authenticated.
    pub enum AuthMethod ["3.10"] {
        Unspecified = 0 "AUTH_METHOD_UNSPECIFIED" => "unset.",
        PanOnly = 1 "PAN_ONLY" => "the card number as stored with the wallet.",
        Cryptogram3ds = 2 "CRYPTOGRAM_3DS" => "a device token with a 3-D Secure cryptogram.",
    }
}

wire_enum! {
    /// A card brand.
    pub enum CreditCardType ["3.10"] {
        Unspecified = 0 "CREDIT_CARD_TYPE_UNSPECIFIED" => "unset.",
        Visa = 1 "VISA" => "Visa.",
        Mastercard = 2 "MASTERCARD" => "Mastercard.",
        AmericanExpress = 3 "AMERICAN_EXPRESS" => "American Express.",
        Discover = 4 "DISCOVER" => "Discover.",
        Jcb = 5 "JCB" => "JCB.",
    }
}

wire_enum! {
    /// Whether a service is paid in advance.
    pub enum PrepaymentType ["4.2"] {
        Unspecified = 0 "PREPAYMENT_TYPE_UNSPECIFIED" => "unset, which counts as not supported.",
        Required = 1 "REQUIRED" => "the whole price is paid when booking.",
        Optional = 2 "OPTIONAL" => "the guest may pay when booking.",
        NotSupported = 3 "NOT_SUPPORTED" => "paid on arrival.",
    }
}

wire_enum! {
    /// Whether a card is asked for when booking.
    pub enum RequireCreditCard ["4.2"] {
        Unspecified = 0 "REQUIRE_CREDIT_CARD_UNSPECIFIED" => "unset, which counts as conditional.",
        Conditional = 1 "REQUIRE_CREDIT_CARD_CONDITIONAL" => "asked for where a prepayment, a no-show fee or a deposit is due.",
        Always = 2 "REQUIRE_CREDIT_CARD_ALWAYS" => "always asked for.",
    }
}

wire_enum! {
    /// How a feed relates to those before it.
    pub enum ProcessingInstruction ["8.2"] {
        Unknown = 0 "PROCESS_UNKNOWN" => "unset.",
        AsComplete = 1 "PROCESS_AS_COMPLETE" => "the feed is the whole inventory of its kind.",
        AsIncremental = 2 "PROCESS_AS_INCREMENTAL" => "deprecated: the feed adds to what is there.",
    }
}
