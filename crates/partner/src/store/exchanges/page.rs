//! How the exchanges of one page are packed: serialised one behind the other, then compressed.
//!
//! Bodies of one group are nearly alike, so a page takes a fraction of their room, and of the time
//! that SQLite would need for a row each. A page has three parts, each unpacked only where it is
//! needed: summaries for lists, texts for words, the rest for the details of one exchange.

use std::ops::Range;

use super::entry::{Entry, Rest, Row, Sizes, append, exchange};
use crate::exchange::Exchange;
use crate::store::StoreError;

/// Exchanges of one page at most: unpacking one of them unpacks all.
const EXCHANGES: usize = 64;

/// A page that has so many bytes takes no further exchange.
const BYTES: usize = 256 * 1024;

/// Pages that room is kept for.
const ROOM: usize = 8;

/// LZ4 cannot pack more tightly than this.
const TIGHTEST: usize = 255;

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

/// A page that grows still.
#[derive(Debug, Default)]
pub(crate) struct Page {
    first_id: u64,
    lowest_number: u64,
    highest_number: u64,
    sizes: Vec<Sizes>,
    summaries: Vec<u8>,
    texts: Vec<u8>,
    rest: Vec<u8>,
}

impl Page {
    /// Takes the exchange in; false where it belongs to another page.
    fn add(&mut self, id: u64, entry: &Entry) -> bool {
        let count = self.sizes.len();
        if count == 0 {
            self.first_id = id;
            (self.lowest_number, self.highest_number) = (entry.number, entry.number);
        } else if count == EXCHANGES
            || self.texts.len() + self.rest.len() > BYTES
            || self.first_id + count as u64 != id
        {
            return false;
        }
        self.lowest_number = self.lowest_number.min(entry.number);
        self.highest_number = self.highest_number.max(entry.number);
        self.sizes.push(entry.sizes);
        self.summaries.extend_from_slice(&entry.row);
        self.texts.extend_from_slice(&entry.texts);
        self.rest.extend_from_slice(&entry.rest);
        true
    }

    /// Compresses the page.
    pub(super) fn pack(&self) -> Packed {
        let room = self.texts.len() + 16 * self.sizes.len();
        let mut sized = append(&self.sizes, Vec::with_capacity(room));
        sized.extend_from_slice(&self.texts);
        Packed {
            first_id: self.first_id,
            last_id: self.first_id + self.sizes.len() as u64 - 1,
            lowest_number: self.lowest_number,
            highest_number: self.highest_number,
            summaries: lz4_flex::compress_prepend_size(&self.summaries),
            texts: lz4_flex::compress_prepend_size(&sized),
            rest: lz4_flex::compress_prepend_size(&self.rest),
        }
    }

    fn clear(&mut self) {
        self.sizes.clear();
        self.summaries.clear();
        self.texts.clear();
        self.rest.clear();
    }
}

/// Exchanges on their way to the store, page by page.
#[derive(Debug, Default)]
pub struct Pages {
    pages: Vec<Page>,
    /// How many of them are in use; the others are kept for their room.
    used: usize,
    count: usize,
}

impl Pages {
    /// Takes an exchange in.
    pub(crate) fn add(&mut self, id: u64, entry: &Entry) {
        self.count += 1;
        if let Some(last) = self.used.checked_sub(1)
            && self.pages[last].add(id, entry)
        {
            return;
        }
        if self.used == self.pages.len() {
            self.pages.push(Page::default());
        }
        // It is empty, so it takes any.
        self.pages[self.used].add(id, entry);
        self.used += 1;
    }

    /// How many exchanges these are.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// Empties them; the room of a few is kept for those to come.
    pub(crate) fn clear(&mut self) {
        self.pages.truncate(ROOM);
        self.pages.iter_mut().for_each(Page::clear);
        (self.used, self.count) = (0, 0);
    }

    pub(super) fn packed(&self) -> impl Iterator<Item = Packed> {
        self.pages[..self.used].iter().map(Page::pack)
    }

    /// The pages of these exchanges.
    #[cfg(test)]
    pub(crate) fn of(exchanges: &[Exchange]) -> Self {
        let mut pages = Self::default();
        for exchange in exchanges {
            pages.add(exchange.summary.id, &Entry::of(exchange));
        }
        pages
    }
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
    bytes: Vec<u8>,
    /// Where the texts begin in there.
    head: usize,
}

impl Texts {
    /// Unpacks them.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub(in crate::store) fn unpack(part: &[u8]) -> Result<Self, StoreError> {
        let bytes = unpack(part)?;
        let (sizes, texts): (Vec<Sizes>, &[u8]) =
            postcard::take_from_bytes(&bytes).map_err(|_| damaged())?;
        let head = bytes.len() - texts.len();
        Ok(Self { sizes, bytes, head })
    }

    /// All of them, to be changed in place but not in length.
    pub(super) fn all(&mut self) -> &mut [u8] {
        &mut self.bytes[self.head..]
    }

    fn get(&self, span: Range<usize>) -> Option<&str> {
        let text = self.bytes[self.head..].get(span)?;
        std::str::from_utf8(text).ok()
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
            .map(|span| self.get(span).unwrap_or_default())
    }

    /// Target, request body and response body of the exchange at this place.
    pub(super) fn parts(&self, place: usize) -> Option<[&str; 3]> {
        let (before, at) = self.sizes.split_at_checked(place)?;
        let mut from: usize = before.iter().map(length).sum();
        let mut parts = [""; 3];
        for (part, size) in parts.iter_mut().zip(at.first()?) {
            let size = *size as usize;
            *part = self.get(from..from + size)?;
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

pub(super) fn damaged() -> StoreError {
    StoreError::Damaged("a page of the log cannot be read".to_owned())
}
