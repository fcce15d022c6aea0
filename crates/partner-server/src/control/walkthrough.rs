//! `/api/walkthrough`: the steps of the scenario in force, taken one by one.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use partner::scenario::Step;
use serde::Serialize;
use utoipa::ToSchema;

use super::error::{ApiError, ErrorBody};
use super::sample::listening;
use crate::app::App;
use crate::walkthrough::{Player, Refused, StepReport, StepState};

/// The steps of the scenario in force, and what came of them.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Walkthrough {
    /// The scenario's name.
    scenario: String,
    /// The scenario's title.
    title: String,
    /// The place of the step that comes next, from 0; the number of steps behind the last one.
    position: usize,
    /// The place of the step that is being taken; null where none is.
    #[schema(required)]
    running: Option<usize>,
    /// All steps; none where the scenario has none.
    steps: Vec<WalkthroughStep>,
}

/// One step of a walk-through.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WalkthroughStep {
    /// What is done, in a few words.
    title: String,
    /// What the audience is told, in Markdown.
    text: String,
    /// The kind of what is done: `send`, `merchant`, `advance`, `challenge`, `set`, `control`.
    action: &'static str,
    /// What it is about, in a word or two, e.g. `CreateBooking` or `confirm`.
    what: String,
    /// Where it stands.
    state: StepState,
    /// What came of it, secrets hidden; null until it was taken.
    #[schema(required)]
    report: Option<StepReport>,
}

impl Walkthrough {
    fn of(app: &App) -> Self {
        let standing = app.player.standing(app);
        let position = standing.reports.len();
        let mut reports = standing.reports.into_iter();
        let steps = standing.scenario.steps.iter().map(|step| {
            let report = reports.next().map(|report| match app.reveal_secrets {
                true => report,
                false => report.redacted(),
            });
            WalkthroughStep {
                title: step.title.clone(),
                text: step.text.clone(),
                action: step.action().map_or("", |action| action.name()),
                what: what(step),
                state: report.as_ref().map_or(StepState::Pending, |it| it.state),
                report,
            }
        });
        Self {
            scenario: standing.scenario.name.clone(),
            title: standing.scenario.title.clone(),
            position,
            running: standing.running,
            steps: steps.collect(),
        }
    }
}

fn what(step: &Step) -> String {
    use partner::scenario::steps::StepAction;
    match step.action() {
        Some(StepAction::Send(request)) => match (request.method, &request.request) {
            (Some(method), _) => method.name().to_owned(),
            (None, line) => line.clone().unwrap_or_default(),
        },
        Some(StepAction::Merchant(wish)) => wish.action.name().to_owned(),
        Some(StepAction::Advance(advance)) => match (advance.sec, &advance.to) {
            (Some(sec), _) => format!("{sec} s"),
            (None, to) => to.clone().unwrap_or_default(),
        },
        Some(StepAction::Challenge(challenge)) => challenge.decision.name().to_owned(),
        Some(StepAction::Set(toggles)) => {
            let names: Vec<&str> = toggles.behaviour.keys().map(String::as_str).collect();
            names.join(", ")
        }
        Some(StepAction::Control(call)) => call.request.clone(),
        None => String::new(),
    }
}

impl From<Refused> for ApiError {
    fn from(refused: Refused) -> Self {
        let conflict =
            |code, message: &str, hint: &str| Self::new(StatusCode::CONFLICT, code, message, hint);
        match refused {
            Refused::NoSteps => conflict(
                "no_steps",
                "The scenario has no steps.",
                "Load one that has: GET /api/scenarios lists them.",
            ),
            Refused::Busy => conflict(
                "walkthrough_busy",
                "Another step is being taken.",
                "Wait for its end: GET /api/walkthrough says when.",
            ),
            Refused::AtEnd => conflict(
                "at_end",
                "That was the last step.",
                "POST /api/walkthrough/restart begins anew.",
            ),
            Refused::AtStart => conflict(
                "at_start",
                "No step was taken yet.",
                "POST /api/walkthrough/next takes the first one.",
            ),
            Refused::Broken(reason) => {
                tracing::warn!(reason, "a step was not taken");
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "internal",
                    "The step was not taken.",
                    "Try again; if it stays so, look at the program's log.",
                )
            }
            Refused::Store(error) => error.into(),
        }
    }
}

/// The steps of the scenario in force, and what came of those that were taken.
#[utoipa::path(
    get,
    path = "/api/walkthrough",
    tag = "scenarios",
    responses((status = 200, description = "The walk-through.", body = Walkthrough))
)]
pub(super) async fn get_walkthrough(State(app): State<App>) -> Json<Walkthrough> {
    Json(Walkthrough::of(&app))
}

/// Takes the next step: a true request through the Booking Server's own socket, or a control call.
///
/// What came of it is held against what the scenario expects. A step that failed is no error of
/// this call, and the one behind it can be taken all the same.
#[utoipa::path(
    post,
    path = "/api/walkthrough/next",
    tag = "scenarios",
    responses(
        (status = 200, description = "The walk-through after the step.", body = Walkthrough),
        (status = 409, description = "`no_steps`, `at_end`, `walkthrough_busy` or \
            `listener_stopped`; nothing was sent.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn post_next(State(app): State<App>) -> Result<Json<Walkthrough>, ApiError> {
    listening(&app)?;
    Player::next(&app).await?;
    Ok(Json(Walkthrough::of(&app)))
}

/// Goes back to before the last step.
///
/// Everything is reset to the scenario's start, and the steps before it are taken again.
#[utoipa::path(
    post,
    path = "/api/walkthrough/back",
    tag = "scenarios",
    responses(
        (status = 200, description = "The walk-through before the step.", body = Walkthrough),
        (status = 409, description = "`no_steps`, `at_start`, `walkthrough_busy` or \
            `listener_stopped`; nothing was done.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn post_back(State(app): State<App>) -> Result<Json<Walkthrough>, ApiError> {
    listening(&app)?;
    Player::back(&app).await?;
    Ok(Json(Walkthrough::of(&app)))
}

/// Goes back to before the first step: everything is reset to the scenario's start.
#[utoipa::path(
    post,
    path = "/api/walkthrough/restart",
    tag = "scenarios",
    responses(
        (status = 200, description = "The walk-through before its first step.", body = Walkthrough),
        (status = 409, description = "`no_steps` or `walkthrough_busy`.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn post_restart(State(app): State<App>) -> Result<Json<Walkthrough>, ApiError> {
    Player::restart(&app).await?;
    Ok(Json(Walkthrough::of(&app)))
}
