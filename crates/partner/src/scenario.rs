//! Scenarios: what a partner is like before anybody toggles anything.
//!
//! A scenario is a file. Here are its shape ([`mod@file`], [`rule`], [`settings`]), how it is read with a
//! place for each problem (`check`), and where it is looked for. What its rules do to a request
//! is decided in [`crate::rules`], and putting another one in force is the engine's task.

mod check;
pub mod file;
pub mod home;
pub mod library;
mod located;
pub mod one_or_many;
pub mod problem;
pub mod rule;
pub mod schema;
pub mod settings;
pub mod steps;
pub mod switches;

use std::fmt;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use thiserror::Error;

pub use file::{Audience, ClockSetup, ScenarioFile};
pub use home::Home;
pub use problem::Problem;
pub use rule::Rule;
pub use settings::{
    AggregatorSettings, NotificationSettings, PaymentSettings, RefundMask, SchedulingRulesKey,
    Settings,
};
pub use steps::Step;

use home::Shipped;

use crate::behaviour::Behaviour;
use crate::inventory::setup::{Setup, SetupFile};
use crate::payment::options::given::GivenOption;

/// The scenario that is in force when nothing else is asked for.
pub const DEFAULT: &str = "default";

/// Where scenarios are looked for and saved, in the data folder, unless told otherwise.
pub const FOLDER: &str = "scenarios";

/// How a scenario's file may end.
const ENDINGS: [&str; 3] = ["yaml", "yml", "json"];

/// A checked scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Its name, by which it is loaded.
    pub name: String,
    /// A few words for people.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// Whom it is for.
    pub audience: Vec<Audience>,
    /// Where all chance starts from.
    pub seed: u64,
    /// How its clock starts.
    pub clock: ClockSetup,
    /// The behaviour that counts as normal.
    pub behaviour: Behaviour,
    /// Switches and amounts.
    pub settings: Settings,
    /// What is done for some requests only.
    pub rules: Vec<Rule>,
    /// Values that its steps use by name.
    pub variables: Map<String, Value>,
    /// Its walk-through.
    pub steps: Vec<Step>,
    /// The inventory that it starts with.
    pub inventory: Setup,
    /// The inventory as the file has it.
    pub inventory_file: SetupFile,
    /// What guests have at the start.
    pub user_payment_options: Vec<GivenOption>,
    /// Where it comes from.
    pub home: Home,
}

impl Scenario {
    /// A scenario that says nothing but how requests are answered.
    #[must_use]
    pub fn usual(behaviour: Behaviour) -> Self {
        Self {
            name: DEFAULT.to_owned(),
            title: DEFAULT.to_owned(),
            description: String::new(),
            audience: Vec::new(),
            seed: file::FIRST_SEED,
            clock: ClockSetup::default(),
            behaviour,
            settings: Settings::default(),
            rules: Vec::new(),
            variables: Map::new(),
            steps: Vec::new(),
            inventory: Setup::Empty,
            inventory_file: SetupFile::default(),
            user_payment_options: Vec::new(),
            home: Home::Nowhere,
        }
    }

    fn of(file: ScenarioFile, inventory: Setup, home: Home) -> Self {
        Self {
            name: file.name,
            title: file.title,
            description: file.description,
            audience: file.audience.0,
            seed: file.seed,
            clock: file.clock,
            behaviour: file.behaviour,
            settings: file.settings,
            rules: file.rules,
            variables: file.variables,
            steps: file.steps,
            inventory,
            inventory_file: file.inventory,
            user_payment_options: file.user_payment_options,
            home,
        }
    }

    /// The scenario as a file has it.
    #[must_use]
    pub fn to_file(&self) -> ScenarioFile {
        ScenarioFile {
            name: self.name.clone(),
            title: self.title.clone(),
            description: self.description.clone(),
            audience: self.audience.clone().into(),
            seed: self.seed,
            clock: self.clock,
            inventory: self.inventory_file.clone(),
            user_payment_options: self.user_payment_options.clone(),
            behaviour: self.behaviour.clone(),
            settings: self.settings.clone(),
            rules: self.rules.clone(),
            variables: self.variables.clone(),
            steps: self.steps.clone(),
        }
    }
}

/// Why a scenario could not be loaded. Each says what to do.
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
    #[error("The scenario {name} cannot be read: {}", Problems(problems))]
    Invalid {
        /// Which file.
        name: String,
        /// What is wrong, in the order of the text; never empty.
        problems: Vec<Problem>,
    },
}

/// The first problem, and how many there are besides.
struct Problems<'p>(&'p [Problem]);

impl fmt::Display for Problems<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.0.first() else {
            return Ok(());
        };
        let Problem {
            line,
            column,
            message,
            hint,
            ..
        } = first;
        write!(formatter, "line {line}, column {column}: {message} {hint}")?;
        match self.0.len() - 1 {
            0 => Ok(()),
            more => write!(formatter, " And {more} more: see mock-partner check."),
        }
    }
}

/// Loads a scenario by name or file. Without a name, the default one. A file in `folder` comes
/// before one of the same name that is compiled in.
///
/// # Errors
/// [`ScenarioError`].
pub fn load(name: Option<&str>, folder: Option<&Path>) -> Result<Scenario, ScenarioError> {
    let name = name.unwrap_or(DEFAULT);
    if let Some(path) = find(name, folder) {
        return load_file(&path);
    }
    match shipped(name) {
        Some(text) => read(name, &text, &Home::Shipped),
        None => Err(ScenarioError::NotFound {
            name: name.to_owned(),
            reason: "there is no such file".to_owned(),
        }),
    }
}

/// A scenario's file, by its path or by its name in a folder.
fn find(name: &str, folder: Option<&Path>) -> Option<PathBuf> {
    let named = |folder: &Path| {
        let ended = ENDINGS.map(|ending| folder.join(format!("{name}.{ending}")));
        [folder.join(name)]
            .into_iter()
            .chain(ended)
            .collect::<Vec<_>>()
    };
    let path = Path::new(name);
    // A bare word is a name: a folder of that name beside us is nobody's wish.
    let candidates = [PathBuf::from(path)].into_iter();
    let candidates = candidates.chain(folder.map(named).into_iter().flatten());
    candidates.into_iter().find(|path| path.is_file())
}

/// Loads a file.
///
/// # Errors
/// [`ScenarioError`].
pub fn load_file(path: &Path) -> Result<Scenario, ScenarioError> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| ScenarioError::NotFound {
        name: name.clone(),
        reason: error.to_string(),
    })?;
    read(&name, &text, &Home::File(path.to_owned()))
}

/// The text of a scenario that comes with the program.
#[must_use]
pub fn shipped(name: &str) -> Option<String> {
    let file = Shipped::get(&format!("{name}.yaml"))?;
    String::from_utf8(file.data.into_owned()).ok()
}

/// Reads a scenario from YAML (JSON is YAML too); `name` is for the error alone.
///
/// # Errors
/// [`ScenarioError::Invalid`] with line and column of each problem.
pub fn read(name: &str, text: &str, home: &Home) -> Result<Scenario, ScenarioError> {
    check::read(text, home).map_err(|problems| ScenarioError::Invalid {
        name: name.to_owned(),
        problems,
    })
}

/// What a scenario's text says, for whoever writes it: the whole of what is wrong, in order.
///
/// # Errors
/// The problems; never empty.
pub fn problems(text: &str, home: &Home) -> Result<Scenario, Vec<Problem>> {
    check::read(text, home)
}

/// What is odd about a scenario that can be taken: bodies that the request doctor objects to.
#[must_use]
pub fn warnings(text: &str, home: &Home) -> Vec<Problem> {
    check::warnings(text, home)
}

#[cfg(test)]
mod tests;
