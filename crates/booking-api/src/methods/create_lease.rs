//! CreateLease (legacy): hold a slot while the guest fills in the form. Its answer is
//! [`CreateLeaseResponse`](crate::CreateLeaseResponse).

use crate::finding::Finding;
use crate::json::message;
use crate::lease::Lease;
use crate::required::{Missing, Required};

message! {
    /// Asks to hold a slot for a while.
    pub struct CreateLeaseRequest ["2.4"] {
        /// The hold as wished: slot, mark of the guest and expiry; no id.
        lease: Option<Lease> = required,
    }
}

impl Required for CreateLeaseRequest {
    fn missing(&self) -> Vec<Finding> {
        let mut missing = Missing::default();
        if let Some(lease) = missing.message(self.lease.as_ref(), "lease", "2.4")
            && let Some(slot) = missing.message(lease.slot.as_ref(), "lease/slot", "2.4")
        {
            missing.slot(slot, "/lease/slot");
        }
        missing.found()
    }
}
