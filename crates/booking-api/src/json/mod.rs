//! Reading and writing the protocol's JSON: forgiving on the way in, exact on the way out.
//!
//! A body becomes a borrowed tree ([`Json`]) in one pass, and the tree becomes a message through
//! the field table that the `message!` macro keeps for it. Whatever was odd on the way is a
//! [`Finding`](crate::Finding); what makes the message unusable is in addition a [`Rejection`].
//!
//! Deliberately not here: which fields a request must have (see [`Required`](crate::Required)),
//! what the [`doctor`](crate::doctor) says about their values, and
//! every rule that needs to know more than the body, such as whether a merchant exists.

mod camel;
mod define;
pub(crate) mod enumeration;
pub(crate) mod field;
pub(crate) mod message;
mod number;
mod reader;
mod spelling;
mod tree;

pub use camel::camel_case;
pub use message::{FieldSpec, Message};
pub use reader::{Reader, Reading, Rejection, RejectionKind, read};
pub use spelling::spelt;
pub use tree::Json;

pub(crate) use camel::camel_case_name;
pub(crate) use define::message;
pub(crate) use enumeration::wire_enum;
pub(crate) use message::is_camel_case_of;
pub(crate) use reader::{MOST_FINDINGS, from_deserializer, parse};
