//! Payments: what the payment processor says of a booking (section 4).

pub mod threeds;
