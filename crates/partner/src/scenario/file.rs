//! A scenario as its file has it, from the first field to the last. How it is read, with a place
//! for each problem, is in `check`.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::one_or_many::OneOrMany;
use super::rule::Rule;
use super::settings::Settings;
use super::steps::Step;
use crate::behaviour::Behaviour;
use crate::clock::{ClockMode, Setting};
use crate::inventory::setup::SetupFile;
use crate::payment::options::given::GivenOption;

/// A scenario of Mock Partner: what the partner is like before anybody toggles anything.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(title = "Scenario", extend("additionalProperties" = false))]
pub struct ScenarioFile {
    /// The name by which it is loaded, which is the file's name without its ending: letters,
    /// digits, `-` and `_`.
    #[schemars(regex(pattern = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$"))]
    pub name: String,
    /// A few words for people.
    pub title: String,
    /// What it shows, in a sentence or two.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Whom it is for.
    #[serde(default, skip_serializing_if = "OneOrMany::is_empty")]
    pub audience: OneOrMany<Audience>,
    /// Where all chance starts from: same seed, same requests, same bytes.
    #[serde(default = "first_seed")]
    pub seed: u64,
    /// How the clock is set when the scenario is loaded, and by a reset.
    #[serde(default, skip_serializing_if = "ClockSetup::is_real")]
    pub clock: ClockSetup,
    /// What can be booked at the start. Without, it springs into being.
    #[serde(default, skip_serializing_if = "SetupFile::is_empty")]
    pub inventory: SetupFile,
    /// Packs, memberships and single uses that guests have at the start.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub user_payment_options: Vec<GivenOption>,
    /// The behaviour that counts as normal.
    #[serde(default)]
    pub behaviour: Behaviour,
    /// Switches and amounts.
    #[serde(default)]
    pub settings: Settings,
    /// What is done for some requests only. A toggle is stronger than a rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// Values that steps use as `${name}`. `rehearse --var name=value` gives others.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub variables: Map<String, Value>,
    /// A walk-through: what is shown, one step behind the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
}

/// For editors: where a shipped file's schema lies.
const SCHEMA_LINE: &str = "# yaml-language-server: $schema=schema.json\n";

impl ScenarioFile {
    /// The file's text.
    #[must_use]
    pub fn to_yaml(&self) -> String {
        // Structs of plain values: they always serialise.
        let fields = serde_saphyr::to_string(self).unwrap_or_default();
        format!("{SCHEMA_LINE}{fields}")
    }
}

/// The seed of a scenario that names none.
pub(super) const FIRST_SEED: u64 = 1;

fn first_seed() -> u64 {
    FIRST_SEED
}

/// Whom a scenario is for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Product managers: shown in a meeting.
    Product,
    /// Integration engineers: run against a client.
    Engineering,
    /// Trainers: walked through with a class.
    Training,
}

/// How the clock is set when a scenario is loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ClockSetup {
    /// How it goes: as the system's, not at all, or at a rate of its own.
    #[schemars(with = "ClockModeName")]
    pub mode: ClockMode,
    /// The instant that it starts at, RFC 3339. Not with `real`.
    #[serde(deserialize_with = "instant", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub now: Option<Timestamp>,
    /// Instead of `now`: so many seconds ahead of the system's time, or behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset_sec: Option<i64>,
    /// Its seconds in one second of the system's, 0.001 to 86400. With `scaled` only; 60 where
    /// left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<f64>,
}

fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    let read = text.map(|text| {
        let example = "2026-11-22T09:00:00Z";
        let wrong = |_| D::Error::custom(format!("\"{text}\" is no instant like {example}"));
        text.parse().map_err(wrong)
    });
    read.transpose()
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case", rename = "ClockMode")]
#[allow(dead_code, reason = "its schema is what counts")]
enum ClockModeName {
    Real,
    Frozen,
    Scaled,
}

/// A minute of a scaled clock passes in a second unless told otherwise.
const USUAL_RATE: f64 = 60.0;

/// A century, beyond which no clock is set off.
const LARGEST_OFFSET_SEC: i64 = 3_155_760_000;

impl ClockSetup {
    /// Whether the clock is the system's.
    #[must_use]
    pub fn is_real(&self) -> bool {
        *self == Self::default()
    }

    /// The clock as it is set when the system's says `system`.
    #[must_use]
    pub fn setting(&self, system: Timestamp) -> Setting {
        let offset = self.offset_sec.unwrap_or(0);
        let ahead = jiff::SignedDuration::from_secs(offset);
        let from = self
            .now
            .unwrap_or_else(|| system.checked_add(ahead).unwrap_or(system));
        match self.mode {
            ClockMode::Real if offset == 0 => Setting::Real,
            ClockMode::Real => Setting::scaled(1.0, from),
            ClockMode::Frozen => Setting::Frozen(from),
            ClockMode::Scaled => Setting::scaled(self.rate.unwrap_or(USUAL_RATE), from),
        }
    }

    /// What cannot be: the field, and what to do.
    pub(super) fn problems(&self) -> Vec<(&'static str, &'static str)> {
        let checks = [
            (
                self.mode != ClockMode::Real || self.now.is_none(),
                "now",
                "A real clock has the system's time. Use mode: scaled with rate: 1, or offset_sec.",
            ),
            (
                self.now.is_none() || self.offset_sec.is_none(),
                "offset_sec",
                "It stands instead of now. Keep one of the two.",
            ),
            (
                self.offset_sec
                    .is_none_or(|sec| (-LARGEST_OFFSET_SEC..=LARGEST_OFFSET_SEC).contains(&sec)),
                "offset_sec",
                "It is a century at most, 3155760000 seconds.",
            ),
            (
                self.mode == ClockMode::Scaled || self.rate.is_none(),
                "rate",
                "Only a scaled clock has a rate.",
            ),
            (
                self.rate
                    .is_none_or(|rate| (0.001..=86_400.0).contains(&rate)),
                "rate",
                "It is from 0.001 to 86400; 60 makes a minute pass in a second.",
            ),
        ];
        let wrong = checks.into_iter().filter(|(good, ..)| !good);
        wrong.map(|(_, field, hint)| (field, hint)).collect()
    }
}

/// Whether scenarios can be called so: a name is a file's too, and a part of a path.
pub(super) fn name_problem(name: &str) -> Option<&'static str> {
    /// Names that Windows keeps for devices, and paths of calls about all scenarios.
    const TAKEN: [&str; 6] = ["con", "prn", "aux", "nul", "rules", "schema"];
    let lawful = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let starts_well = name
        .bytes()
        .next()
        .is_some_and(|it| it.is_ascii_alphanumeric());
    if !starts_well || !name.bytes().all(lawful) || name.len() > 60 {
        return Some("It is up to 60 letters, digits, - and _, and begins with a letter or digit.");
    }
    let lower = name.to_ascii_lowercase();
    let device = |prefix| {
        let rest = lower.strip_prefix(prefix);
        rest.is_some_and(|rest: &str| rest.len() == 1 && rest.as_bytes()[0].is_ascii_digit())
    };
    if TAKEN.contains(&lower.as_str()) || device("com") || device("lpt") {
        return Some("This name is taken for something else. Choose another.");
    }
    None
}
