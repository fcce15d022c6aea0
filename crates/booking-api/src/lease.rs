//! A short hold on a slot while the guest fills in the form.

use crate::json::message;
use crate::slot::Slot;

message! {
    /// A hold on a slot, which ends by itself.
    pub struct Lease ["2.4"] {
        /// The partner's id of the lease; absent in the request.
        lease_id: String,
        /// What is held.
        slot: Option<Slot>,
        /// Opaque mark of the guest.
        user_reference: String,
        /// When the hold ends, in seconds since 1970 (UTC): a wish in the request, binding in the
        /// answer.
        lease_expiration_time_sec: i64,
    }
}

message! {
    /// A lease that a booking consumes.
    pub struct LeaseRef ["2.4"] {
        /// The partner's id of the lease.
        lease_id: String,
    }
}
