//! SetMarketingPreference (section 2.9).

use booking_api::{SetMarketingPreferenceRequest, SetMarketingPreferenceResponse};
use partner::Engine;
use partner::booking::Reply;

use super::{Sent, read_then};
use crate::booking::openapi::ProtocolError;

/// Remembers whether a guest wants marketing.
#[utoipa::path(
    post,
    path = "/v3/SetMarketingPreference",
    tag = "Booking Server",
    request_body = SetMarketingPreferenceRequest,
    responses(
        (status = 200, description = "The answer", body = SetMarketingPreferenceResponse),
        (status = 400, description = "Malformed JSON, a wrong type, a missing field", body = ProtocolError),
        (status = 401, description = "Missing or wrong credentials", body = ProtocolError),
    ),
    security(("basic" = []))
)]
pub(in crate::booking) async fn set_marketing_preference(engine: &Engine, sent: Sent<'_>) -> Reply {
    read_then(
        sent,
        |_call, request: Box<SetMarketingPreferenceRequest>| {
            engine.set_marketing_preference(request)
        },
    )
    .await
}
