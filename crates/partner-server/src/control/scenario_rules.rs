//! `/api/scenarios/rules`: the rules of the scenario in force, with how often each did something.

use axum::Json;
use axum::extract::{Path, State};
use partner::scenario::Rule;
use partner::{RuleState, rules};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::error::{ApiError, ErrorBody};
use super::given::Body;
use crate::app::App;

/// A rule of the scenario in force.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RuleRow {
    /// Its place in the file, 1 being the first.
    number: usize,
    /// Its name.
    name: String,
    /// Whether it is asked.
    on: bool,
    /// For how many requests it set something since the scenario's start.
    hits: u64,
    /// The rule in a sentence.
    words: String,
    /// When it holds, as the file has it.
    #[schema(value_type = std::collections::BTreeMap<String, Value>)]
    when: Value,
    /// What it sets, as the file has it.
    #[schema(value_type = std::collections::BTreeMap<String, Value>)]
    then: Value,
}

impl From<RuleState> for RuleRow {
    fn from(state: RuleState) -> Self {
        let Rule {
            name, when, then, ..
        } = &state.rule;
        Self {
            number: state.number,
            name: name.clone(),
            on: state.on,
            hits: state.hits,
            words: rules::in_words(&state.rule),
            // Structs of plain values: they always serialise.
            when: serde_json::to_value(when).unwrap_or_default(),
            then: serde_json::to_value(then).unwrap_or_default(),
        }
    }
}

/// The rules of the scenario in force.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScenarioRules)]
pub(super) struct Rules {
    /// In the order in which they are asked.
    rules: Vec<RuleRow>,
}

/// The rules of the scenario in force, with their hits.
#[utoipa::path(
    get,
    path = "/api/scenarios/rules",
    tag = "scenarios",
    responses(
        (status = 200, description = "In the order in which they are asked.", body = Rules),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn list_rules(State(app): State<App>) -> Result<Json<Rules>, ApiError> {
    let rules = app.engine.rules().await?.into_iter();
    Ok(Json(Rules {
        rules: rules.map(RuleRow::from).collect(),
    }))
}

/// Whether a rule is to be asked.
#[derive(Debug, ToSchema)]
#[allow(
    dead_code,
    reason = "its schema is what counts; the body is read field by field"
)]
pub(super) struct RuleSwitch {
    /// Whether it is to be asked.
    on: bool,
}

/// Switches a rule on or off, until the scenario is loaded anew or the partner is reset.
#[utoipa::path(
    patch,
    path = "/api/scenarios/rules/{number}",
    tag = "scenarios",
    params(("number" = usize, Path, description = "The rule's number, 1 being the first.")),
    request_body(content = RuleSwitch, example = json!({ "on": false })),
    responses(
        (status = 200, description = "The rule as it is now.", body = RuleRow),
        (status = 400, description = "`invalid_json`.", body = ErrorBody),
        (status = 404, description = "`not_found`.", body = ErrorBody),
        (status = 422, description = "`unknown_field` or `unknown_value`.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn patch_rule(
    State(app): State<App>,
    Path(number): Path<String>,
    body: Body,
) -> Result<Json<RuleRow>, ApiError> {
    let fields = body.object(&["on"])?;
    let Some(Value::Bool(on)) = fields.get("on") else {
        return Err(ApiError::unknown_value(
            "\"on\" is true or false.",
            "Send {\"on\":false}.",
        ));
    };
    let missing = || {
        ApiError::not_found(
            format!("The scenario has no rule {number}."),
            "GET /api/scenarios/rules lists them by number.",
        )
    };
    let at: usize = number.parse().map_err(|_| missing())?;
    if !app.engine.switch_rule(at, *on).await? {
        return Err(missing());
    }
    let mut rules = app.engine.rules().await?.into_iter();
    let rule = rules.find(|rule| rule.number == at).ok_or_else(missing)?;
    Ok(Json(rule.into()))
}
