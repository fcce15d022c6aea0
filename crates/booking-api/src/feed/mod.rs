//! The three feeds in which a partner describes its inventory: merchants, services, availability.
//!
//! Here are the messages, how a file is taken apart record by record ([`read_feed`]) and how a
//! record is written ([`write_record`]: 64-bit numbers as numbers, unlike everywhere else). The
//! expansion of recurrences is in `recurrence`.
//!
//! Deliberately not here: what an import does to an inventory, and any I/O. Files are bytes.

mod availability;
mod file;
mod merchant;
mod metadata;
mod opaque;
mod recurrence;
mod required;
mod service;
mod write;

pub use availability::{
    Availability, Prepayment, Recurrence, ResourcesRestrict, ScheduleException,
    SchedulingRuleOverrides, SlotResources, TimeRange,
};
pub use file::{FeedFile, FeedKind, FeedProblem, Record, Restricts, read_feed};
pub use merchant::{
    CreditCardRestrictions, FeedMerchant, GeoAddress, GeoCoordinates, LocalizedString,
    LocalizedText, MatchingHints, MerchantTerms, PaymentRestrictions, TaxRate,
};
pub use metadata::FeedMetadata;
pub use opaque::{Degrees, Opaque};
pub use recurrence::{MOST_RECURRENCE_SEC, RecurrenceError, expand};
pub use service::{
    FeedService, IntakeField, IntakeForm, PrepaymentTerms, SchedulingRules, WaitlistRules,
};
pub use write::{RulesKey, write_record};
