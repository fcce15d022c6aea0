//! `/api/challenges`: 3-D Secure 1 challenges, and answering one without a browser.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use booking_api::Price;
use jiff::Timestamp;
use partner::payment::threeds::{
    CHALLENGE_PATH, Challenge, Decision, RETURN_PATH, Refused, State as Standing,
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::error::{ApiError, ErrorBody};
use super::given::{self, Body, Given};
use super::page::{self, Page};
use crate::app::App;

/// A page of challenges.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChallengeList {
    /// Newest first.
    challenges: Vec<ChallengeView>,
    /// Give this as `before` for the next page; null on the last one.
    #[schema(required)]
    next: Option<String>,
    /// A page of the Booking Server to name as TermUrl where there is no client to come back to.
    return_url: String,
}

/// A challenge as the bank keeps it (protocol section 4.5).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Challenge)]
pub(super) struct ChallengeView {
    /// The bank's name for it: `transaction_id` of the failure.
    id: String,
    /// `md_merchant_data` of the failure (MD).
    md_merchant_data: String,
    /// Where it stands.
    state: Standing,
    /// The bank's page, which takes the form.
    acs_url: String,
    /// What the page is opened with: `pa_req` of the failure (PaReq).
    pa_req: String,
    /// The merchant, by the partner's id.
    merchant_id: String,
    /// The merchant as the page names it.
    merchant_name: String,
    /// The guest, by the aggregator's opaque id.
    user_id: String,
    /// What the guest is to pay or hold; null where nobody named it.
    #[schema(required)]
    amount: Option<Price>,
    /// When it was opened, by the engine's clock.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// From when on the guest is too late.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// What the guest chose; null while nothing.
    #[schema(required)]
    decision: Option<Decision>,
}

/// What a guest does on the bank's page.
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "describes the body, which is read by hand for better refusals"
)]
struct ChallengeWish {
    /// What the guest does.
    decision: Decision,
}

/// A challenge that was answered.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChallengeAnswer {
    /// The challenge as it is now.
    challenge: ChallengeView,
    /// The bank's answer, for `payment_information.pa_response` of the same CreateBooking; null
    /// while the guest lets the time run out.
    #[schema(required)]
    pa_res: Option<String>,
}

impl ChallengeView {
    fn of(app: &App, challenge: &Challenge) -> Self {
        let slot = &challenge.stake.slot;
        Self {
            id: challenge.transaction_id.clone(),
            md_merchant_data: challenge.md_merchant_data.clone(),
            state: challenge.state(app.engine.clock().now()),
            acs_url: format!("{}{CHALLENGE_PATH}", app.booking_url()),
            pa_req: challenge.pa_req.clone(),
            merchant_id: slot.merchant_id.clone(),
            merchant_name: challenge.merchant_name.clone(),
            user_id: challenge.stake.user_id.clone(),
            amount: challenge.amount.clone(),
            created_at: challenge.created_at,
            expires_at: challenge.expires_at,
            decision: challenge.decided.map(|(decision, _)| decision),
        }
    }
}

/// 3-D Secure 1 challenges, newest first.
#[utoipa::path(
    get,
    path = "/api/challenges",
    tag = "challenges",
    params(
        ("before" = Option<String>, Query, description = "The `next` of the page before."),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 1000, description = "Page size; 100 where left out."),
    ),
    responses(
        (status = 200, description = "A page of challenges.", body = ChallengeList),
        (status = 422, description = "`unknown_field` or `unknown_value`, with the nearest right name.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn list_challenges(
    State(app): State<App>,
    uri: Uri,
) -> Result<Json<ChallengeList>, ApiError> {
    let given = Given::read(&uri, &["before", "limit"])?;
    let before = page::row(&given, "before")?;
    let page = Page::read(&given, 1_000)?;
    let mut rows = app.engine.challenges(before, page.wanted()).await?;
    let next = page.cut(&mut rows, |(row_id, _)| row_id.to_string());
    let challenges = rows.iter().map(|(_, it)| ChallengeView::of(&app, it));
    Ok(Json(ChallengeList {
        challenges: challenges.collect(),
        next,
        return_url: format!("{}{RETURN_PATH}", app.booking_url()),
    }))
}

/// Answers a challenge in the guest's place, as the bank's page does, and gives the bank's answer.
///
/// Saying the same again gives the same answer. `time_out` obeys the partner's clock: the bank has
/// no answer before `expires_at`; move the clock and call again.
#[utoipa::path(
    post,
    path = "/api/challenges/{id}/complete",
    tag = "challenges",
    params(("id" = String, Path, description = "The challenge's id: `transaction_id` of the failure.")),
    request_body(content = ChallengeWish, example = json!({ "decision": "approve" })),
    responses(
        (status = 200, description = "The challenge with the bank's answer.", body = ChallengeAnswer),
        (status = 400, description = "`invalid_json`.", body = ErrorBody),
        (status = 404, description = "`not_found`.", body = ErrorBody),
        (status = 409, description = "`already_decided`: the guest did something else, or is too late.", body = ErrorBody),
        (status = 422, description = "`unknown_field`, `unknown_value` or `missing_field`.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn post_complete(
    State(app): State<App>,
    Path(id): Path<String>,
    body: Body,
) -> Result<Json<ChallengeAnswer>, ApiError> {
    let names: Vec<&str> = Decision::ALL.iter().map(|it| it.name()).collect();
    let decision = match body.object(&["decision"])?.remove("decision") {
        None | Some(Value::Null) => {
            return Err(ApiError::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "missing_field",
                "The field \"decision\" is missing.",
                format!("It is one of: {}.", names.join(", ")),
            ));
        }
        Some(Value::String(word)) => Decision::from_name(&word)
            .ok_or_else(|| given::unknown_name("decision", &word, &names))?,
        Some(other) => {
            return Err(given::unknown_name("decision", &other.to_string(), &names));
        }
    };
    match app.engine.decide_challenge(id.clone(), decision).await? {
        Some(Ok(challenge)) => Ok(Json(ChallengeAnswer {
            pa_res: challenge.pa_res(app.engine.clock().now()),
            challenge: ChallengeView::of(&app, &challenge),
        })),
        Some(Err(Refused(state))) => Err(ApiError::new(
            StatusCode::CONFLICT,
            "already_decided",
            format!("The challenge {id} is {state} already."),
            "A guest answers once. Send CreateBooking without pa_response for a new challenge.",
        )),
        None => Err(ApiError::not_found(
            format!("There is no challenge \"{id}\"."),
            "GET /api/challenges lists them.",
        )),
    }
}
