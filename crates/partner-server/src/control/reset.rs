//! `POST /api/reset`: as if the program had just been started with an empty store.

use axum::Json;
use axum::extract::State;

use super::error::{ApiError, ErrorBody};
use super::status::Status;
use crate::app::App;

/// Bookings, exchanges, counters, behaviour, timers and clock back to the scenario's start.
#[utoipa::path(
    post,
    path = "/api/reset",
    tag = "partner",
    responses(
        (status = 200, description = "How the partner stands now.", body = Status),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn post_reset(State(app): State<App>) -> Result<Json<Status>, ApiError> {
    app.engine.reset().await?;
    app.player.begin_anew();
    Ok(Json(Status::of(&app)))
}
