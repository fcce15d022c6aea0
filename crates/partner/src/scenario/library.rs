//! All scenarios that can be loaded by name: those that come with the program, and the files of a
//! folder, which cover those of the same name.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde::Serialize;
use serde_json::Value;
use thiserror::Error;
use utoipa::ToSchema;

use super::home::{Home, Shipped};
use super::located::Located;
use super::problem::Problem;
use super::{ENDINGS, Scenario, check, file, schema, shipped};

/// Where a scenario comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// With the program.
    Shipped,
    /// From the folder of scenarios.
    Folder,
    /// From a file elsewhere.
    File,
}

/// A scenario that can be loaded, or could be if it were mended.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The name by which it is loaded; a file's is its own without the ending.
    pub name: String,
    /// Where it comes from.
    pub origin: Origin,
    /// Its file, if it has one of its own.
    pub file: Option<PathBuf>,
    /// Whether it stands in the place of one that comes with the program.
    pub covers_shipped: bool,
    /// Its text.
    pub text: String,
    /// What the text says, or what is wrong with it.
    pub read: Result<Scenario, Vec<Problem>>,
}

/// Why a scenario was not saved.
#[derive(Debug, Error)]
pub enum SaveError {
    /// It cannot be called so.
    #[error("A scenario cannot be called \"{name}\".")]
    Name {
        /// As it was to be called.
        name: String,
        /// What a name is.
        hint: &'static str,
    },
    /// It cannot be read.
    #[error("The scenario is broken, so it was not saved.")]
    Broken(Vec<Problem>),
    /// The file cannot be written.
    #[error("{file} cannot be written: {reason}.", file = file.display())]
    File {
        /// Which file.
        file: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
}

/// Reads a text that is to be called `name`.
///
/// # Errors
/// All that is wrong with it; never empty.
pub fn read_as(name: &str, text: &str, home: &Home) -> Result<Scenario, Vec<Problem>> {
    let scenario = check::read(text, home)?;
    if scenario.name == name {
        return Ok(scenario);
    }
    let place = Located::read(text).map(|located| located.place("/name"));
    let (line, column) = place.map_or((1, 1), |place| (place.line, place.column));
    Err(vec![Problem {
        line,
        column,
        path: "name".to_owned(),
        message: format!(
            "The file is called {name}, the scenario in it {}.",
            scenario.name
        ),
        hint: "Give both the same name: that is how it is loaded.".to_owned(),
    }])
}

/// Those that come with the program, by name. Read once: the window asks for the list often, and they
/// stay as they are.
static ALL_OF_PROGRAM: LazyLock<BTreeMap<String, Entry>> = LazyLock::new(|| {
    Shipped::iter()
        .filter_map(|file| of_program(file.strip_suffix(".yaml")?))
        .map(|entry| (entry.name.clone(), entry))
        .collect()
});

/// Every scenario, by name.
#[must_use]
pub fn list(folder: Option<&Path>) -> Vec<Entry> {
    let mut entries = ALL_OF_PROGRAM.clone();
    for path in files_in(folder) {
        let Some(mut entry) = of_file(&path) else {
            continue;
        };
        match entries.get_mut(&entry.name) {
            Some(twin) if twin.origin == Origin::Folder => {
                let file = twin.file.clone().unwrap_or_default();
                let message = format!("{} has the same name.", file.display());
                let hint = "Give one of the two another name.";
                entry.read = Err(vec![Problem::of_file(message, hint)]);
                // Both are shown; the first one is the one that is loaded.
                let key = format!("{} {}", entry.name, path.display());
                entries.insert(key, entry);
            }
            other => {
                entry.covers_shipped = other.is_some();
                entries.insert(entry.name.clone(), entry);
            }
        }
    }
    entries.into_values().collect()
}

/// One scenario by its name.
#[must_use]
pub fn entry(name: &str, folder: Option<&Path>) -> Option<Entry> {
    if file::name_problem(name).is_some() {
        return None;
    }
    let of_program = of_program(name);
    match own_file(name, folder).and_then(|path| of_file(&path)) {
        Some(found) => Some(Entry {
            covers_shipped: of_program.is_some(),
            ..found
        }),
        None => of_program,
    }
}

fn of_program(name: &str) -> Option<Entry> {
    let text = shipped(name)?;
    Some(Entry {
        name: name.to_owned(),
        origin: Origin::Shipped,
        file: None,
        covers_shipped: false,
        read: read_as(name, &text, &Home::Shipped),
        text,
    })
}

fn of_file(path: &Path) -> Option<Entry> {
    let name = path.file_stem()?.to_str()?.to_owned();
    let text = match std::fs::read(path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        // Gone between the list and now.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => {
            let message = format!("The file cannot be read: {error}.");
            let problem = Problem::of_file(message, "Look at the file's permissions.");
            return Some(Entry {
                name,
                origin: Origin::Folder,
                file: Some(path.to_owned()),
                covers_shipped: false,
                text: String::new(),
                read: Err(vec![problem]),
            });
        }
    };
    let is_json = path.extension().is_some_and(|ending| ending == "json");
    if is_json && !is_a_scenario(&text) {
        return None;
    }
    Some(Entry {
        origin: Origin::Folder,
        file: Some(path.to_owned()),
        covers_shipped: false,
        read: read_as(&name, &text, &Home::File(path.to_owned())),
        text,
        name,
    })
}

/// Feeds that a scenario imports lie in its folder too, and they are JSON.
fn is_a_scenario(text: &str) -> bool {
    match serde_json::from_str(text) {
        Ok(Value::Object(fields)) => fields.contains_key("name") || fields.contains_key("title"),
        _ => false,
    }
}

/// The files of a folder that may be scenarios, in order.
fn files_in(folder: Option<&Path>) -> Vec<PathBuf> {
    let Some(Ok(found)) = folder.map(std::fs::read_dir) else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = found
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.file_name().is_some_and(|name| name != SCHEMA_FILE))
        .filter(|path| {
            let hidden = path
                .file_name()
                .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
            let ending = path.extension().and_then(|ending| ending.to_str());
            !hidden && ending.is_some_and(|ending| ENDINGS.contains(&ending)) && path.is_file()
        })
        .collect();
    // yaml before yml and json, as they are looked for.
    let rank = |path: &PathBuf| {
        let ending = path
            .extension()
            .and_then(|ending| ending.to_str())
            .unwrap_or_default();
        ENDINGS.iter().position(|it| *it == ending)
    };
    files.sort_by_key(|path| (path.with_extension(""), rank(path)));
    files
}

/// The file that stands for a name in the folder.
fn own_file(name: &str, folder: Option<&Path>) -> Option<PathBuf> {
    let folder = folder?;
    let mut files = ENDINGS
        .iter()
        .map(|ending| folder.join(format!("{name}.{ending}")));
    files.find(|path| path.is_file())
}

/// Where editors look for the schema of the files beside it.
const SCHEMA_FILE: &str = "schema.json";

/// Writes a scenario into the folder, over the file that it has there. Nothing is written where the
/// text is broken.
///
/// # Errors
/// [`SaveError`].
pub fn save(folder: &Path, name: &str, text: &str) -> Result<Entry, SaveError> {
    let path = could_save(folder, name, text)?;
    let failed = |file: &Path| {
        let file = file.to_owned();
        move |reason| SaveError::File { file, reason }
    };
    std::fs::create_dir_all(folder).map_err(failed(folder))?;
    put(&folder.join(SCHEMA_FILE), schema::json().as_bytes()).map_err(failed(folder))?;
    put(&path, text.as_bytes()).map_err(failed(&path))?;
    entry(name, Some(folder)).ok_or_else(|| {
        let gone = io::Error::from(io::ErrorKind::NotFound);
        failed(&path)(gone)
    })
}

/// The file that a scenario would be written to.
///
/// # Errors
/// [`SaveError`]: its name or its text.
pub(crate) fn could_save(folder: &Path, name: &str, text: &str) -> Result<PathBuf, SaveError> {
    if let Some(hint) = file::name_problem(name) {
        let name = name.to_owned();
        return Err(SaveError::Name { name, hint });
    }
    let path = own_file(name, Some(folder)).unwrap_or_else(|| folder.join(format!("{name}.yaml")));
    let home = Home::File(path.clone());
    read_as(name, text, &home).map_err(SaveError::Broken)?;
    Ok(path)
}

/// Writes a file whole or not at all: who reads it meanwhile finds the old one or the new one.
pub(crate) fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if std::fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    std::fs::write(&part, bytes)?;
    std::fs::rename(&part, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, file: &str, text: &str) {
        std::fs::write(folder.join(file), text).unwrap();
    }

    fn names(folder: &Path) -> Vec<(String, Origin, bool)> {
        let listed = list(Some(folder)).into_iter();
        listed
            .map(|entry| (entry.name, entry.origin, entry.read.is_ok()))
            .collect()
    }

    #[test]
    fn the_folder_is_listed_beside_what_comes_with_the_program() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let alone = names(&folder.join("nowhere"));
        assert!(
            alone
                .iter()
                .all(|(_, origin, valid)| *origin == Origin::Shipped && *valid)
        );
        assert!(alone.iter().any(|(name, ..)| name == "default"));
        write(folder, "mine.yaml", "name: mine\ntitle: Mine\n");
        write(folder, "broken.yml", "name: broken\ntitle: [\n");
        write(folder, "other.json", r#"{"name": "another", "title": "X"}"#);
        write(folder, "feed.json", r#"{"metadata": {}, "merchant": []}"#);
        write(folder, "schema.json", r#"{"title": "Scenario"}"#);
        write(folder, "notes.txt", "name: x");
        write(
            folder,
            "default.yaml",
            "name: default\ntitle: Not as usual\n",
        );
        let listed = list(Some(folder));
        let find = |name: &str| listed.iter().find(|entry| entry.name == name);
        assert!(find("mine").unwrap().read.is_ok());
        assert!(find("broken").unwrap().read.is_err());
        let misnamed = find("other").unwrap().read.clone().unwrap_err();
        assert!(misnamed[0].message.contains("another"), "{misnamed:?}");
        let default = find("default").unwrap();
        assert!(default.covers_shipped && default.origin == Origin::Folder);
        assert!(find("feed").is_none() && find("schema").is_none() && find("notes").is_none());
        assert_eq!(listed.len(), alone.len() + 3);
        // Two files of one name: the one that is loaded is the one that is fine.
        write(folder, "mine.json", r#"{"name": "mine", "title": "X"}"#);
        let twins: Vec<_> = names(folder)
            .into_iter()
            .filter(|it| it.0 == "mine")
            .collect();
        assert_eq!(
            twins.iter().map(|it| it.2).collect::<Vec<_>>(),
            [true, false]
        );
        assert_eq!(
            entry("mine", Some(folder)).unwrap().read.unwrap().title,
            "Mine"
        );
    }

    #[test]
    fn a_scenario_is_saved_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("new");
        let good = "name: mine\ntitle: Mine\n";
        let saved = save(&inner, "mine", good).unwrap();
        assert_eq!((saved.text.as_str(), saved.origin), (good, Origin::Folder));
        assert!(inner.join("schema.json").is_file());
        for (name, text) in [
            ("../mine", good),
            ("con", good),
            ("rules", "name: rules\ntitle: X\n"),
            ("other", good),
            ("mine", "name: mine\ntitle: [\n"),
        ] {
            assert!(save(&inner, name, text).is_err(), "{name}");
        }
        assert_eq!(entry("mine", Some(&inner)).unwrap().text, good);
        let left: Vec<_> = std::fs::read_dir(&inner).unwrap().collect();
        assert_eq!(left.len(), 2, "nothing else was written: {left:?}");
        // A file with another ending is written over, not doubled.
        std::fs::rename(inner.join("mine.yaml"), inner.join("mine.yml")).unwrap();
        save(&inner, "mine", "name: mine\ntitle: Again\n").unwrap();
        assert!(!inner.join("mine.yaml").exists());
    }
}
