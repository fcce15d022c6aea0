//! Values inside the body: tags in capitals in the guest's e-mail address
//! (`mina+SLOT_UNAVAILABLE@example.com`), and the payment tokens that will mean something.

use std::borrow::Cow;

use booking_api::{
    BookingStatus, CreateBookingRequest, Finding, FindingCode, Message, Method,
    SetMarketingPreferenceRequest, UpdateBookingRequest, UserInformation,
};
use memchr::memchr_iter;
use memchr::memmem;

use super::grammar;
use super::{Misuse, Overrides};

/// Payment tokens that belong to the payment processor, which this version lacks. They are
/// refused by name, since they would otherwise be taken for any other token and approved.
const LATER_TOKENS: &[&str] = &[
    "tok_decline",
    "tok_error",
    "tok_requires_3ds1",
    "tok_reject_visa",
    "tok_reject_mastercard",
    "tok_reject_amex",
    "tok_reject_discover",
    "tok_reject_jcb",
];

/// What a body says for itself.
#[derive(Debug)]
pub(super) struct InBody {
    /// Where it stands.
    pub(super) pointer: &'static str,
    /// The address without its tags.
    pub(super) plain: String,
    words: Vec<String>,
    address: String,
    later_token: Option<&'static str>,
}

/// Whether a word between two plus signs is meant for us: capitals, digits and underscores, and at
/// least one capital. Anything else is an ordinary tag of an address.
pub(super) fn is_tag(word: &str) -> bool {
    let lawful = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    word.bytes().all(lawful) && word.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// Finds tags in a body. Nearly all bodies have none, which a glance at their bytes tells.
pub(super) fn in_body(method: Method, body: &[u8]) -> Option<InBody> {
    let with_guest = matches!(
        method,
        Method::CreateBooking | Method::UpdateBooking | Method::SetMarketingPreference
    );
    if !with_guest {
        return None;
    }
    if method == Method::CreateBooking
        && memmem::find(body, b"tok_").is_some()
        && let Some(found) = later_token(body)
    {
        return Some(found);
    }
    if !may_have_tags(body) {
        return None;
    }
    let guest = match method {
        Method::CreateBooking => {
            read(body).and_then(|it: CreateBookingRequest| it.user_information)
        }
        Method::UpdateBooking => read(body)
            .and_then(|it: UpdateBookingRequest| it.booking)
            .and_then(|booking| booking.user_information),
        _ => read(body).and_then(|it: SetMarketingPreferenceRequest| it.user_information),
    };
    let UserInformation { email, .. } = guest?;
    let (local, host) = email.rsplit_once('@')?;
    let mut words = local.split('+');
    let name = words.next()?;
    let words: Vec<String> = words.map(str::to_owned).collect();
    if words.is_empty() {
        return None;
    }
    let ordinary: String = words
        .iter()
        .filter(|word| !is_tag(word))
        .map(|word| format!("+{word}"))
        .collect();
    let camel_case = memmem::find(body, b"\"userInformation\"").is_some();
    Some(InBody {
        pointer: match (method, camel_case) {
            (Method::UpdateBooking, false) => "/booking/user_information/email",
            (Method::UpdateBooking, true) => "/booking/userInformation/email",
            (_, false) => "/user_information/email",
            (_, true) => "/userInformation/email",
        },
        plain: format!("{name}{ordinary}@{host}"),
        words,
        address: email.clone(),
        later_token: None,
    })
}

/// Whether some text before an @ holds a plus sign, or an escape that may be one.
fn may_have_tags(body: &[u8]) -> bool {
    memchr_iter(b'@', body).any(|at| {
        let local = body[..at].rsplit(|byte| *byte == b'"').next();
        local.is_some_and(|local| local.iter().any(|byte| matches!(byte, b'+' | b'\\')))
    }) || memmem::find(body, b"\\u0040").is_some()
}

fn read<T: Message>(body: &[u8]) -> Option<T> {
    // A body that cannot be read is refused by the method itself.
    booking_api::read::<T>(body).message.ok()
}

/// Of an UpdateBooking: whether it cancels.
pub(super) fn cancels(body: &[u8]) -> Option<bool> {
    let booking = read::<UpdateBookingRequest>(body)?.booking?;
    Some(booking.status == BookingStatus::Canceled)
}

fn later_token(body: &[u8]) -> Option<InBody> {
    let given = read::<CreateBookingRequest>(body)?.payment_processing_parameters?;
    let places = [
        (
            "/payment_processing_parameters/unparsed_payment_method_token",
            given.unparsed_payment_method_token,
        ),
        (
            "/payment_processing_parameters/payment_method_token",
            given.payment_method_token,
        ),
    ];
    places.into_iter().find_map(|(pointer, token)| {
        let part_of_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let name = LATER_TOKENS
            .iter()
            .find(|name| token.split(|c| !part_of_word(c)).any(|word| word == **name))?;
        Some(InBody {
            pointer,
            plain: token.replace(name, "tok_approve"),
            words: Vec::new(),
            address: String::new(),
            later_token: Some(name),
        })
    })
}

impl InBody {
    /// What the tags set, and what is worth knowing about those that set nothing.
    pub(super) fn overrides(&self) -> Result<(Overrides, Vec<Finding>), Misuse> {
        if let Some(name) = self.later_token {
            let message = format!(
                "The payment token {name} is not supported yet: every token is approved. Force \
                 the failure with the header X-Mock-Partner or a tag in the e-mail address."
            );
            let code = FindingCode::OverrideIllegal;
            let misuse = Misuse::new(code, message, name, "tok_approve, or a token of your own");
            return Err(misuse.mended(Some(self.plain.clone())));
        }
        let mut overrides = Overrides::default();
        let mut findings = Vec::new();
        for word in &self.words {
            if is_tag(word) {
                let settings = grammar::tag(word).ok_or_else(|| self.misspelt(word))?;
                overrides
                    .add(settings, &format!("+{word}"))
                    .map_err(|misuse| misuse.mended(Some(self.plain.clone())))?;
            } else if let Some(finding) = self.nearly(word) {
                findings.push(finding);
            }
        }
        Ok((overrides, findings))
    }

    fn misspelt(&self, word: &str) -> Misuse {
        let right = grammar::nearest_tag(word);
        let hint = match &right {
            Some(right) => Cow::Owned(format!("Did you mean +{right}?")),
            None => Cow::Borrowed("A cause of GET /api/causes is one, or ASYNC."),
        };
        let message = format!(
            "The e-mail tag +{word} is no override. {hint} An ordinary tag is not all in capitals."
        );
        let mended = match &right {
            Some(right) => self
                .address
                .replacen(&format!("+{word}"), &format!("+{right}"), 1),
            None => self.plain.clone(),
        };
        let expected = right.map_or("a known tag".to_owned(), |right| format!("+{right}"));
        let code = FindingCode::OverrideMisspelt;
        Misuse::new(code, message, format!("+{word}"), expected).mended(Some(mended))
    }

    /// A tag in small letters is left alone, though one that would be an override in capitals may
    /// be meant as one.
    fn nearly(&self, word: &str) -> Option<Finding> {
        let capitals = word.to_uppercase().replace('-', "_");
        grammar::tag(&capitals)?;
        let code = FindingCode::OverrideInSmallLetters;
        Some(Finding::new(
            code,
            self.pointer,
            format!("+{word}"),
            format!("+{capitals}"),
        ))
    }
}
