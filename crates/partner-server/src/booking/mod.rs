//! The Booking Server: `/v3/<Method>`.
//!
//! `record` sees every request and writes exactly one exchange for each; `methods` has one
//! file per method of the protocol. A request's way: recorder → body → credentials → path and
//! verb → overrides → fault → method → recorder. Paths are matched in there, so that an unknown one
//! is recorded like all others and a trailing slash makes no difference. `broken` sends what the
//! network toggle spoils.

mod answer;
mod broken;
pub(crate) mod connection;
mod credentials;
mod draft;
mod incoming;
mod line;
mod methods;
mod openapi;
mod pages;
mod record;
mod route;
mod session;
pub(crate) mod unless;

pub use openapi::openapi;
