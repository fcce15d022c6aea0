//! SetMarketingPreference (section 2.9).

use booking_api::{SetMarketingPreferenceRequest, SetMarketingPreferenceResponse};
use rusqlite::Connection;

use super::{Answer, Reply, note_of};
use crate::decision::{Counterfactual, Layer};
use crate::store::{StoreError, bookings};

/// Remembers the guest's choice and gives it back.
///
/// # Errors
/// [`StoreError`].
pub fn set(
    connection: &Connection,
    request: &SetMarketingPreferenceRequest,
) -> Result<Reply, StoreError> {
    let user = request.user_information.as_ref();
    let mut reply = Reply::about("", note_of(None, user));
    let receive = request.user_to_receive_marketing;
    bookings::set_preference(connection, user.map_or("", |user| &user.user_id), receive)?;
    let (text, label) = if receive {
        ("The guest wants marketing; that is remembered.", "wanted")
    } else {
        (
            "The guest wants no marketing; that is remembered.",
            "not wanted",
        )
    };
    let would = if receive { "not wanted" } else { "wanted" };
    let unless = Counterfactual::request(
        format!("Would be \"{would}\" with the other choice."),
        Some(would),
        "/user_to_receive_marketing",
        !receive,
    );
    reply
        .trail
        .decide_unless("preference", Layer::Domain, text, "2.9", unless);
    let message = SetMarketingPreferenceResponse {
        user_information: request.user_information.clone(),
        user_to_receive_marketing: receive,
    };
    Ok(reply.with(Ok(Answer::granted(&message, label))))
}
