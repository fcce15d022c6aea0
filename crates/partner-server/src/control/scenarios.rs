//! `/api/scenarios`: which there are, load one, read one, save one.

use std::path::Path;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path as InPath, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use partner::scenario::library::{Entry, Origin, SaveError};
use partner::scenario::{Audience, Problem};
use partner::{AtStake, Broken, NewScenario};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::error::{ApiError, ErrorBody};
use super::given::{Body, Given};
use super::status::Status;
use crate::app::App;

/// The scenario in force.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ScenarioInForce {
    /// Its name.
    name: String,
    /// A few words for people.
    title: String,
    /// What it is for.
    description: String,
    /// How many rules it has.
    rules: usize,
    /// The file that it stands in, or would stand in once it is edited; null where there is none.
    /// An edited file takes effect by itself.
    #[schema(required)]
    file: Option<String>,
    /// What is wrong with its file, where that was edited and cannot be read: what it said last is
    /// in force. Null where all is well.
    #[schema(required, value_type = Option<Broken>)]
    broken: Option<std::sync::Arc<Broken>>,
    /// What was changed in its file and begins with the next reset only: `seed`, `clock`,
    /// `inventory`.
    waits_for_reset: Vec<&'static str>,
}

impl ScenarioInForce {
    /// The scenario in force now.
    pub(super) fn of(app: &App) -> Self {
        let engine = &app.engine;
        let scenario = engine.scenario();
        Self {
            name: scenario.name.clone(),
            title: scenario.title.clone(),
            description: scenario.description.clone(),
            rules: scenario.rules.len(),
            file: engine.scenario_file().map(|path| shown(&path)),
            broken: engine.scenario_broken(),
            waits_for_reset: engine.waits_for_reset(),
        }
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// A scenario that can be loaded, or could be if it were mended.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ScenarioRow {
    /// The name by which it is loaded.
    name: String,
    /// A few words for people; its name where the file cannot be read.
    title: String,
    /// What it shows.
    description: String,
    /// Whom it is for.
    audience: Vec<Audience>,
    /// How many rules it has.
    rules: usize,
    /// Whether it has a walk-through.
    has_steps: bool,
    /// How many steps the walk-through has.
    steps: usize,
    /// Where it comes from.
    origin: Origin,
    /// Its file, if it has one of its own.
    #[schema(required)]
    file: Option<String>,
    /// Whether it stands in the place of one that comes with the program.
    covers_shipped: bool,
    /// Whether it is the one in force.
    in_force: bool,
    /// Whether it can be loaded.
    valid: bool,
    /// What is wrong with it, in the order of the text; empty where it is valid.
    problems: Vec<Problem>,
}

impl ScenarioRow {
    fn of(app: &App, entry: Entry) -> Self {
        let in_force = app.engine.scenario().name == entry.name;
        let steps = entry.read.as_ref().map_or(0, |it| it.steps.len());
        let empty = (String::new(), String::new(), Vec::new(), 0);
        let (said, problems) = match entry.read {
            Ok(it) => {
                let rules = it.rules.len();
                ((it.title, it.description, it.audience, rules), Vec::new())
            }
            Err(problems) => (empty, problems),
        };
        let (title, description, audience, rules) = said;
        Self {
            title: if title.is_empty() {
                entry.name.clone()
            } else {
                title
            },
            name: entry.name,
            description,
            audience,
            rules,
            has_steps: steps > 0,
            steps,
            origin: entry.origin,
            file: entry.file.as_deref().map(shown),
            covers_shipped: entry.covers_shipped,
            in_force,
            valid: problems.is_empty(),
            problems,
        }
    }
}

/// All scenarios.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Scenarios {
    /// By name.
    scenarios: Vec<ScenarioRow>,
    /// Where scenarios are saved; null where there is no such folder.
    #[schema(required)]
    folder: Option<String>,
}

/// What came of loading a scenario.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Activation {
    /// Whether it is in force now; false for a dry run.
    activated: bool,
    /// What was discarded, or would be.
    discards: AtStake,
    /// How the partner stands now.
    status: Status,
}

/// The scenarios that can be loaded by name, broken ones with what is wrong with them.
#[utoipa::path(
    get,
    path = "/api/scenarios",
    tag = "scenarios",
    responses((status = 200, description = "By name.", body = Scenarios))
)]
pub(super) async fn list_scenarios(State(app): State<App>) -> Json<Scenarios> {
    let entries = app.engine.scenarios().await.into_iter();
    Json(Scenarios {
        scenarios: entries.map(|entry| ScenarioRow::of(&app, entry)).collect(),
        folder: app.engine.scenarios_folder().map(shown),
    })
}

/// A scenario's text.
#[utoipa::path(
    get,
    path = "/api/scenarios/{name}",
    tag = "scenarios",
    params(("name" = String, Path, description = "The scenario's name.")),
    responses(
        (status = 200, description = "The file as it is, broken or not.", body = String,
            content_type = "application/yaml"),
        (status = 404, description = "`not_found`.", body = ErrorBody),
    )
)]
pub(super) async fn get_scenario(
    State(app): State<App>,
    InPath(name): InPath<String>,
) -> Result<Response, ApiError> {
    let entry = find(&app, &name).await?;
    let kind = [(header::CONTENT_TYPE, "application/yaml; charset=utf-8")];
    Ok((kind, entry.text).into_response())
}

/// Saves a scenario's text in the folder of scenarios.
///
/// The body is YAML, or JSON. A broken text is refused and changes nothing. Where the scenario is
/// the one in force, the new text takes effect with the next request; bookings and toggles stay.
#[utoipa::path(
    put,
    path = "/api/scenarios/{name}",
    tag = "scenarios",
    params(("name" = String, Path, description = "The scenario's name, in the text as well.")),
    request_body(content = String, content_type = "application/yaml"),
    responses(
        (status = 200, description = "The scenario as it is now.", body = ScenarioRow),
        (status = 409, description = "`no_folder`: there is nowhere to save it.", body = ErrorBody),
        (status = 422, description = "`broken_scenario`, with every problem by line and column, or \
            `unknown_value`: no scenario can be called so.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`: the file cannot be written.",
            body = ErrorBody),
    )
)]
pub(super) async fn put_scenario(
    State(app): State<App>,
    InPath(name): InPath<String>,
    body: Bytes,
) -> Result<Json<ScenarioRow>, ApiError> {
    let folder = folder(&app)?;
    let text = String::from_utf8(body.to_vec()).map_err(|_| {
        ApiError::unknown_value("The text is not UTF-8.", "Save the file as UTF-8.")
    })?;
    let saved = app.engine.save_scenario(folder, &name, text).await?;
    Ok(Json(ScenarioRow::of(&app, saved)))
}

/// What to call what is set now.
#[derive(Debug, ToSchema)]
#[allow(
    dead_code,
    reason = "its schema is what counts; the body is read field by field"
)]
pub(super) struct ScenarioWish {
    /// Its name: letters, digits, `-` and `_`; no other scenario may have it.
    name: String,
    /// A few words for people.
    title: String,
    /// What it shows.
    description: Option<String>,
    /// Whom it is for.
    audience: Option<Vec<Audience>>,
}

/// Saves what is set now as a new scenario.
///
/// Toggles become its behaviour; settings, rules, the clock as it stands and the inventory's source go
/// along. An inventory that was imported or generated by hand is written beside it as feeds. Bookings
/// and edits of single slots are no part of it.
#[utoipa::path(
    post,
    path = "/api/scenarios",
    tag = "scenarios",
    request_body(content = ScenarioWish, example = json!({
        "name": "busy-friday", "title": "A busy Friday", "audience": ["product"]
    })),
    responses(
        (status = 200, description = "The new scenario.", body = ScenarioRow),
        (status = 400, description = "`invalid_json`.", body = ErrorBody),
        (status = 409, description = "`no_folder`, or `name_taken`.", body = ErrorBody),
        (status = 422, description = "`unknown_field`, `unknown_value` or `missing_field`.",
            body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn post_scenario(
    State(app): State<App>,
    body: Body,
) -> Result<Json<ScenarioRow>, ApiError> {
    let wish = body.object(&["name", "title", "description", "audience"])?;
    let text = |name: &'static str| match wish.get(name) {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(other) => Err(ApiError::unknown_value(
            format!("{other} is no value for \"{name}\"."),
            "It is text.",
        )),
    };
    let new = NewScenario {
        name: text("name")?,
        title: text("title")?,
        description: text("description")?,
        audience: audience(wish.get("audience"))?,
    };
    for (field, value) in [("name", &new.name), ("title", &new.title)] {
        if value.trim().is_empty() {
            return Err(ApiError::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "missing_field",
                format!("\"{field}\" is missing."),
                "Send {\"name\":\"busy-friday\",\"title\":\"A busy Friday\"}.",
            ));
        }
    }
    let folder = folder(&app)?;
    if app.engine.scenario_called(&new.name).await.is_some() {
        return Err(ApiError::new(
            StatusCode::CONFLICT,
            "name_taken",
            format!("There is a scenario \"{}\" already.", new.name),
            "Choose another name, or save over it with PUT /api/scenarios/{name}.",
        ));
    }
    let saved = app.engine.save_what_is_set(folder, new).await??;
    Ok(Json(ScenarioRow::of(&app, saved)))
}

fn audience(value: Option<&Value>) -> Result<Vec<Audience>, ApiError> {
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return Ok(Vec::new());
    };
    serde_json::from_value(value.clone()).map_err(|_| {
        ApiError::unknown_value(
            format!("{value} is no value for \"audience\"."),
            "It is a list of product, engineering, training.",
        )
    })
}

/// Loads a scenario: from its start, with nothing of what there was.
///
/// Bookings, the log, the outbox, toggles and an inventory made by hand are discarded. Where there
/// are any, this is refused with `would_discard`, and the error says how much; `discard=true`
/// confirms it. `dry_run=true` only says what would be discarded.
#[utoipa::path(
    post,
    path = "/api/scenarios/{name}/activate",
    tag = "scenarios",
    params(
        ("name" = String, Path, description = "The scenario's name."),
        ("discard" = Option<bool>, Query, description = "Discard what there is."),
        ("dry_run" = Option<bool>, Query, description = "Change nothing."),
    ),
    responses(
        (status = 200, description = "It is in force, or would be.", body = Activation),
        (status = 404, description = "`not_found`.", body = ErrorBody),
        (status = 409, description = "`would_discard`, with what there is in `discards`.",
            body = ErrorBody),
        (status = 422, description = "`broken_scenario`, with every problem by line and column; \
            `unknown_field` or `unknown_value`.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`; then the scenario is as it was.",
            body = ErrorBody),
    )
)]
pub(super) async fn activate_scenario(
    State(app): State<App>,
    InPath(name): InPath<String>,
    uri: Uri,
) -> Result<Json<Activation>, ApiError> {
    let given = Given::read(&uri, &["discard", "dry_run"])?;
    let flag = |name| {
        let read = |value: &str| value.parse::<bool>().ok();
        given.one_of(name, &["true", "false"], read)
    };
    let (discard, dry_run) = (flag("discard")?, flag("dry_run")?);
    let entry = find(&app, &name).await?;
    let scenario = entry.read.map_err(ApiError::broken_scenario)?;
    let discards = app.engine.at_stake().await?;
    let activated = dry_run != Some(true);
    if activated {
        if !discards.is_nothing() && discard != Some(true) {
            return Err(ApiError::would_discard(discards));
        }
        app.engine.activate(scenario).await?;
        app.player.begin_anew();
    }
    Ok(Json(Activation {
        activated,
        discards,
        status: Status::of(&app),
    }))
}

async fn find(app: &App, name: &str) -> Result<Entry, ApiError> {
    let found = app.engine.scenario_called(name).await;
    found.ok_or_else(|| {
        ApiError::not_found(
            format!("There is no scenario \"{name}\"."),
            "GET /api/scenarios lists them.",
        )
    })
}

fn folder(app: &App) -> Result<&Path, ApiError> {
    app.engine.scenarios_folder().ok_or_else(|| {
        ApiError::new(
            StatusCode::CONFLICT,
            "no_folder",
            "There is no folder to save scenarios in.",
            "Start with --scenarios-dir FOLDER, or with a data folder instead of --in-memory.",
        )
    })
}

impl From<SaveError> for ApiError {
    fn from(error: SaveError) -> Self {
        let message = error.to_string();
        match error {
            SaveError::Name { hint, .. } => Self::unknown_value(message, hint),
            SaveError::Broken(problems) => Self::broken_scenario(problems),
            SaveError::File { .. } => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "store_unavailable",
                message,
                "Look at the folder's permissions and at the disk.",
            ),
        }
    }
}
