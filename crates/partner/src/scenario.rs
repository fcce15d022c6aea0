//! Scenario files: what a partner is like before anybody toggles anything.
//!
//! So far a scenario holds a seed, a behaviour, settings and an inventory. Rules and steps are not
//! read yet, and a file that has them is refused, never half understood.

pub mod switches;

use std::path::Path;

use booking_api::Price;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use self::switches::{Duplicates, Limits, ModeMismatch, RepeatedCancel, Replay};
use crate::behaviour::{Behaviour, Confirmation, patch};
use crate::inventory::Setup;
use crate::inventory::setup::SetupFile;

/// The scenario that is compiled in.
const DEFAULT: &str = include_str!("../../../scenarios/default.yaml");

/// A checked scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Its name, by which it is loaded.
    pub name: String,
    /// A few words for people.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// Where all chance starts from.
    pub seed: u64,
    /// The behaviour that counts as normal.
    pub behaviour: Behaviour,
    /// Switches and amounts.
    pub settings: Settings,
    /// The inventory that it starts with.
    pub inventory: Setup,
}

/// Switches and amounts of a scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Places of a slot that springs into being.
    pub default_capacity: u32,
    /// Whether CreateLease is implemented (501 where not; section 2.4).
    pub create_lease: bool,
    /// The longest time a lease holds, in seconds.
    pub max_lease_sec: i64,
    /// Amounts of a payment mode that is forced by a toggle.
    pub payment: PaymentSettings,
    /// HTTP status of UpdateBooking for an unknown booking: 400 or 404 (section 10.3).
    pub unknown_booking_status: u16,
    /// HTTP status of GetBookingStatus for an unknown booking: 404 or 400 (section 10.3).
    pub unknown_booking_status_when_read: u16,
    /// HTTP status of ListBookings for a user that never booked: 200 with an empty list, or 404
    /// (section 1.4).
    pub unknown_user_status: u16,
    /// Whether a token that comes again with another body is a 409 instead of a replay with a
    /// finding (section 2.5).
    pub strict_tokens: bool,
    /// What a replay of a token answers once its booking has changed (section 10.6).
    pub replay: Replay,
    /// What a second booking of the same guest leads to (section 2.5).
    pub duplicates: Duplicates,
    /// The least time between two bookings of a guest, in seconds: 0 forbids only that they
    /// overlap, and without it only duplicates are refused. No source says how close is too close.
    pub min_gap_sec: Option<i64>,
    /// How many bookings a guest may have before them; without, any number.
    pub user_booking_limit: Option<u32>,
    /// What a repeated cancel leads to (section 10.13).
    pub repeated_cancel: RepeatedCancel,
    /// What a request with another confirmation mode than the slot's leads to (section 10.35).
    pub confirmation_mode_mismatch: ModeMismatch,
    /// Whether the very moment of a limit still counts as in time (section 10.36).
    pub limits: Limits,
    /// After how many seconds a booking that is still pending is declined by itself; without,
    /// never (section 10.26).
    pub auto_decline_after_sec: Option<u64>,
    /// Whether the aggregator is told when places change (availability:replace, section 7). Off
    /// unless asked for: each booking then causes a call of our own.
    pub send_real_time_updates: bool,
    /// How notifications are spelt.
    pub notification: NotificationSettings,
    /// How the stand-in aggregator is.
    pub aggregator: AggregatorSettings,
    /// Whether asynchronous bookings may take payments, and the inventory may hold slots that are both
    /// (section 10.24).
    pub allow_async_payment: bool,
    /// The name of a service's scheduling rules in the feeds that go out (section 10.10).
    pub scheduling_rules_key: SchedulingRulesKey,
}

/// How notifications are spelt, where sources differ (section 10).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NotificationSettings {
    /// Which fields the mask of a refund with a cancellation names (section 10.8).
    pub refund_mask: RefundMask,
    /// Spell the failure `booking_failure.cause="…"` instead of `bookingFailure.cause=…` (section
    /// 10.7).
    pub quoted_snake_case_failure: bool,
    /// Whether bodies hold merchantId and serviceId (section 10.32).
    pub send_ids: bool,
}

/// Which fields the mask of a refund with a cancellation names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundMask {
    /// `status,paymentInformation.prepaymentStatus`.
    #[default]
    StatusAndPayment,
    /// `status` alone.
    Status,
}

impl Default for NotificationSettings {
    fn default() -> Self {
        Self {
            refund_mask: RefundMask::default(),
            quoted_snake_case_failure: false,
            send_ids: true,
        }
    }
}

/// How the stand-in aggregator is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AggregatorSettings {
    /// Take notifications about bookings that it never saw, and of any partner, instead of
    /// answering 404 and 403.
    pub accept_unknown_bookings: bool,
    /// Calls in one minute before it answers 429 (section 6.5); 0 for no limit.
    pub quota_per_minute: u32,
}

impl Default for AggregatorSettings {
    fn default() -> Self {
        Self {
            accept_unknown_bookings: false,
            quota_per_minute: 1_500,
        }
    }
}

/// The name of a service's scheduling rules in feeds; both are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SchedulingRulesKey {
    /// `scheduling_rules`.
    #[default]
    SchedulingRules,
    /// `rules`.
    Rules,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            default_capacity: 100,
            create_lease: true,
            max_lease_sec: 300,
            payment: PaymentSettings::default(),
            unknown_booking_status: 400,
            unknown_booking_status_when_read: 404,
            unknown_user_status: 200,
            strict_tokens: false,
            replay: Replay::default(),
            duplicates: Duplicates::default(),
            min_gap_sec: None,
            user_booking_limit: None,
            repeated_cancel: RepeatedCancel::default(),
            confirmation_mode_mismatch: ModeMismatch::default(),
            limits: Limits::default(),
            auto_decline_after_sec: None,
            send_real_time_updates: false,
            notification: NotificationSettings::default(),
            aggregator: AggregatorSettings::default(),
            allow_async_payment: false,
            scheduling_rules_key: SchedulingRulesKey::default(),
        }
    }
}

impl Settings {
    /// What cannot be, in a sentence.
    fn problem(&self) -> Option<&'static str> {
        if ![400, 404].contains(&self.unknown_booking_status) {
            return Some("unknown_booking_status is 400 or 404.");
        }
        if ![400, 404].contains(&self.unknown_booking_status_when_read) {
            return Some("unknown_booking_status_when_read is 404 or 400.");
        }
        if ![200, 404].contains(&self.unknown_user_status) {
            return Some("unknown_user_status is 200 or 404.");
        }
        if self.min_gap_sec.is_some_and(|sec| sec < 0) {
            return Some("min_gap_sec starts at 0, or is null.");
        }
        if self.user_booking_limit == Some(0) {
            return Some("user_booking_limit starts at 1, or is null.");
        }
        if self
            .auto_decline_after_sec
            .is_some_and(|sec| !(1..=31_536_000).contains(&sec))
        {
            return Some("auto_decline_after_sec is from 1 to 31536000, a year, or null.");
        }
        None
    }
}

/// Amounts of a payment mode that is forced by a toggle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PaymentSettings {
    /// The price where the request names none.
    pub price: Price,
    /// The fee of who does not come.
    pub no_show_fee: Price,
    /// The deposit.
    pub deposit: Price,
    /// Until how many seconds before the start the deposit is given back.
    pub deposit_min_advance_cancellation_sec: i64,
}

impl Default for PaymentSettings {
    fn default() -> Self {
        let usd = |price_micros| Price {
            price_micros,
            currency_code: "USD".to_owned(),
            ..Price::default()
        };
        Self {
            price: usd(120_000_000),
            no_show_fee: usd(25_000_000),
            deposit: usd(30_000_000),
            deposit_min_advance_cancellation_sec: 14_400,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    description: String,
    #[serde(default = "one")]
    seed: u64,
    #[serde(default)]
    behaviour: Value,
    #[serde(default)]
    settings: Settings,
    #[serde(default)]
    inventory: Option<SetupFile>,
}

fn one() -> u64 {
    1
}

/// Why a scenario could not be loaded. Each is one sentence and what to do.
#[derive(Debug, Error)]
pub enum ScenarioError {
    /// No such file.
    #[error("The scenario {name} was not found: {reason}. Name \"default\" or a YAML file.")]
    NotFound {
        /// What was asked for.
        name: String,
        /// What the system says.
        reason: String,
    },
    /// The file cannot be understood.
    #[error("The scenario {name} cannot be read: {reason}")]
    Invalid {
        /// Which file.
        name: String,
        /// Where and what.
        reason: String,
    },
}

/// Loads a scenario by name or file. Without a name, the default one.
///
/// # Errors
/// [`ScenarioError`].
pub fn load(name: Option<&str>, folder: Option<&Path>) -> Result<Scenario, ScenarioError> {
    let Some(name) = name else {
        return read("default", DEFAULT);
    };
    let candidates = [
        Some(Path::new(name).to_path_buf()),
        folder.map(|folder| folder.join(name)),
        folder.map(|folder| folder.join(format!("{name}.yaml"))),
    ];
    let found = candidates.into_iter().flatten().find(|path| path.is_file());
    match found {
        Some(path) => {
            let text = std::fs::read_to_string(&path).map_err(|error| ScenarioError::NotFound {
                name: name.to_owned(),
                reason: error.to_string(),
            })?;
            read_in(name, &text, path.parent())
        }
        None if name == "default" => read("default", DEFAULT),
        None => Err(ScenarioError::NotFound {
            name: name.to_owned(),
            reason: "there is no such file".to_owned(),
        }),
    }
}

/// Reads a scenario from YAML (JSON is YAML too).
///
/// # Errors
/// [`ScenarioError::Invalid`] with line and column where the reader knows them.
pub fn read(name: &str, text: &str) -> Result<Scenario, ScenarioError> {
    read_in(name, text, None)
}

/// As [`read`]; the files that it names lie in `folder`.
fn read_in(name: &str, text: &str, folder: Option<&Path>) -> Result<Scenario, ScenarioError> {
    let invalid = |reason: String| ScenarioError::Invalid {
        name: name.to_owned(),
        reason,
    };
    let file: File = serde_saphyr::from_str(text).map_err(|error| {
        // The reader draws the place below its first line; a sentence is enough here.
        let words = error.to_string();
        let first = words.lines().next().unwrap_or_default();
        invalid(format!("{}.", first.trim_start_matches("error: ")))
    })?;
    let behaviour = match &file.behaviour {
        Value::Null => Behaviour::default(),
        value => patch::read(value)
            .map_err(|error| invalid(format!("{} {}", error.message, error.hint)))?,
    };
    let settings = file.settings;
    if settings.default_capacity == 0 || settings.max_lease_sec <= 0 {
        return Err(invalid(
            "default_capacity and max_lease_sec start at 1.".to_owned(),
        ));
    }
    if behaviour.confirmation == Confirmation::Asynchronous
        && behaviour.payment.mode.takes_money()
        && !settings.allow_async_payment
    {
        return Err(invalid(
            "asynchronous bookings take no payment. Leave behaviour.payment.mode at inventory, \
             none or card_required, or set settings.allow_async_payment."
                .to_owned(),
        ));
    }
    if let Some(problem) = settings.problem() {
        return Err(invalid(problem.to_owned()));
    }
    let inventory = match file.inventory {
        None => Setup::Empty,
        Some(inventory) => inventory.read(folder).map_err(invalid)?,
    };
    let title = if file.title.is_empty() {
        file.name.clone()
    } else {
        file.title
    };
    Ok(Scenario {
        name: file.name,
        title,
        description: file.description,
        seed: file.seed,
        behaviour,
        settings,
        inventory,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_scenario_is_the_default_behaviour_and_settings() {
        let scenario = load(None, None).unwrap();
        assert_eq!(scenario.behaviour, Behaviour::default());
        assert_eq!(scenario.settings, Settings::default());
    }

    #[test]
    fn what_is_not_supported_is_refused_by_name() {
        let error = read("x", "name: x\nrules: []\n").unwrap_err().to_string();
        assert!(error.contains("rules"), "{error}");
        let error = read("x", "name: x\nbehaviour: { confirmaton: synchronous }\n").unwrap_err();
        assert!(
            error.to_string().contains("Did you mean \"confirmation\"?"),
            "{error}"
        );
        for settings in [
            "unknown_booking_status: 500",
            "unknown_booking_status_when_read: 200",
            "unknown_user_status: 400",
            "min_gap_sec: -1",
            "user_booking_limit: 0",
            "duplicates: refused",
            "replay: current",
            "repeated_cancel: never",
            "confirmation_mode_mismatch: ignore",
            "limits: open",
            "strict_token: true",
        ] {
            let name = settings.split_once(':').unwrap().0;
            let text = format!("name: x\nsettings: {{ {settings} }}\n");
            let error = read("x", &text).unwrap_err().to_string();
            let value = settings.split_once(": ").unwrap().1;
            assert!(
                error.contains(name) || error.contains(value),
                "{settings}: {error}"
            );
        }
        let error = load(Some("nowhere.yaml"), None).unwrap_err().to_string();
        assert!(error.contains("nowhere.yaml"), "{error}");
    }

    #[test]
    fn asynchronous_bookings_with_payments_are_refused_unless_allowed() {
        let text = |settings: &str| {
            format!(
                "name: x\nbehaviour: {{ confirmation: asynchronous, payment: {{ mode: deposit }} }}\n\
                 settings: {{ {settings} }}\n"
            )
        };
        let error = read("x", &text("")).unwrap_err().to_string();
        assert!(error.contains("settings.allow_async_payment"), "{error}");
        read("x", &text("allow_async_payment: true")).unwrap();
        let error = read("x", "name: x\nsettings: { auto_decline_after_sec: 0 }\n").unwrap_err();
        assert!(
            error.to_string().contains("auto_decline_after_sec"),
            "{error}"
        );
    }
}
