//! HealthCheck: the status code is the answer, the body is a courtesy. There is no request body.

use crate::json::{message, wire_enum};

wire_enum! {
    /// Whether the partner is up, in the names of gRPC's health protocol.
    pub enum ServingStatus ["2.1"] {
        Unknown = 0 "UNKNOWN" => "not known.",
        Serving = 1 "SERVING" => "up.",
        NotServing = 2 "NOT_SERVING" => "down.",
        ServiceUnknown = 3 "SERVICE_UNKNOWN" => "there is no such service.",
    }
}

message! {
    /// The answer to HealthCheck.
    pub struct HealthCheckResponse ["2.1"] {
        /// Whether the partner is up; callers read the status code only.
        status: ServingStatus = always,
    }
}
