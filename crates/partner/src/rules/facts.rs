//! What a request is about, as rules ask for it: from its body, and, where a rule asks for what only
//! the partner knows, from the store.

use booking_api::{
    BatchAvailabilityLookupRequest, Booking, CheckAvailabilityRequest, ConfirmationMode,
    CreateBookingRequest, CreateLeaseRequest, GetBookingStatusRequest, ListBookingsRequest,
    Message, Method, SetMarketingPreferenceRequest, Slot, UpdateBookingRequest, UserInformation,
};
use rusqlite::Connection;

use crate::behaviour::PaymentMode;
use crate::booking::place::Place;
use crate::booking::{Call, mode};
use crate::inventory::terms::PaymentTerms;
use crate::scenario::Rule;
use crate::scenario::rule::{Mode, Per};
use crate::store::{StoreError, bookings};

/// What a request is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) method: Method,
    pub(super) merchant_id: Option<String>,
    /// Several, where a lookup asks for several.
    pub(super) service_ids: Vec<String>,
    pub(super) user_id: Option<String>,
    pub(super) email: Option<String>,
    pub(super) party_size: Option<u64>,
    /// The booking's id, or the token of one that is not made yet.
    pub(super) booking: Option<String>,
    pub(super) payment_modes: Vec<PaymentMode>,
    pub(super) confirmation: Option<Mode>,
    slot: Option<Slot>,
    /// Of a booking that is there already.
    booking_id: Option<String>,
}

fn read<T: Message>(body: &[u8]) -> Option<T> {
    // A body that cannot be read is refused by the method itself.
    booking_api::read::<T>(body).message.ok()
}

fn said(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

impl Facts {
    pub(super) fn of_nothing(method: Method) -> Self {
        Self {
            method,
            merchant_id: None,
            service_ids: Vec::new(),
            user_id: None,
            email: None,
            party_size: None,
            booking: None,
            payment_modes: Vec::new(),
            confirmation: None,
            slot: None,
            booking_id: None,
        }
    }

    /// What the body says.
    pub(super) fn of(method: Method, body: &[u8]) -> Self {
        let mut facts = Self::of_nothing(method);
        // What cannot be read says nothing.
        let _ = facts.take(body);
        facts
    }

    fn take(&mut self, body: &[u8]) -> Option<()> {
        match self.method {
            Method::CreateBooking => {
                let request: CreateBookingRequest = read(body)?;
                self.slot(request.slot);
                self.guest(request.user_information);
                self.booking =
                    said(request.idempotency_token).map(|token| format!("token {token}"));
            }
            Method::UpdateBooking => {
                let booking = read::<UpdateBookingRequest>(body)?.booking?;
                self.booking_id = said(booking.booking_id);
                self.guest(booking.user_information);
            }
            Method::GetBookingStatus => {
                self.booking_id = said(read::<GetBookingStatusRequest>(body)?.booking_id);
            }
            Method::CreateLease => self.slot(read::<CreateLeaseRequest>(body)?.lease?.slot),
            Method::CheckAvailability => self.slot(read::<CheckAvailabilityRequest>(body)?.slot),
            Method::BatchAvailabilityLookup => {
                let request: BatchAvailabilityLookupRequest = read(body)?;
                self.merchant_id = said(request.merchant_id);
                for time in request.slot_time {
                    let party = time
                        .resource_ids
                        .map_or(0, |resources| resources.party_size);
                    self.party(party);
                    if !self.service_ids.contains(&time.service_id) {
                        self.service_ids.push(time.service_id);
                    }
                }
            }
            Method::ListBookings => self.user_id = said(read::<ListBookingsRequest>(body)?.user_id),
            Method::SetMarketingPreference => {
                self.guest(read::<SetMarketingPreferenceRequest>(body)?.user_information);
            }
            _ => {}
        }
        if self.booking.is_none() {
            self.booking.clone_from(&self.booking_id);
        }
        Some(())
    }

    fn slot(&mut self, slot: Option<Slot>) {
        let Some(slot) = slot else {
            return;
        };
        self.merchant_id = said(slot.merchant_id.clone());
        self.service_ids = said(slot.service_id.clone()).into_iter().collect();
        let party = slot.resources.as_ref().map_or(0, |it| it.party_size);
        self.party(party);
        self.slot = Some(slot);
    }

    fn party(&mut self, size: i32) {
        if size > 0 {
            self.party_size = u64::try_from(size).ok();
        }
    }

    fn guest(&mut self, guest: Option<UserInformation>) {
        if let Some(guest) = guest {
            self.user_id = said(guest.user_id);
            self.email = said(guest.email);
        }
    }

    /// What a booking that is there says, where the request has no word of its own on it.
    fn of_booking(&mut self, booking: Booking) {
        let (user_id, email) = (self.user_id.take(), self.email.take());
        self.slot(booking.slot);
        self.guest(booking.user_information);
        self.user_id = user_id.or(self.user_id.take());
        self.email = email.or(self.email.take());
    }

    /// With what the store knows, as far as one of these rules asks for it.
    pub(super) fn completed(
        mut self,
        connection: &Connection,
        call: &Call,
        rules: &[&Rule],
    ) -> Result<Self, StoreError> {
        let about_booking = |rule: &Rule| {
            let when = &rule.when;
            let counts = when.nth_call.map(|nth| nth.per);
            !when.merchant.is_empty()
                || !when.service.is_empty()
                || !when.user.is_empty()
                || when.party_size.is_some()
                || matches!(counts, Some(Per::User | Per::Merchant))
        };
        let about_terms =
            |rule: &Rule| !rule.when.payment_mode.is_empty() || !rule.when.confirmation.is_empty();
        let asks_terms = rules.iter().any(|rule| about_terms(rule));
        let asks_booking = asks_terms || rules.iter().any(|rule| about_booking(rule));
        if let Some(id) = self.booking_id.clone().filter(|_| asks_booking)
            && let Some(row) = bookings::get(connection, &id)?
        {
            self.of_booking(row.booking);
        }
        if let Some(slot) = self.slot.clone().filter(|_| asks_terms) {
            let place = Place::find(connection, &slot, call, "")?;
            let own = place.known.slot.map(|row| row.confirmation_mode);
            self.confirmation = Some(match mode::granted(&slot, own, call) {
                ConfirmationMode::Asynchronous => Mode::Asynchronous,
                _ => Mode::Synchronous,
            });
            self.payment_modes = match call.snapshot.behaviour.payment.mode {
                PaymentMode::Inventory => {
                    let terms = place.terms.map(|terms| terms.payment);
                    modes_of(&terms.unwrap_or_default())
                }
                forced => vec![forced],
            };
        }
        Ok(self)
    }

    /// What calls are counted by; `None` where the request has none.
    pub(super) fn subject(&self, per: Per) -> Option<String> {
        match per {
            Per::All => Some(String::new()),
            Per::User => self.user_id.clone().or_else(|| self.email.clone()),
            Per::Merchant => self.merchant_id.clone(),
            Per::Booking => self.booking.clone(),
        }
    }
}

/// The modes that payment terms amount to: a deposit and a fee may stand together.
fn modes_of(terms: &PaymentTerms) -> Vec<PaymentMode> {
    use booking_api::RequireCreditCard;
    let mut modes = Vec::new();
    if terms.is_prepaid() {
        modes.push(PaymentMode::Prepayment);
    }
    if terms.deposit.is_some() {
        modes.push(PaymentMode::Deposit);
    }
    if terms.no_show_fee.is_some() {
        modes.push(PaymentMode::NoShowFee);
    }
    if modes.is_empty() {
        modes.push(match terms.require_credit_card {
            RequireCreditCard::Always => PaymentMode::CardRequired,
            _ => PaymentMode::None,
        });
    }
    modes
}

impl Rule {
    /// Whether all that the rule names is so, but for counts and chance.
    pub(super) fn holds(&self, facts: &Facts) -> bool {
        let when = &self.when;
        let one_of = |wanted: &[String], found: &[Option<&String>]| {
            wanted.is_empty()
                || found
                    .iter()
                    .flatten()
                    .any(|found| wanted.iter().any(|wanted| wanted == *found))
        };
        let services: Vec<Option<&String>> = facts.service_ids.iter().map(Some).collect();
        let email = facts.email.as_ref();
        let is_user = when.user.is_empty()
            || one_of(&when.user, &[facts.user_id.as_ref()])
            || email.is_some_and(|email| {
                when.user
                    .iter()
                    .any(|wanted| wanted.eq_ignore_ascii_case(email))
            });
        one_of(&when.merchant, &[facts.merchant_id.as_ref()])
            && one_of(&when.service, &services)
            && is_user
            && when
                .party_size
                .is_none_or(|range| facts.party_size.is_some_and(|size| range.holds(size)))
            && (when.payment_mode.is_empty()
                || facts
                    .payment_modes
                    .iter()
                    .any(|mode| when.payment_mode.contains(mode)))
            && (when.confirmation.is_empty()
                || facts
                    .confirmation
                    .is_some_and(|mode| when.confirmation.contains(&mode)))
    }
}
