//! The service feed's record.

use super::merchant::{LocalizedText, TaxRate};
use super::opaque::Opaque;
use crate::enums::{PrepaymentType, RequireCreditCard};
use crate::json::message;
use crate::payment::{Deposit, NoShowFee, Price};

message! {
    /// A service as its feed describes it.
    pub struct FeedService ["8.4"] {
        /// The merchant, by the partner's id.
        merchant_id: String = required,
        /// The partner's id.
        service_id: String = required,
        /// The name that guests see.
        localized_service_name: Option<LocalizedText>,
        /// The name, in its older field.
        name: String,
        /// What guests are told about it.
        localized_description: Option<LocalizedText>,
        /// What guests are told about it, in its older field.
        description: String,
        /// The price.
        price: Option<Price>,
        /// When it can be booked and cancelled.
        scheduling_rules: Option<SchedulingRules> = alias("rules"),
        /// Whether it is paid in advance.
        prepayment_type: PrepaymentType,
        /// When a prepayment is charged.
        prepayment_terms: Option<PrepaymentTerms>,
        /// Whether a card is asked for.
        require_credit_card: RequireCreditCard,
        /// The fee for who does not come.
        no_show_fee: Option<NoShowFee>,
        /// The deposit.
        deposit: Option<Deposit>,
        /// The tax on its price, instead of the merchant's.
        tax_rate: Option<TaxRate>,
        /// Packs and memberships that it can be paid with.
        payment_option_id: Vec<String>,
        /// What guests are asked when booking.
        intake_form: Option<IntakeForm>,
        /// Kinds of tickets; kept as they are.
        ticket_type: Vec<Opaque>,
        /// Who may wait for it.
        waitlist_rules: Option<WaitlistRules>,
    }
}

impl FeedService {
    /// The name that guests see, in whichever field it stands.
    #[must_use]
    pub fn shown_name(&self) -> &str {
        match &self.localized_service_name {
            Some(name) if !name.value.is_empty() => &name.value,
            _ => &self.name,
        }
    }
}

message! {
    /// When a service can be booked and cancelled. All in seconds.
    pub struct SchedulingRules ["8.4"] {
        /// How long before the start it must be booked.
        min_advance_booking: i64,
        /// How long before the start it must be cancelled; zero is until the start.
        min_advance_online_canceling: i64,
        /// How long before its end it can still be booked (walk-in).
        min_booking_buffer_before_end_time: i64,
        /// How guests are admitted; kept as it is.
        admission_policy: Option<Opaque>,
        /// The policy that guests agree to; kept as it is.
        cancellation_policy: Option<Opaque>,
        /// Kept as it is.
        late_cancellation_fee: Option<Opaque>,
        /// Kept as it is.
        noshow_fee: Option<Opaque>,
    }
}

message! {
    /// When a prepayment is charged.
    pub struct PrepaymentTerms ["4.3"] {
        /// `CHARGE_NOW` or `CHARGE_LATER`.
        charge_timing: String,
        /// With `CHARGE_LATER`: how long before the start, in seconds.
        charge_time_before_start_time_sec: i64,
    }
}

message! {
    /// What guests are asked when booking.
    pub struct IntakeForm ["8.4"] {
        /// The questions.
        field: Vec<IntakeField>,
    }
}

message! {
    /// A question to guests.
    pub struct IntakeField ["8.4"] {
        /// Its id.
        id: String,
        /// What kind of answer it wants.
        r#type: String,
        /// The question.
        localized_label: Option<LocalizedText>,
        /// Answers to choose from; kept as they are.
        choice_text: Vec<Opaque>,
        /// Whether it must be answered.
        is_required: bool,
    }
}

message! {
    /// Who may wait for a service.
    pub struct WaitlistRules ["8.4"] {
        /// The smallest party.
        min_party_size: i32,
        /// The largest party.
        max_party_size: i32,
        /// Whether guests may add a request.
        supports_additional_request: bool,
    }
}
