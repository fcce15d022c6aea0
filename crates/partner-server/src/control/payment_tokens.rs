//! `GET /api/payment_tokens`: the tokens that choose what the payment processor says.

use axum::Json;
use partner::payment::tokens::{TEST_TOKENS, TestToken};
use serde::Serialize;
use utoipa::ToSchema;

/// The test tokens.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PaymentTokenList {
    /// In the order in which they are explained.
    #[schema(value_type = Vec<TestToken>)]
    payment_tokens: &'static [TestToken],
}

/// Every test token: what it has the payment processor say, and what CreateBooking answers then.
///
/// They are sent as a payment token, bare or inside a wallet's JSON. A `tok_` name that is none of
/// them is a 400 that names the nearest.
#[utoipa::path(
    get,
    path = "/api/payment_tokens",
    tag = "behaviour",
    responses((status = 200, description = "The tokens.", body = PaymentTokenList))
)]
pub(super) async fn get_payment_tokens() -> Json<PaymentTokenList> {
    Json(PaymentTokenList {
        payment_tokens: TEST_TOKENS,
    })
}
