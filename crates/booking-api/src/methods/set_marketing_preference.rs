//! SetMarketingPreference: whether the guest wants marketing messages. Request and answer have one
//! shape.

use crate::finding::Finding;
use crate::json::message;
use crate::required::{Missing, Required};
use crate::user::UserInformation;

message! {
    /// Tells whether a guest wants marketing messages; sent only if the guest chose.
    pub struct SetMarketingPreferenceRequest ["2.9"] {
        /// The guest.
        user_information: Option<UserInformation> = required,
        /// What the guest chose.
        user_to_receive_marketing: bool = always,
    }
}

message! {
    /// What was stored.
    pub struct SetMarketingPreferenceResponse ["2.9"] {
        /// The guest.
        user_information: Option<UserInformation> = required,
        /// What the guest chose.
        user_to_receive_marketing: bool = always,
    }
}

impl Required for SetMarketingPreferenceRequest {
    fn missing(&self) -> Vec<Finding> {
        let mut missing = Missing::default();
        let guest = self.user_information.as_ref();
        if let Some(guest) = missing.message(guest, "user_information", "2.9") {
            missing.text(&guest.user_id, "/user_information", "user_id", "2.9");
        }
        missing.found()
    }
}
