//! The guest's names and how to reach the guest.

use std::fmt::Display;

use super::Checkup;
use crate::finding::FindingCode;
use crate::user::UserInformation;

/// The longest name, in characters.
///
/// Reference: section 3.2.
const LONGEST_NAME: usize = 40;

/// What is there is looked at; what is missing is somebody else's care.
pub(super) fn guest(guest: &UserInformation, at: impl Display + Copy, checkup: &mut Checkup<'_>) {
    name(&guest.given_name, at, "given_name", checkup);
    name(&guest.family_name, at, "family_name", checkup);
    let telephone = &guest.telephone;
    // Never by digits only: local separators occur, and so do digits of other scripts.
    if !telephone.is_empty() && !telephone.chars().any(char::is_numeric) {
        let code = FindingCode::TelephoneWithoutDigits;
        checkup.note(code, at, "telephone", "no digit", "a telephone number");
    }
    let email = &guest.email;
    let whole = |(name, host): (&str, &str)| !name.is_empty() && !host.is_empty();
    if !email.is_empty() && !email.rsplit_once('@').is_some_and(whole) {
        let code = FindingCode::EmailWithoutAt;
        checkup.note(code, at, "email", "no name@host", "an e-mail address");
    }
}

fn name(text: &str, at: impl Display, field: &str, checkup: &mut Checkup<'_>) {
    // A character has one byte at least, so that hardly any name needs counting.
    if text.len() <= LONGEST_NAME {
        return;
    }
    let length = text.chars().count();
    if length > LONGEST_NAME {
        let found = format!("{length} characters");
        let expected = format!("at most {LONGEST_NAME} characters");
        checkup.note(FindingCode::NameTooLong, at, field, found, expected);
    }
}
