//! How the exchanges of one page are packed: serialised one behind the other, then compressed.
//!
//! Bodies of one group are nearly alike, so a page takes a fraction of their room, and of the time
//! that SQLite would need for a row each. A page has three parts, each unpacked only where it is
//! needed: summaries for lists, texts for words, the rest for the details of one exchange.

use std::borrow::Cow;

use booking_api::{Cause, Finding, Method};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::clock::from_micros;
use crate::decision::Decision;
use crate::exchange::{
    Direction, Exchange, ExchangeOutcome, RequestRecord, ResponseRecord, Summary, Timing,
};
use crate::store::StoreError;

/// Exchanges of one page at most: unpacking one of them unpacks all.
const EXCHANGES: usize = 64;

/// A page that has so many bytes takes no further exchange.
const BYTES: usize = 256 * 1024;

/// LZ4 cannot pack more tightly than this.
const TIGHTEST: usize = 255;

/// What lists and filters need of one exchange; its id follows from its place.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Row<'a> {
    pub(super) number: u64,
    pub(super) outbound: bool,
    at: i64,
    pub(super) method: Option<&'a str>,
    path: &'a str,
    pub(super) status: u16,
    pub(super) outcome: &'a str,
    pub(super) cause: Option<&'a str>,
    pub(super) booking_id: Option<&'a str>,
    pub(super) merchant_id: Option<&'a str>,
    duration_us: u64,
    finding_count: u32,
    label: &'a str,
    note: &'a str,
}

/// What neither lists nor words need.
#[derive(Debug, Serialize, Deserialize)]
struct Rest<'a> {
    verb: &'a str,
    version: &'a str,
    headers: Cow<'a, [(String, String)]>,
    body_size: u64,
    redacted: bool,
    answer: Option<Answer<'a>>,
    read_us: u64,
    decide_us: u64,
    delay_us: u64,
    /// JSON, so that what a finding or a decision gains later does no harm to older pages.
    findings: Cow<'a, str>,
    decisions: Cow<'a, str>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Answer<'a> {
    status: u16,
    headers: Cow<'a, [(String, String)]>,
    body_size: u64,
}

/// The sizes in bytes of one exchange's target, request body and response body, which lie behind
/// one another with a line's end after each.
type Sizes = [u32; 3];

/// A page as it goes into the tables.
#[derive(Debug)]
pub(super) struct Packed {
    pub(super) first_id: u64,
    pub(super) last_id: u64,
    pub(super) lowest_number: u64,
    pub(super) highest_number: u64,
    pub(super) summaries: Vec<u8>,
    pub(super) texts: Vec<u8>,
    pub(super) rest: Vec<u8>,
}

/// Packs as many exchanges from the beginning of the list as fit one page, and answers how many
/// these are.
///
/// # Errors
/// [`StoreError`], for an exchange that cannot be serialised.
pub(super) fn pack(exchanges: &[Exchange]) -> Result<Option<(Packed, usize)>, StoreError> {
    let Some(first) = exchanges.first() else {
        return Ok(None);
    };
    let mut sizes: Vec<Sizes> = Vec::new();
    let mut texts = Vec::new();
    let mut summaries = Vec::new();
    let mut rest = Vec::new();
    let (mut lowest_number, mut highest_number) = (first.number, first.number);
    let first_id = first.summary.id;
    for (exchange, id) in exchanges.iter().zip(first_id..).take(EXCHANGES) {
        if exchange.summary.id != id || texts.len() + rest.len() > BYTES {
            break;
        }
        lowest_number = lowest_number.min(exchange.number);
        highest_number = highest_number.max(exchange.number);
        summaries = append(&row(exchange), summaries)?;
        rest = append(&rest_of(exchange)?, rest)?;
        sizes.push(add_texts(exchange, &mut texts)?);
    }
    let mut sized = append(&sizes, Vec::with_capacity(texts.len() + 16 * sizes.len()))?;
    sized.extend_from_slice(&texts);
    let packed = Packed {
        first_id,
        last_id: first_id + sizes.len() as u64 - 1,
        lowest_number,
        highest_number,
        summaries: lz4_flex::compress_prepend_size(&summaries),
        texts: lz4_flex::compress_prepend_size(&sized),
        rest: lz4_flex::compress_prepend_size(&rest),
    };
    Ok(Some((packed, sizes.len())))
}

fn append<T: Serialize>(value: &T, to: Vec<u8>) -> Result<Vec<u8>, StoreError> {
    postcard::to_extend(value, to).map_err(|error| StoreError::Refused(error.to_string()))
}

fn row(exchange: &Exchange) -> Row<'_> {
    let summary = &exchange.summary;
    Row {
        number: exchange.number,
        outbound: summary.direction == Direction::Outbound,
        at: summary.at.as_microsecond(),
        method: summary.method.map(Method::name),
        path: &summary.path,
        status: summary.status,
        outcome: summary.outcome.name(),
        cause: summary.cause.map(Cause::name),
        booking_id: summary.booking_id.as_deref(),
        merchant_id: summary.merchant_id.as_deref(),
        duration_us: summary.duration_us,
        finding_count: summary.finding_count,
        label: &summary.label,
        note: &summary.note,
    }
}

fn rest_of(exchange: &Exchange) -> Result<Rest<'_>, StoreError> {
    let request = &exchange.request;
    Ok(Rest {
        verb: &request.verb,
        version: &request.version,
        headers: Cow::Borrowed(&request.headers),
        body_size: request.body_size,
        redacted: request.redacted,
        answer: exchange.response.as_ref().map(|response| Answer {
            status: response.status,
            headers: Cow::Borrowed(&response.headers),
            body_size: response.body_size,
        }),
        read_us: exchange.timing.read_us,
        decide_us: exchange.timing.decide_us,
        delay_us: exchange.timing.delay_us,
        findings: json(&exchange.findings)?,
        decisions: json(&exchange.decisions)?,
    })
}

fn json<T: Serialize>(list: &[T]) -> Result<Cow<'static, str>, StoreError> {
    if list.is_empty() {
        return Ok(Cow::Borrowed("[]"));
    }
    serde_json::to_string(list)
        .map(Cow::Owned)
        .map_err(|error| StoreError::Refused(error.to_string()))
}

fn add_texts(exchange: &Exchange, texts: &mut Vec<u8>) -> Result<Sizes, StoreError> {
    let answer = exchange.response.as_ref();
    let parts = [
        exchange.request.target.as_str(),
        exchange.request.body.as_str(),
        answer.map_or("", |response| response.body.as_str()),
    ];
    let mut sizes = [0; 3];
    for (part, size) in parts.iter().zip(&mut sizes) {
        texts.extend_from_slice(part.as_bytes());
        texts.push(b'\n');
        *size = u32::try_from(part.len())
            .map_err(|_| StoreError::Refused("a body is too large for the log".to_owned()))?;
    }
    Ok(sizes)
}

/// Takes a part of a page out of its packing.
///
/// # Errors
/// [`StoreError::Damaged`].
pub(super) fn unpack(part: &[u8]) -> Result<Vec<u8>, StoreError> {
    let size = lz4_flex::block::uncompressed_size(part).map(|(size, _)| size);
    // A broken size must not take all memory.
    if size.is_ok_and(|size| size > part.len() * TIGHTEST) {
        return Err(damaged());
    }
    lz4_flex::decompress_size_prepended(part).map_err(|_| damaged())
}

/// The rows of unpacked summaries, oldest first.
///
/// # Errors
/// [`StoreError::Damaged`].
pub(super) fn rows(mut summaries: &[u8]) -> Result<Vec<Row<'_>>, StoreError> {
    let mut rows = Vec::with_capacity(EXCHANGES);
    while !summaries.is_empty() {
        let (row, behind) = postcard::take_from_bytes(summaries).map_err(|_| damaged())?;
        rows.push(row);
        summaries = behind;
    }
    Ok(rows)
}

/// The texts of a page.
#[derive(Debug)]
pub(in crate::store) struct Texts {
    sizes: Vec<Sizes>,
    text: String,
}

impl Texts {
    /// Unpacks them.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub(in crate::store) fn unpack(part: &[u8]) -> Result<Self, StoreError> {
        let mut bytes = unpack(part)?;
        let (sizes, text): (Vec<Sizes>, _) =
            postcard::take_from_bytes(&bytes).map_err(|_| damaged())?;
        let head = bytes.len() - text.len();
        bytes.drain(..head);
        let text = String::from_utf8(bytes).map_err(|_| damaged())?;
        Ok(Self { sizes, text })
    }

    /// All of them as one text, to be changed in place but not in length.
    pub(super) fn all(&mut self) -> &mut str {
        &mut self.text
    }

    /// What words are looked for in, one text for each exchange, oldest first.
    pub(in crate::store) fn each(&self) -> impl DoubleEndedIterator<Item = &str> {
        let mut from = 0;
        let spans: Vec<_> = self
            .sizes
            .iter()
            .map(|sizes| {
                let start = from;
                from += length(sizes);
                start..from
            })
            .collect();
        spans
            .into_iter()
            .map(|span| self.text.get(span).unwrap_or_default())
    }

    /// Target, request body and response body of the exchange at this place.
    pub(super) fn parts(&self, place: usize) -> Option<[&str; 3]> {
        let (before, at) = self.sizes.split_at_checked(place)?;
        let mut from: usize = before.iter().map(length).sum();
        let mut parts = [""; 3];
        for (part, size) in parts.iter_mut().zip(at.first()?) {
            let size = *size as usize;
            *part = self.text.get(from..from + size)?;
            from += size + 1;
        }
        Some(parts)
    }
}

fn length(sizes: &Sizes) -> usize {
    // Each part has a line's end behind it.
    sizes.iter().map(|size| *size as usize + 1).sum()
}

/// The whole exchanges of a page at `places`, oldest first.
///
/// # Errors
/// [`StoreError::Damaged`].
pub(super) fn whole(
    first_id: u64,
    places: std::ops::Range<usize>,
    (summaries, texts, rest): (&[u8], &[u8], &[u8]),
) -> Result<Vec<Exchange>, StoreError> {
    let summaries = unpack(summaries)?;
    let texts = Texts::unpack(texts)?;
    let rest = unpack(rest)?;
    let mut behind = rest.as_slice();
    let mut found = Vec::with_capacity(places.len());
    for (place, row) in rows(&summaries)?.iter().enumerate().take(places.end) {
        let (rest, next): (Rest<'_>, _) =
            postcard::take_from_bytes(behind).map_err(|_| damaged())?;
        behind = next;
        if place >= places.start {
            let parts = texts.parts(place).ok_or_else(damaged)?;
            found.push(exchange(first_id + place as u64, row, rest, parts)?);
        }
    }
    Ok(found)
}

fn exchange(
    id: u64,
    row: &Row<'_>,
    rest: Rest<'_>,
    [target, request_body, response_body]: [&str; 3],
) -> Result<Exchange, StoreError> {
    let findings: Vec<Finding> = serde_json::from_str(&rest.findings).map_err(|_| damaged())?;
    let decisions: Vec<Decision> = serde_json::from_str(&rest.decisions).map_err(|_| damaged())?;
    Ok(Exchange {
        summary: row.summary(id),
        request: RequestRecord {
            verb: rest.verb.to_owned(),
            target: target.to_owned(),
            version: rest.version.to_owned(),
            headers: rest.headers.into_owned(),
            body: request_body.to_owned(),
            body_size: rest.body_size,
            redacted: rest.redacted,
        },
        response: rest.answer.map(|answer| ResponseRecord {
            status: answer.status,
            headers: answer.headers.into_owned(),
            body: response_body.to_owned(),
            body_size: answer.body_size,
        }),
        timing: Timing {
            read_us: rest.read_us,
            decide_us: rest.decide_us,
            delay_us: rest.delay_us,
            total_us: row.duration_us,
        },
        findings,
        decisions,
        number: row.number,
    })
}

impl Row<'_> {
    /// When its request arrived.
    pub(super) fn began(&self) -> Timestamp {
        from_micros(self.at)
    }

    /// The row as everybody else knows it.
    pub(super) fn summary(&self, id: u64) -> Summary {
        Summary {
            id,
            direction: if self.outbound {
                Direction::Outbound
            } else {
                Direction::Inbound
            },
            at: from_micros(self.at),
            method: self.method.and_then(Method::from_name),
            path: self.path.to_owned(),
            status: self.status,
            outcome: ExchangeOutcome::from_name(self.outcome).unwrap_or(ExchangeOutcome::Error),
            cause: self.cause.and_then(Cause::from_name),
            booking_id: self.booking_id.map(str::to_owned),
            merchant_id: self.merchant_id.map(str::to_owned),
            duration_us: self.duration_us,
            finding_count: self.finding_count,
            label: Cow::Owned(self.label.to_owned()),
            note: self.note.to_owned(),
        }
    }
}

pub(super) fn damaged() -> StoreError {
    StoreError::Damaged("a page of the log cannot be read".to_owned())
}
