//! `/api/notifications`: what the aggregator is to be told, and what it was told.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use jiff::Timestamp;
use partner::Notification;
use partner::store::outbox::{Attempt, Counts, Kind, State as Standing};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::error::{ApiError, ErrorBody};
use super::given::{Given, NotificationId};
use super::page::{self, Page};
use crate::app::App;

/// A page of notifications.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NotificationList {
    /// Newest first.
    notifications: Vec<NotificationView>,
    /// Give this as `before` for the next page; null on the last one.
    #[schema(required)]
    next: Option<String>,
    /// How many there are in each state, whatever the filters.
    counts: Counts,
}

/// A notification with every attempt to deliver it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Notification)]
pub(super) struct NotificationView {
    /// Its id, which grows with each.
    id: i64,
    /// What it is about.
    kind: Kind,
    /// The booking it is about; null for availability.
    #[schema(required)]
    booking_id: Option<String>,
    /// Where it stands.
    state: Standing,
    /// Why it was given up, in a sentence; null otherwise.
    #[schema(required)]
    reason: Option<String>,
    /// When the change was made, by the engine's clock.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it is sent; null unless it waits. Where an older one of the same booking waits too, it
    /// is sent behind that one.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    next_attempt_at: Option<Timestamp>,
    /// The HTTP verb.
    method: String,
    /// Where it goes, query included.
    url: String,
    /// The fields that change, as the query has them; empty for availability.
    update_mask: String,
    /// The body.
    #[schema(value_type = Object)]
    body: Value,
    /// The query's names and values.
    #[schema(value_type = Object)]
    query: Map<String, Value>,
    /// Each time that it was sent, oldest first.
    attempts: Vec<AttemptView>,
}

/// One time that a notification was sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attempt)]
pub(super) struct AttemptView {
    /// When, by the engine's clock.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// The HTTP status; null where no answer came.
    #[schema(required)]
    status: Option<u16>,
    /// What was wrong, in a sentence; null where nothing was.
    #[schema(required)]
    error: Option<String>,
    /// How long it took, in microseconds.
    duration_us: u64,
    /// The exchange in the log, as long as that is kept.
    exchange_id: u64,
}

impl NotificationView {
    fn of(app: &App, notification: Notification) -> Self {
        let Notification {
            row,
            composed,
            attempts,
        } = notification;
        let query: Map<String, Value> = composed
            .query
            .iter()
            .map(|(name, value)| (name.clone(), Value::from(value.as_str())))
            .collect();
        let mask = query.get("updateMask").and_then(Value::as_str);
        Self {
            id: row.notification_id,
            kind: row.kind,
            booking_id: (row.kind == Kind::Booking).then_some(row.subject),
            state: row.state,
            reason: (!row.reason.is_empty()).then_some(row.reason),
            created_at: row.created_at,
            next_attempt_at: row.next_attempt_at,
            method: composed.verb.to_owned(),
            url: format!("{}{}", app.notify_url, composed.target),
            update_mask: mask.unwrap_or_default().to_owned(),
            body: composed.body,
            query,
            attempts: attempts.into_iter().map(AttemptView::of).collect(),
        }
    }
}

impl AttemptView {
    fn of(attempt: Attempt) -> Self {
        Self {
            at: attempt.at,
            status: attempt.status,
            error: attempt.error,
            duration_us: attempt.duration_us,
            exchange_id: attempt.exchange_id,
        }
    }
}

/// The names that the query may hold.
const FILTERS: &[&str] = &["booking_id", "state", "before", "limit"];

/// Notifications, newest first, each with all attempts.
#[utoipa::path(
    get,
    path = "/api/notifications",
    tag = "notifications",
    params(
        ("booking_id" = Option<String>, Query, description = "The booking they are about."),
        ("state" = Option<Standing>, Query, description = "Where they stand."),
        ("before" = Option<String>, Query, description = "The `next` of the page before."),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 500, description = "Page size; 100 where left out."),
    ),
    responses(
        (status = 200, description = "A page of notifications.", body = NotificationList),
        (status = 422, description = "`unknown_field` or `unknown_value`, with the nearest right name.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn list_notifications(
    State(app): State<App>,
    uri: Uri,
) -> Result<Json<NotificationList>, ApiError> {
    let given = Given::read(&uri, FILTERS)?;
    let names = Standing::ALL.map(Standing::name);
    let state = given.one_of("state", &names, Standing::from_name)?;
    let booking_id = given.text("booking_id").map(str::to_owned);
    let before = page::row(&given, "before")?;
    let page = Page::read(&given, 500)?;
    let engine = &app.engine;
    let mut found = engine
        .notifications(booking_id, state, before, page.wanted())
        .await?;
    let next = page.cut(&mut found, |it| it.row.notification_id.to_string());
    let notifications = found
        .into_iter()
        .map(|notification| NotificationView::of(&app, notification))
        .collect();
    Ok(Json(NotificationList {
        notifications,
        next,
        counts: app.engine.notification_counts().await?,
    }))
}

/// A notification with all attempts.
#[utoipa::path(
    get,
    path = "/api/notifications/{id}",
    tag = "notifications",
    params(("id" = i64, Path, description = "The notification's id.")),
    responses(
        (status = 200, description = "The notification.", body = NotificationView),
        (status = 404, description = "`not_found`.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn get_notification(
    State(app): State<App>,
    NotificationId(id): NotificationId,
) -> Result<Json<NotificationView>, ApiError> {
    view(&app, id).await
}

/// Sends a notification once more, at once, whatever became of it.
#[utoipa::path(
    post,
    path = "/api/notifications/{id}/resend",
    tag = "notifications",
    params(("id" = i64, Path, description = "The notification's id.")),
    responses(
        (status = 200, description = "It waits again.", body = NotificationView),
        (status = 404, description = "`not_found`.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn post_resend(
    State(app): State<App>,
    NotificationId(id): NotificationId,
) -> Result<Json<NotificationView>, ApiError> {
    if !app.engine.resend_notification(id).await? {
        return Err(none(id));
    }
    view(&app, id).await
}

/// Gives a notification up that waits: it is not sent again, and later ones of its booking go on.
#[utoipa::path(
    post,
    path = "/api/notifications/{id}/give_up",
    tag = "notifications",
    params(("id" = i64, Path, description = "The notification's id.")),
    responses(
        (status = 200, description = "It is given up.", body = NotificationView),
        (status = 404, description = "`not_found`.", body = ErrorBody),
        (status = 409, description = "`not_waiting`: it was delivered or given up already.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn post_give_up(
    State(app): State<App>,
    NotificationId(id): NotificationId,
) -> Result<Json<NotificationView>, ApiError> {
    match app.engine.give_up_notification(id).await? {
        Some(true) => view(&app, id).await,
        Some(false) => Err(ApiError::new(
            StatusCode::CONFLICT,
            "not_waiting",
            "The notification does not wait: it was delivered or given up already.",
            "POST /api/notifications/{id}/resend sends it once more.",
        )),
        None => Err(none(id)),
    }
}

async fn view(app: &App, id: i64) -> Result<Json<NotificationView>, ApiError> {
    let found = app.engine.notification(id).await?.ok_or_else(|| none(id))?;
    Ok(Json(NotificationView::of(app, found)))
}

fn none(id: i64) -> ApiError {
    let hint = "GET /api/notifications lists them.";
    ApiError::not_found(format!("There is no notification {id}."), hint)
}
