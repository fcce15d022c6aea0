//! `GET /api/moves`: how a booking may move.

use axum::Json;
use partner::merchant::moves::{MOVES, Move};
use serde::Serialize;
use utoipa::ToSchema;

/// The state machine of a booking.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MoveList {
    /// Row by row; every other move is refused.
    #[schema(value_type = Vec<Move>)]
    moves: &'static [Move],
}

/// The state machine of a booking (protocol section 5.3).
///
/// Every legal move, who makes it, and how the aggregator learns of it.
#[utoipa::path(
    get,
    path = "/api/moves",
    tag = "bookings",
    responses((status = 200, description = "The moves.", body = MoveList))
)]
pub(super) async fn get_moves() -> Json<MoveList> {
    Json(MoveList { moves: MOVES })
}
