//! Those invariants of ARCHITECTURE.md that can be read from the dependency graph or from the text of
//! the sources. The others are kept by types and by tests.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::workspace::Workspace;

/// Crates that know no network and no window.
const INNER: &[&str] = &["booking-api", "partner"];
/// What those may not reach, however far down.
const OUTSIDE: &[&str] = &["axum", "tauri", "hyper", "reqwest"];
/// The one package that may name Tauri.
const SHELL: &str = "mock-partner-desktop";
/// How one asks the system for the time.
const SYSTEM_CLOCKS: &[&str] = &[
    "SystemTime::now",
    "Timestamp::now",
    "Zoned::now",
    "Instant::now",
];
/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &["util", "utils", "helper", "helpers", "manager", "misc"];

/// Checks them all and reports every breach at once.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let graph = Graph::read(&workspace.metadata(&["--locked"])?)?;
    let sources = Sources::read(workspace.root())?;
    let mut breaches = Vec::new();
    for inner in INNER {
        breaches.extend(graph.outside_of(inner));
    }
    breaches.extend(graph.tauri_elsewhere());
    breaches.extend(sources.breaches());
    if breaches.is_empty() {
        println!(
            "{} packages and {} files keep the rules.",
            graph.len(),
            sources.files.len()
        );
        return Ok(());
    }
    bail!(
        "rules of ARCHITECTURE.md are broken:\n  {}",
        breaches.join("\n  ")
    )
}

/// The packages with what each needs to be built and run, by name.
#[derive(Default)]
struct Graph {
    needs: BTreeMap<String, BTreeSet<String>>,
    /// What each member of the workspace asks for itself, also for its tests.
    asked: BTreeMap<String, Vec<Asked>>,
}

/// One entry of a member's Cargo.toml.
struct Asked {
    name: String,
    features: Vec<String>,
    is_for_product: bool,
}

impl Graph {
    fn read(metadata: &Value) -> Result<Self> {
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let members: BTreeSet<_> = list(&metadata["workspace_members"])
            .iter()
            .map(text)
            .collect();
        let mut graph = Self::default();
        let mut names = BTreeMap::new();
        for package in list(&metadata["packages"]) {
            let name = text(&package["name"]);
            if members.contains(&text(&package["id"])) {
                let asked = list(&package["dependencies"])
                    .into_iter()
                    .map(|asked| Asked {
                        name: text(&asked["name"]),
                        features: list(&asked["features"]).iter().map(text).collect(),
                        is_for_product: asked["kind"].is_null(),
                    });
                graph.asked.insert(name.clone(), asked.collect());
            }
            names.insert(text(&package["id"]), name);
        }
        let name_of = |id: &Value| names.get(&text(id)).cloned();
        for node in list(&metadata["resolve"]["nodes"]) {
            let name = name_of(&node["id"]).context("cargo metadata names an unknown package")?;
            // Two versions of a package count as one here: either breaks the rule.
            let needs = graph.needs.entry(name).or_default();
            for need in list(&node["deps"]) {
                // A kind of null is a dependency of the product itself, neither of tests nor builds.
                if list(&need["dep_kinds"])
                    .iter()
                    .any(|kind| kind["kind"].is_null())
                {
                    needs.extend(name_of(&need["pkg"]));
                }
            }
        }
        Ok(graph)
    }

    fn len(&self) -> usize {
        self.needs.len()
    }

    /// Ways from an inner crate to the outside.
    fn outside_of(&self, inner: &str) -> Vec<String> {
        let mut breaches: Vec<_> = self
            .reach(inner)
            .into_iter()
            .filter(|path| {
                path.last()
                    .is_some_and(|name| OUTSIDE.contains(&name.as_str()))
            })
            .map(|path| {
                format!(
                    "{inner} must not depend on {}",
                    path[1..].join(", which needs ")
                )
            })
            .collect();
        let sockets = ["net", "full"];
        breaches.extend(
            self.asked
                .get(inner)
                .into_iter()
                .flatten()
                .filter(|asked| asked.is_for_product && asked.name == "tokio")
                .filter(|asked| {
                    asked
                        .features
                        .iter()
                        .any(|name| sockets.contains(&name.as_str()))
                })
                .map(|_| format!("{inner} must not ask for tokio's sockets")),
        );
        breaches
    }

    /// Every package that one reaches, each with a shortest path to it.
    fn reach(&self, from: &str) -> Vec<Vec<String>> {
        let mut seen = BTreeSet::from([from.to_owned()]);
        let mut paths = vec![vec![from.to_owned()]];
        let mut next = 0;
        while let Some(path) = paths.get(next).cloned() {
            next += 1;
            for need in path
                .last()
                .and_then(|last| self.needs.get(last))
                .into_iter()
                .flatten()
            {
                if seen.insert(need.clone()) {
                    paths.push([path.as_slice(), std::slice::from_ref(need)].concat());
                }
            }
        }
        paths
    }

    fn tauri_elsewhere(&self) -> Vec<String> {
        self.asked
            .iter()
            .filter(|(member, _)| *member != SHELL)
            .flat_map(|(member, asked)| asked.iter().map(move |asked| (member, &asked.name)))
            .filter(|(_, name)| *name == "tauri" || name.starts_with("tauri-"))
            .map(|(member, name)| format!("only {SHELL} may depend on {name}, but {member} does"))
            .collect()
    }
}

/// The text of our own Rust and TypeScript files.
struct Sources {
    files: Vec<(PathBuf, String)>,
}

impl Sources {
    fn read(root: &Path) -> Result<Self> {
        let mut files = Vec::new();
        for folder in ["crates", "src-tauri", "xtask", "ui/src", "ui/e2e"] {
            collect(root, &root.join(folder), &mut files)?;
        }
        Ok(Self { files })
    }

    fn breaches(&self) -> Vec<String> {
        self.files
            .iter()
            .flat_map(|(path, text)| breaches_in(path, text))
            .collect()
    }
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(PathBuf, String)>) -> Result<()> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(());
    };
    for entry in entries {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            if name != "node_modules" && name != "gen" {
                collect(root, &path, files)?;
            }
        } else if ["rs", "ts", "tsx"]
            .iter()
            .any(|ending| has_ending(&path, ending))
        {
            let text = fs::read_to_string(&path)
                .with_context(|| format!("{} cannot be read", path.display()))?;
            files.push((path.strip_prefix(root)?.to_path_buf(), text));
        }
    }
    Ok(())
}

fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|found| found == ending)
}

fn breaches_in(path: &Path, text: &str) -> Vec<String> {
    let shown = path.display();
    let mut breaches = Vec::new();
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    if EMPTY_NAMES.contains(&stem.as_ref()) {
        breaches.push(format!("{shown}: the name does not say what is inside"));
    }
    let reads_time = path.starts_with("crates/partner/src") && stem != "clock";
    let may_name_tauri = !path.starts_with("ui/src") || path.starts_with("ui/src/platform");
    for (number, line) in text.lines().enumerate() {
        let number = number + 1;
        let line = line.trim_start();
        if line.starts_with("//") {
            continue;
        }
        if reads_time && SYSTEM_CLOCKS.iter().any(|clock| line.contains(clock)) {
            breaches.push(format!(
                "{shown}:{number}: the time comes from the engine's clock"
            ));
        }
        if !may_name_tauri && line.contains("@tauri-apps/") {
            breaches.push(format!(
                "{shown}:{number}: only ui/src/platform may import Tauri"
            ));
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A workspace of two members, in which the engine reaches axum through another package.
    fn metadata(kind: &Value) -> Value {
        let package =
            |name: &str, asks: Value| json!({"id": name, "name": name, "dependencies": asks});
        let need = |name: &str, kind: &Value| json!({"pkg": name, "dep_kinds": [{"kind": kind}]});
        json!({
            "workspace_members": ["partner", "xtask"],
            "packages": [
                package(
                    "partner",
                    json!([
                        {"name": "tokio", "features": ["sync"], "kind": null},
                        {"name": "tokio", "features": ["net"], "kind": kind},
                    ]),
                ),
                package("xtask", json!([{"name": "tauri-build", "features": []}])),
                package("between", json!([])),
                package("axum", json!([])),
            ],
            "resolve": {"nodes": [
                {"id": "partner", "deps": [need("between", kind)]},
                {"id": "between", "deps": [need("axum", &Value::Null)]},
                {"id": "axum", "deps": []},
                {"id": "xtask", "deps": []},
            ]},
        })
    }

    #[test]
    fn a_way_to_the_outside_is_found_and_named() {
        let graph = Graph::read(&metadata(&Value::Null)).expect("the sample is well formed");
        assert_eq!(
            graph.outside_of("partner"),
            [
                "partner must not depend on between, which needs axum",
                "partner must not ask for tokio's sockets",
            ]
        );
    }

    #[test]
    fn what_only_tests_need_is_allowed() {
        let graph = Graph::read(&metadata(&json!("dev"))).expect("the sample is well formed");
        assert!(graph.outside_of("partner").is_empty());
    }

    #[test]
    fn tauri_belongs_to_the_shell() {
        let graph = Graph::read(&metadata(&Value::Null)).expect("the sample is well formed");
        let expected = "only mock-partner-desktop may depend on tauri-build, but xtask does";
        assert_eq!(graph.tauri_elsewhere(), [expected]);
    }

    #[test]
    fn the_engine_asks_its_own_clock() {
        let text = "// Instant::now is for clocks\nlet now = Instant::now();\n";
        let breaches = |path: &str| breaches_in(Path::new(path), text);
        assert_eq!(
            breaches("crates/partner/src/booking/create.rs"),
            ["crates/partner/src/booking/create.rs:2: the time comes from the engine's clock"]
        );
        assert!(breaches("crates/partner/src/clock.rs").is_empty());
        assert!(breaches("xtask/src/test.rs").is_empty());
    }

    #[test]
    fn tauri_is_imported_in_one_place() {
        let text = "import { writeText } from \"@tauri-apps/plugin-clipboard-manager\";";
        let breaches = |path: &str| breaches_in(Path::new(path), text).len();
        assert_eq!(breaches("ui/src/app/App.tsx"), 1);
        assert_eq!(breaches("ui/src/platform/tauri.ts"), 0);
    }

    #[test]
    fn names_that_say_nothing_are_refused() {
        assert_eq!(breaches_in(Path::new("ui/src/utils.ts"), "").len(), 1);
        assert!(breaches_in(Path::new("ui/src/app/utilisation.ts"), "").is_empty());
    }
}
