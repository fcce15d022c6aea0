//! Values inside the body: tags in capitals in the guest's e-mail address
//! (`mina+SLOT_UNAVAILABLE@example.com`), and test tokens among the payment tokens
//! ([`crate::payment::tokens`]).

use std::borrow::Cow;
use std::sync::LazyLock;

use booking_api::{
    BookingStatus, CreateBookingRequest, Finding, FindingCode, Message, Method,
    SetMarketingPreferenceRequest, UpdateBookingRequest, UserInformation, spelt,
};
use memchr::memchr_iter;
use memchr::memmem::{self, Finder};

use super::grammar::{self, Key, Setting};
use super::{Misuse, Overrides};
use crate::behaviour::Authorisation;
use crate::decision::Counterfactual;
use crate::payment::tokens::{self, Said, TestToken};

/// Where the guest's address stands in most requests.
const EMAIL: &str = "/user_information/email";

/// What a body says for itself.
#[derive(Debug)]
pub(super) struct InBody {
    address: Option<Address>,
    token: Option<Token>,
}

/// A place of the body, and what it would hold without its override.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) pointer: String,
    pub(super) plain: String,
}

/// The guest's address, with the words behind plus signs.
#[derive(Debug)]
struct Address {
    place: Place,
    words: Vec<String>,
    whole: String,
}

/// A payment token that chooses something.
#[derive(Debug)]
struct Token {
    pointer: String,
    said: Said,
}

/// Whether a word between two plus signs is meant for us: capitals, digits and underscores, and at
/// least one capital. Anything else is an ordinary tag of an address.
pub(super) fn is_tag(word: &str) -> bool {
    let lawful = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    word.bytes().all(lawful) && word.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// Finds tags and test tokens in a body. Nearly all bodies have none, which a glance at their bytes
/// tells.
pub(super) fn in_body(method: Method, body: &[u8]) -> Option<InBody> {
    let with_guest = matches!(
        method,
        Method::CreateBooking | Method::UpdateBooking | Method::SetMarketingPreference
    );
    if !with_guest {
        return None;
    }
    let token = (method == Method::CreateBooking && may_have_token(body))
        .then(|| token(body))
        .flatten();
    let address = may_have_tags(body).then(|| address(method, body)).flatten();
    (token.is_some() || address.is_some()).then_some(InBody { address, token })
}

fn address(method: Method, body: &[u8]) -> Option<Address> {
    let (guest, pointer) = match method {
        Method::CreateBooking => {
            let request: CreateBookingRequest = read(body)?;
            let place = spelt::<CreateBookingRequest>(body, EMAIL);
            (request.user_information, place)
        }
        Method::UpdateBooking => {
            let request: UpdateBookingRequest = read(body)?;
            let place = spelt::<UpdateBookingRequest>(body, "/booking/user_information/email");
            (request.booking?.user_information, place)
        }
        _ => {
            let request: SetMarketingPreferenceRequest = read(body)?;
            let place = spelt::<SetMarketingPreferenceRequest>(body, EMAIL);
            (request.user_information, place)
        }
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
    let place = Place {
        pointer,
        plain: format!("{name}{ordinary}@{host}"),
    };
    Some(Address {
        place,
        words,
        whole: email,
    })
}

/// Whether there is a `tok_` in whatever letters, or an escape that may hide one in a token.
fn may_have_token(body: &[u8]) -> bool {
    static NAMES: LazyLock<[Finder<'static>; 3]> =
        LazyLock::new(|| ["ethod_token", "ethodToken", "\\u"].map(Finder::new));
    let [snake, camel, escape] = NAMES.each_ref().map(|it| it.find(body).is_some());
    let tok = |at: usize| at >= 3 && body[at - 3..at].eq_ignore_ascii_case(b"tok");
    // A name may be escaped, too.
    (escape && (snake || camel)) || ((escape || snake || camel) && memchr_iter(b'_', body).any(tok))
}

fn token(body: &[u8]) -> Option<Token> {
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
    let told = |pointer, said| {
        let pointer = spelt::<CreateBookingRequest>(body, pointer);
        Token { pointer, said }
    };
    let mut found: Option<(&'static str, &'static TestToken)> = None;
    for (pointer, text) in places {
        // The older field mostly holds a part of the newer one.
        match (tokens::read(&text), found) {
            (None, _) => {}
            (Some(Said::One(token)), None) => found = Some((pointer, token)),
            (Some(Said::One(token)), Some((_, first))) => {
                if tokens::differ(first, token) {
                    return Some(told(pointer, Said::Two(first, token)));
                }
            }
            (Some(wrong), _) => return Some(told(pointer, wrong)),
        }
    }
    found.map(|(pointer, token)| told(pointer, Said::One(token)))
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

impl InBody {
    /// What tags and token set, and what is worth knowing about tags that set nothing.
    pub(super) fn overrides(&self) -> Result<(Overrides, Vec<Finding>), Misuse> {
        let mut overrides = Overrides::default();
        let mut findings = Vec::new();
        if let Some(token) = &self.token {
            overrides.add(token.settings()?, "The payment token")?;
        }
        let Some(address) = &self.address else {
            return Ok((overrides, findings));
        };
        for word in &address.words {
            if is_tag(word) {
                let settings = grammar::tag(word).ok_or_else(|| address.misspelt(word))?;
                overrides.add(settings, &format!("+{word}"))?;
            } else if let Some(finding) = address.nearly(word) {
                findings.push(finding);
            }
        }
        Ok((overrides, findings))
    }

    /// The request without what one of its places sets.
    pub(super) fn ways_out(&self) -> impl Iterator<Item = Counterfactual> {
        let address = self.address.as_ref().filter(|it| it.has_tags()).map(|it| {
            let text = "Would be another answer without the tag in the e-mail address.";
            Counterfactual::request(text, None, it.place.pointer.clone(), it.place.plain.clone())
        });
        let token = self.token.as_ref().filter(|it| it.refuses()).map(|it| {
            let text = format!("Would be another answer with the payment token {APPROVE}.");
            Counterfactual::request(text, None, it.pointer.clone(), APPROVE)
        });
        token.into_iter().chain(address)
    }

    /// Where a misuse stands.
    pub(super) fn place(&self, misuse: &Misuse) -> Place {
        match (&self.token, &self.address) {
            (Some(token), address) if misuse.is_about_token || address.is_none() => Place {
                pointer: token.pointer.clone(),
                plain: APPROVE.to_owned(),
            },
            (_, Some(address)) => address.place.clone(),
            (_, None) => Place {
                pointer: String::new(),
                plain: String::new(),
            },
        }
    }
}

/// What a token is mended to. The client's own token is never repeated: it may be a secret.
const APPROVE: &str = "tok_approve";

impl Token {
    /// What it sets.
    fn settings(&self) -> Result<Vec<Setting>, Misuse> {
        match self.said {
            Said::One(token) => {
                let mut settings =
                    vec![Setting::new(Key::Authorisation, token.authorisation.name())];
                if let Some(card) = token.rejected_card_type {
                    settings.push(Setting::new(Key::RejectedCardType, card.name()));
                }
                Ok(settings)
            }
            Said::Two(first, second) => {
                let message = format!(
                    "The payment token holds both {} and {}. Send one of them.",
                    first.token, second.token
                );
                let code = FindingCode::OverrideIllegal;
                Err(Misuse::new(code, message, "two test tokens", "one test token").about_token())
            }
            Said::Unknown(near) => {
                let near = near.token;
                let message = format!(
                    "The payment token begins like a test token and is none. Did you mean {near}? \
                     GET /api/payment_tokens lists them."
                );
                let code = FindingCode::OverrideMisspelt;
                let found = "a tok_ name that is unknown";
                Err(Misuse::new(code, message, found, near)
                    .mended(Some(near.to_owned()))
                    .about_token())
            }
        }
    }

    /// Whether it asks for anything but approval.
    fn refuses(&self) -> bool {
        matches!(self.said, Said::One(it) if it.authorisation != Authorisation::Approve)
    }
}

impl Address {
    fn has_tags(&self) -> bool {
        self.words.iter().any(|word| is_tag(word))
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
                .whole
                .replacen(&format!("+{word}"), &format!("+{right}"), 1),
            None => self.place.plain.clone(),
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
            self.place.pointer.clone(),
            format!("+{word}"),
            format!("+{capitals}"),
        ))
    }
}
