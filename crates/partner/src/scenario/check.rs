//! Reading a scenario's text: all that is wrong with it, each with line and column.
//!
//! A value that cannot be taken is named and then left out, so that the rest is still looked at.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use serde_path_to_error::Segment;

use super::Scenario;
use super::file::{self, ClockSetup, FIRST_SEED, ScenarioFile};
use super::home::Home;
use super::located::{Located, step};
use super::problem::Problem;
use super::rule::Rule;
use super::settings::Settings;
use super::steps;
use crate::behaviour::{Behaviour, Confirmation, patch};
use crate::explain::{self, Explained};
use crate::inventory::setup::{Setup, SetupFile};
use crate::payment::options::given::GivenOption;

/// The fields of a scenario.
const FIELDS: [&str; 13] = [
    "name",
    "title",
    "description",
    "audience",
    "seed",
    "clock",
    "inventory",
    "user_payment_options",
    "behaviour",
    "settings",
    "rules",
    "variables",
    "steps",
];

/// A name for the schema that editors look for in JSON; of no account to us.
const SCHEMA: &str = "$schema";

/// Reads a text.
///
/// # Errors
/// All that is wrong with it, in the order of the text.
pub(super) fn read(text: &str, home: &Home) -> Result<Scenario, Vec<Problem>> {
    let located = Located::read(text).map_err(|problem| vec![problem])?;
    let fields = match &located.value {
        Value::Object(fields) => fields.clone(),
        Value::Null => Map::new(),
        _ => {
            let problem = "A scenario consists of fields.";
            let hint = "Begin with \"name: …\" and \"title: …\".";
            return Err(vec![at(&located, "", "", problem, hint)]);
        }
    };
    let mut reader = Reader {
        located,
        fields,
        problems: Vec::new(),
    };
    let scenario = reader.scenario(home);
    reader
        .problems
        .sort_by_key(|problem| (problem.line, problem.column));
    match scenario {
        Some(scenario) if reader.problems.is_empty() => Ok(scenario),
        _ => Err(reader.problems),
    }
}

/// What is odd about a scenario that can be taken: bodies of its steps that the request doctor
/// objects to. None where the text cannot be taken.
pub(super) fn warnings(text: &str, home: &Home) -> Vec<Problem> {
    let (Ok(scenario), Ok(located)) = (read(text, home), Located::read(text)) else {
        return Vec::new();
    };
    let mut warnings = Vec::new();
    for (index, step) in scenario.steps.iter().enumerate() {
        for flaw in steps::check::objections(step, &scenario.variables) {
            let pointer = format!("/steps/{index}{}", flaw.pointer);
            let path = dotted(&pointer);
            warnings.push(at(&located, &pointer, &path, flaw.message, flaw.hint));
        }
    }
    warnings
}

fn at(
    located: &Located,
    pointer: &str,
    path: &str,
    message: impl Into<String>,
    hint: impl Into<String>,
) -> Problem {
    let place = located.place(pointer);
    Problem {
        line: place.line,
        column: place.column,
        path: path.to_owned(),
        message: message.into(),
        hint: hint.into(),
    }
}

struct Reader {
    located: Located,
    fields: Map<String, Value>,
    problems: Vec<Problem>,
}

impl Reader {
    fn scenario(&mut self, home: &Home) -> Option<Scenario> {
        self.unknown_fields();
        let name = self.words("name");
        let title = self.words("title");
        if let Some(problem) = name.as_deref().and_then(file::name_problem) {
            let message = "A scenario cannot be called so.";
            self.problem("/name", message, problem);
        }
        let description = self.field::<String>("description");
        let audience = self.field("audience");
        let seed: Option<Option<u64>> = self.field("seed");
        let clock: Option<ClockSetup> = self.field("clock");
        for (field, hint) in clock.iter().flat_map(ClockSetup::problems) {
            let message = format!("clock.{field} makes no sense here.");
            self.problem(&format!("/clock/{field}"), message, hint);
        }
        let settings: Option<Settings> = self.field("settings");
        for (field, words) in settings.iter().flat_map(Settings::problems) {
            let message = format!("settings.{field} is out of range.");
            self.problem(&format!("/settings/{field}"), message, words);
        }
        let behaviour = self.behaviour();
        if let (Some(behaviour), Some(settings)) = (&behaviour, &settings)
            && behaviour.confirmation == Confirmation::Asynchronous
            && behaviour.payment.mode.takes_money()
            && !settings.allow_async_payment
        {
            let message = "Asynchronous bookings take no payment.";
            let hint = "Leave behaviour.payment.mode at inventory, none or card_required, or set \
                        settings.allow_async_payment.";
            self.problem("/behaviour/payment/mode", message, hint);
        }
        let rules = self.rules(behaviour.as_ref());
        let variables: Option<Map<String, Value>> = self.field("variables");
        let steps = self.steps(variables.as_ref());
        let inventory: Option<SetupFile> = self.field("inventory");
        let setup = inventory.as_ref().map(|inventory| inventory.read(home));
        let setup = match setup {
            None => Setup::Empty,
            Some(Ok(setup)) => setup,
            Some(Err(flaws)) => {
                for flaw in flaws {
                    let pointer = format!("/inventory{}", flaw.pointer);
                    self.problem(&pointer, flaw.message, flaw.hint);
                }
                Setup::Empty
            }
        };
        let user_payment_options = self.user_payment_options();
        let file = ScenarioFile {
            name: name?,
            title: title?,
            description: description?,
            audience: audience?,
            seed: seed?.unwrap_or(FIRST_SEED),
            clock: clock?,
            inventory: inventory?,
            user_payment_options: user_payment_options?,
            behaviour: behaviour?,
            settings: settings?,
            rules,
            variables: variables?,
            steps,
        };
        Some(Scenario::of(file, setup, home.clone()))
    }

    fn unknown_fields(&mut self) {
        let names: Vec<String> = self.fields.keys().cloned().collect();
        for name in names {
            if !FIELDS.contains(&name.as_str()) && name != SCHEMA {
                let place = self.located.name(&step("", &name));
                self.problems.push(Problem {
                    line: place.line,
                    column: place.column,
                    message: format!("There is no field \"{name}\"."),
                    hint: explain::suggest(&name, &FIELDS),
                    path: name,
                });
            }
        }
    }

    /// Words that must be there.
    fn words(&mut self, name: &'static str) -> Option<String> {
        if self.fields.get(name).is_none_or(Value::is_null) {
            let hint = "name and title are the two fields that no scenario can leave out.";
            self.problem("", format!("The field \"{name}\" is missing."), hint);
            return None;
        }
        let words: String = self.field(name)?;
        if words.trim().is_empty() {
            let pointer = step("", name);
            self.problem(
                &pointer,
                format!("The {name} is empty."),
                "Say it in a few words.",
            );
        }
        Some(words)
    }

    /// A top-level field; its default where it is left out. `None` where it cannot be taken.
    fn field<T: DeserializeOwned + Default>(&mut self, name: &'static str) -> Option<T> {
        match self.fields.get(name).cloned() {
            None | Some(Value::Null) => Some(T::default()),
            Some(value) => self.part(&step("", name), value),
        }
    }

    /// Any part, all of whose problems are named.
    fn part<T: DeserializeOwned>(&mut self, pointer: &str, mut value: Value) -> Option<T> {
        let mut left_out = LeftOut {
            root: pointer.to_owned(),
            ..LeftOut::default()
        };
        let known = self.problems.len();
        loop {
            let error = match serde_path_to_error::deserialize(&value) {
                Ok(read) => return (self.problems.len() == known).then_some(read),
                Err(error) => error,
            };
            let steps: Vec<Step> = error.path().iter().filter_map(Step::of).collect();
            let words = error.inner().to_string();
            if left_out.explains(&steps, &words) {
                return None;
            }
            let here = left_out.original(&steps);
            self.taken_amiss(&here, &words);
            if !left_out.leave_out(&mut value, &steps) {
                return None;
            }
        }
    }

    /// Names what serde has to say of the value at `pointer`.
    fn taken_amiss(&mut self, pointer: &str, words: &str) {
        let path = dotted(pointer);
        let Explained {
            is_field,
            message,
            hint,
        } = explain::explain(&path, words);
        let place = match is_field {
            true => self.located.name(pointer),
            false => self.located.place(pointer),
        };
        let hint = match hint.is_empty() {
            true => "mock-partner schema scenario prints what a file may hold.".to_owned(),
            false => hint,
        };
        self.problems.push(Problem {
            line: place.line,
            column: place.column,
            path,
            message,
            hint,
        });
    }

    fn behaviour(&mut self) -> Option<Behaviour> {
        let value = match self.fields.get("behaviour") {
            None | Some(Value::Null) => return Some(Behaviour::default()),
            Some(value) => value.clone(),
        };
        // Each field for itself, so that each problem has its place.
        let Value::Object(fields) = &value else {
            self.taken_amiss("/behaviour", "invalid type, expected fields");
            return None;
        };
        let listed = fields.iter().filter(|(_, value)| value.is_array());
        let listed: Vec<String> = listed.map(|(name, _)| step("/behaviour", name)).collect();
        for pointer in &listed {
            self.problem(
                pointer,
                "A list means nothing here.",
                "Compare with GET /api/behaviour.",
            );
        }
        let behaviour: Behaviour = self.part("/behaviour", value.clone())?;
        let known = self.problems.len();
        for (name, part) in fields {
            let alone = serde_json::json!({ name.as_str(): part });
            let checked = serde_json::from_value(alone).map(|alone| patch::check(&alone));
            if let Ok(Err(error)) = checked {
                self.problem(&step("/behaviour", name), error.message, error.hint);
            }
        }
        (self.problems.len() == known && listed.is_empty()).then_some(behaviour)
    }

    fn user_payment_options(&mut self) -> Option<Vec<GivenOption>> {
        const NAME: &str = "user_payment_options";
        let options: Vec<GivenOption> = self.field(NAME)?;
        for (index, option) in options.iter().enumerate() {
            for (field, hint) in option.flaws() {
                let message = format!("{NAME}[{index}].{field} cannot be so.");
                self.problem(&format!("/{NAME}/{index}/{field}"), message, hint);
            }
            let id = &option.user_payment_option_id;
            let before = &options[..index];
            if !id.is_empty() && before.iter().any(|it| it.user_payment_option_id == *id) {
                let message = format!("There are two payment options \"{id}\".");
                let hint = "Requests name them by that: give each an id of its own.";
                let pointer = format!("/{NAME}/{index}/user_payment_option_id");
                self.problem(&pointer, message, hint);
            }
        }
        Some(options)
    }

    fn rules(&mut self, normal: Option<&Behaviour>) -> Vec<Rule> {
        let items = match self.fields.get("rules").cloned() {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Array(items)) => items,
            Some(_) => {
                self.problem(
                    "/rules",
                    "Rules are a list.",
                    "Begin each with \"- name: …\".",
                );
                return Vec::new();
            }
        };
        let usual = Behaviour::default();
        let normal = normal.unwrap_or(&usual);
        let mut rules: Vec<Rule> = Vec::new();
        for (index, item) in items.into_iter().enumerate() {
            let pointer = format!("/rules/{index}");
            let Some(rule) = self.part::<Rule>(&pointer, item) else {
                continue;
            };
            for flaw in rule.flaws(normal) {
                self.problem(
                    &format!("{pointer}{}", flaw.pointer),
                    flaw.message,
                    flaw.hint,
                );
            }
            if rules.iter().any(|other| other.name == rule.name) {
                let message = format!("There are two rules \"{}\".", rule.name);
                let hint = "Calls and hits are counted by name: give each a name of its own.";
                self.problem(&format!("{pointer}/name"), message, hint);
            }
            rules.push(rule);
        }
        rules
    }

    fn steps(&mut self, variables: Option<&Map<String, Value>>) -> Vec<steps::Step> {
        let none = Map::new();
        let variables = variables.unwrap_or(&none);
        for flaw in steps::check::variable_flaws(variables) {
            let pointer = format!("/variables{}", flaw.pointer);
            self.problem(&pointer, flaw.message, flaw.hint);
        }
        let items = match self.fields.get("steps").cloned() {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Array(items)) => items,
            Some(_) => {
                let hint = "Begin each with \"- title: …\".";
                self.problem("/steps", "Steps are a list.", hint);
                return Vec::new();
            }
        };
        let mut known: BTreeSet<String> = variables.keys().cloned().collect();
        let mut steps = Vec::new();
        for (index, item) in items.into_iter().enumerate() {
            let pointer = format!("/steps/{index}");
            let Some(step) = self.part::<steps::Step>(&pointer, item.clone()) else {
                // What it would have captured is no mistake of later steps.
                let captured = item.get("capture").and_then(Value::as_object);
                known.extend(captured.into_iter().flat_map(|it| it.keys().cloned()));
                continue;
            };
            for flaw in steps::check::flaws(&step, &item, &mut known) {
                let pointer = format!("{pointer}{}", flaw.pointer);
                self.problem(&pointer, flaw.message, flaw.hint);
            }
            steps.push(step);
        }
        steps
    }

    fn problem(&mut self, pointer: &str, message: impl Into<String>, hint: impl Into<String>) {
        let problem = at(&self.located, pointer, &dotted(pointer), message, hint);
        self.problems.push(problem);
    }
}

/// `/rules/1/when/method` as `rules[1].when.method`.
fn dotted(pointer: &str) -> String {
    let mut path = String::new();
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/").replace("~0", "~");
        if part.bytes().all(|byte| byte.is_ascii_digit()) && !path.is_empty() {
            path.push_str(&format!("[{part}]"));
        } else {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(&part);
        }
    }
    path
}

/// One step from a value to a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Index(usize),
    Name(String),
}

impl Step {
    fn of(segment: &Segment) -> Option<Self> {
        match segment {
            Segment::Seq { index } => Some(Self::Index(*index)),
            Segment::Map { key } => Some(Self::Name(key.clone())),
            Segment::Enum { .. } | Segment::Unknown => None,
        }
    }
}

/// What was left out of a value so that the rest could be looked at.
#[derive(Debug, Default)]
struct LeftOut {
    /// Where the value stands in the text.
    root: String,
    /// Items of lists: the list, and the item's place in the text.
    items: Vec<(String, usize)>,
    /// Fields: what they are of, and their names.
    fields: Vec<(Vec<Step>, String)>,
}

impl LeftOut {
    /// Whether this is only the lack of a field that was left out.
    fn explains(&self, steps: &[Step], words: &str) -> bool {
        let Some(rest) = words.strip_prefix("missing field `") else {
            return false;
        };
        let name = rest.split('`').next().unwrap_or_default();
        let mut fields = self.fields.iter();
        fields.any(|(of, field)| of == steps && field == name)
    }

    /// The pointer into the text, where lists are still whole.
    fn original(&self, steps: &[Step]) -> String {
        let mut pointer = self.root.clone();
        for part in steps {
            pointer = match part {
                Step::Name(name) => step(&pointer, name),
                Step::Index(index) => {
                    let mut gone: Vec<usize> = self
                        .items
                        .iter()
                        .filter(|(list, _)| *list == pointer)
                        .map(|(_, place)| *place)
                        .collect();
                    gone.sort_unstable();
                    let place = gone
                        .into_iter()
                        .fold(*index, |at, gone| if gone <= at { at + 1 } else { at });
                    format!("{pointer}/{place}")
                }
            };
        }
        pointer
    }

    /// Takes the part at `steps` away. Whether it could be.
    fn leave_out(&mut self, value: &mut Value, steps: &[Step]) -> bool {
        let Some((last, way)) = steps.split_last() else {
            return false;
        };
        let mut inner = value;
        for part in way {
            let found = match part {
                Step::Name(name) => inner.get_mut(name.as_str()),
                Step::Index(index) => inner.get_mut(*index),
            };
            match found {
                Some(found) => inner = found,
                None => return false,
            }
        }
        match (last, inner) {
            (Step::Name(name), Value::Object(fields)) => {
                self.fields.push((way.to_vec(), name.clone()));
                fields.shift_remove(name.as_str()).is_some()
            }
            (Step::Index(index), Value::Array(items)) if *index < items.len() => {
                let here = self.original(steps);
                let (list, place) = here.rsplit_once('/').unwrap_or(("", "0"));
                let item = (list.to_owned(), place.parse().unwrap_or(*index));
                self.items.push(item);
                items.remove(*index);
                true
            }
            _ => false,
        }
    }
}
