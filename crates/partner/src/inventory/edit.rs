//! Changes by hand: a slot made, changed or deleted, a merchant's or service's record changed.
//!
//! A change is a JSON merge patch (RFC 7396) over what is there. Whatever is wrong with it is said
//! before anything is written.

mod fields;

use booking_api::feed::{FeedMerchant, FeedService, LocalizedText, TaxRate};
use booking_api::{ConfirmationMode, PrepaymentType, RequireCreditCard, ResourceIds, Slot};
use rusqlite::Connection;
use serde_json::{Map, Value};

pub use fields::{EditError, EditErrorKind};

use self::fields::Fields;
use super::lists::{self, MerchantRow, ServiceRow, SlotDetails};
use super::rows::{self, NewSlot, SlotWriter};
use super::terms::SlotTerms;
use super::{MadeBy, export};
use crate::outbox;
use crate::scenario::Settings;
use crate::store::StoreError;

/// What an edit stands on.
#[derive(Clone, Copy, Debug)]
pub struct Edit<'a> {
    /// The writer's connection, in its transaction.
    pub connection: &'a Connection,
    /// The scenario's settings.
    pub settings: &'a Settings,
    /// The engine's time.
    pub now: jiff::Timestamp,
}

/// What came of an edit: the outer error is the store's, the inner one the caller's.
pub type Edited<T> = Result<Result<T, EditError>, StoreError>;

/// Passes an error of the caller on.
macro_rules! given {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(error) => return Ok(Err(error)),
        }
    };
}

const SLOT_FIELDS: &[&str] = &[
    "spots_total",
    "confirmation_mode",
    "availability_tag",
    "terms",
];
const NEW_SLOT_FIELDS: &[&str] = &[
    "merchant_id",
    "service_id",
    "start_sec",
    "duration_sec",
    "resources",
    "spots_total",
    "confirmation_mode",
    "availability_tag",
    "terms",
];

impl Edit<'_> {
    /// Makes a slot.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn create_slot(self, body: &Map<String, Value>) -> Edited<SlotDetails> {
        let fields = given!(Fields::of(body, "", NEW_SLOT_FIELDS));
        let resources: Option<ResourceIds> = given!(fields.message("resources", None));
        let mut new = NewSlot {
            slot: Slot {
                merchant_id: given!(fields.required_text("merchant_id")),
                service_id: given!(fields.required_text("service_id")),
                start_sec: given!(fields.required_integer("start_sec", 1..=i64::MAX)),
                duration_sec: given!(fields.required_integer("duration_sec", 1..=31_622_400)),
                resources: resources.filter(|it| *it != ResourceIds::default()),
                ..Slot::default()
            },
            spots_total: 1,
            spots_open: 0,
            terms: SlotTerms::default(),
        };
        given!(apply_to_slot(&fields, &mut new));
        new.spots_open = new.spots_total;
        given!(self.known_service(&new.slot.merchant_id, &new.slot.service_id)?);
        let known =
            crate::store::inventory::look_up(self.connection, &new.slot, self.now.as_second(), "")?;
        if let Some(row) = known.slot {
            return Ok(Err(EditError::conflict(
                "already_there",
                format!("There is such a slot already: {}.", row.slot_id),
                "Ids, start, duration and resources make a slot; change that one instead.",
            )));
        }
        self.keep_slot(&new)
    }

    /// Changes a slot.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn patch_slot(self, slot_id: i64, body: &Map<String, Value>) -> Edited<SlotDetails> {
        let fields = given!(Fields::of(body, "", SLOT_FIELDS));
        let details = given!(self.slot(slot_id)?);
        let mut new = NewSlot {
            slot: details.slot,
            spots_total: details.spots_total,
            spots_open: 0,
            terms: details.terms,
        };
        given!(apply_to_slot(&fields, &mut new));
        let taken = details.spots_total - details.spots_open;
        if new.spots_total < taken {
            return Ok(Err(EditError::conflict(
                "places_taken",
                format!("{taken} places of the slot are taken: it cannot have less."),
                "Cancel bookings first, or choose a greater number.",
            )));
        }
        new.spots_open = new.spots_total - taken;
        self.keep_slot(&new)
    }

    /// Deletes a slot that nobody holds.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn delete_slot(self, slot_id: i64) -> Edited<()> {
        let details = given!(self.slot(slot_id)?);
        let held = rows::held(self.connection, slot_id, self.now.as_second())?;
        if held > 0 {
            let who = match details.bookings.as_slice() {
                [] => "a lease".to_owned(),
                [one] => format!("the booking {one}"),
                [first, rest @ ..] => format!("the booking {first} and {} more", rest.len()),
            };
            return Ok(Err(EditError::conflict(
                "slot_held",
                format!("The slot is held by {who}."),
                "Cancel it first; a slot can be closed by setting its places to what is taken.",
            )));
        }
        outbox::places_changed(self.connection, self.settings, self.now, slot_id)?;
        let mut statement = self
            .connection
            .prepare_cached("DELETE FROM slots WHERE slot_id = ?1")?;
        statement.execute([slot_id])?;
        Ok(Ok(()))
    }

    /// Changes a merchant's record.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn patch_merchant(
        self,
        merchant_id: &str,
        body: &Map<String, Value>,
    ) -> Edited<MerchantRow> {
        let known = &["name", "category", "telephone", "url", "tax_rate"];
        let fields = given!(Fields::of(body, "", known));
        let record = given!(self.known_merchant(merchant_id)?);
        let mut merchant = record.unwrap_or_else(|| export::bare_merchant(merchant_id.to_owned()));
        for (name, place) in [
            ("name", &mut merchant.name),
            ("category", &mut merchant.category),
        ] {
            if let Some(text) = given!(fields.text(name)) {
                if text.is_empty() {
                    return Ok(Err(fields.wrong(name, "a text that is not empty")));
                }
                *place = text;
            }
        }
        for (name, place) in [
            ("telephone", &mut merchant.telephone),
            ("url", &mut merchant.url),
        ] {
            if let Some(text) = given!(fields.text(name)) {
                *place = text;
            }
        }
        let tax: Option<TaxRate> = given!(fields.message("tax_rate", merchant.tax_rate.as_ref()));
        merchant.tax_rate = tax;
        rows::put_merchant(self.connection, &merchant, MadeBy::Edited)?;
        let row = lists::merchants(self.connection, Some(merchant_id), "", "", 1)?.pop();
        Ok(row.ok_or_else(|| EditError::not_found("merchant", merchant_id)))
    }

    /// Changes a service's record. Its slots have the new terms at once.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn patch_service(
        self,
        merchant_id: &str,
        service_id: &str,
        body: &Map<String, Value>,
    ) -> Edited<ServiceRow> {
        let known = &[
            "name",
            "price",
            "prepayment_type",
            "min_advance_booking_sec",
            "min_advance_online_canceling_sec",
            "no_show_fee",
            "deposit",
            "require_credit_card",
            "tax_rate",
        ];
        let fields = given!(Fields::of(body, "", known));
        let record = given!(self.known_service(merchant_id, service_id)?);
        let mut service = record
            .unwrap_or_else(|| export::bare_service(merchant_id.to_owned(), service_id.to_owned()));
        given!(apply_to_service(&fields, &mut service));
        if !self.settings.allow_async_payment
            && rows::pays_asynchronously(self.connection, &service)?
        {
            return Ok(Err(EditError::asynchronous_and_paid()));
        }
        rows::put_service(self.connection, &service, MadeBy::Edited)?;
        let found = lists::services(
            self.connection,
            Some(merchant_id),
            Some(service_id),
            ("", ""),
            1,
        )?;
        let row = found.into_iter().next();
        Ok(row.ok_or_else(|| EditError::not_found("service", service_id)))
    }

    fn keep_slot(self, new: &NewSlot) -> Edited<SlotDetails> {
        let mut writer = SlotWriter::default();
        if !self.settings.allow_async_payment
            && writer.is_asynchronous_and_paid(self.connection, new)?
        {
            return Ok(Err(EditError::asynchronous_and_paid()));
        }
        let now_sec = self.now.as_second();
        let slot_id = writer.put(self.connection, new, MadeBy::Edited, now_sec)?;
        outbox::places_changed(self.connection, self.settings, self.now, slot_id)?;
        self.slot(slot_id)
    }

    fn slot(self, slot_id: i64) -> Edited<SlotDetails> {
        let found = lists::slot(self.connection, slot_id, self.now.as_second())?;
        Ok(found.ok_or_else(|| EditError::not_found("slot", &slot_id.to_string())))
    }

    fn known_merchant(self, merchant_id: &str) -> Edited<Option<FeedMerchant>> {
        if let Some((record, _)) = rows::merchant(self.connection, merchant_id)? {
            return Ok(Ok(record));
        }
        let mut statement = self
            .connection
            .prepare_cached("SELECT merchant_id FROM merchants LIMIT 10000")?;
        let known = statement.query_map([], |row| row.get(0))?;
        let known: Vec<String> = known.collect::<Result<_, _>>()?;
        Ok(Err(EditError::unknown("merchant", merchant_id, &known)))
    }

    fn known_service(self, merchant_id: &str, service_id: &str) -> Edited<Option<FeedService>> {
        given!(self.known_merchant(merchant_id)?);
        if let Some((record, _)) = rows::service(self.connection, merchant_id, service_id)? {
            return Ok(Ok(record));
        }
        let mut statement = self
            .connection
            .prepare_cached("SELECT service_id FROM services WHERE merchant_id = ?1 LIMIT 10000")?;
        let known = statement.query_map([merchant_id], |row| row.get(0))?;
        let known: Vec<String> = known.collect::<Result<_, _>>()?;
        Ok(Err(EditError::unknown("service", service_id, &known)))
    }
}

fn apply_to_slot(fields: &Fields<'_>, new: &mut NewSlot) -> Result<(), EditError> {
    if let Some(places) = fields.integer("spots_total", 1..=i64::from(u32::MAX))? {
        new.spots_total = u32::try_from(places.unwrap_or(1)).unwrap_or(u32::MAX);
    }
    let modes = ConfirmationMode::ALL;
    if let Some(mode) = fields.one_of("confirmation_mode", modes, ConfirmationMode::name)? {
        new.slot.confirmation_mode = mode.unwrap_or_default();
    }
    if let Some(terms) = fields.object("terms", fields::TERMS)? {
        match terms {
            None => {
                let tag = std::mem::take(&mut new.terms.availability_tag);
                new.terms = SlotTerms::default();
                new.terms.availability_tag = tag;
            }
            Some(terms) => terms.apply_to_terms(&mut new.terms)?,
        }
    }
    if let Some(tag) = fields.text("availability_tag")? {
        new.terms.availability_tag = tag;
    }
    let (first, last) = (new.terms.first_bookable_sec, new.terms.last_bookable_sec);
    if let (Some(first), Some(last)) = (first, last)
        && first > last
    {
        return Err(EditError::wrong_value(
            "/terms/first_bookable_sec".to_owned(),
            &first.to_string(),
            "a moment up to last_bookable_sec",
        ));
    }
    Ok(())
}

fn apply_to_service(fields: &Fields<'_>, service: &mut FeedService) -> Result<(), EditError> {
    if let Some(name) = fields.text("name")? {
        if name.is_empty() {
            return Err(fields.wrong("name", "a text that is not empty"));
        }
        match &mut service.localized_service_name {
            Some(text) => {
                *text = LocalizedText {
                    value: name,
                    localized_value: Vec::new(),
                }
            }
            None => service.name = name,
        }
    }
    service.price = fields.message("price", service.price.as_ref())?;
    service.no_show_fee = fields.message("no_show_fee", service.no_show_fee.as_ref())?;
    service.deposit = fields.message("deposit", service.deposit.as_ref())?;
    service.tax_rate = fields.message("tax_rate", service.tax_rate.as_ref())?;
    let types = PrepaymentType::ALL;
    if let Some(value) = fields.one_of("prepayment_type", types, PrepaymentType::name)? {
        service.prepayment_type = value.unwrap_or_default();
    }
    let cards = RequireCreditCard::ALL;
    if let Some(value) = fields.one_of("require_credit_card", cards, RequireCreditCard::name)? {
        service.require_credit_card = value.unwrap_or_default();
    }
    let year = 0..=31_622_400;
    let booking = fields.integer("min_advance_booking_sec", year.clone())?;
    let cancelling = fields.integer("min_advance_online_canceling_sec", year)?;
    if booking.is_some() || cancelling.is_some() {
        let rules = service.scheduling_rules.get_or_insert_default();
        if let Some(sec) = booking {
            rules.min_advance_booking = sec.unwrap_or(0);
        }
        if let Some(sec) = cancelling {
            rules.min_advance_online_canceling = sec.unwrap_or(0);
        }
    }
    Ok(())
}
