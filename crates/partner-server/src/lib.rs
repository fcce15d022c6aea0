//! The HTTP side of Mock Partner: the Booking Server that a test client calls, the control API
//! that windows and scripts call, and the window's files for a browser.
//!
//! What the partner decides lies in the crate `partner`; here are sockets, statuses, bodies and
//! the recording of every exchange.

mod aggregator;
pub mod app;
pub mod booking;
pub mod control;
mod listener;
mod sender;
mod serve;
mod sessions;
mod threeds;
pub mod walkthrough;
mod watch;

pub use app::Credentials;
pub use booking::openapi as booking_openapi;
pub use control::openapi as control_openapi;
pub use sender::{NotifyCredentials, NotifyError, NotifyOptions};
pub use serve::{Ready, Running, ServeOptions, StartError, start};
