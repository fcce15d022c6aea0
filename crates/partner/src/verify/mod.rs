//! Verification for automated tests: how many exchanges fit, and why the nearest others do not.
//!
//! Counted are all exchanges since the last reset, whether the log still shows them or not: what
//! the log drops or clears is kept apart, packed as it was (`store::exchanges::dropped`). So that
//! costs a booking nothing, and a count comes as the log itself does: an answer that a client has
//! got is counted. Where too much has been dropped, a verification that could be wrong for it is
//! refused ([`VerifyError::Forgotten`]).
//!
//! Here are the question ([`Question`]), what fits ([`pattern`]) and the verdict. Reading the
//! question from JSON is the control API's task.

pub mod pattern;
mod tally;

use jiff::Timestamp;
use serde::Serialize;
use thiserror::Error;
use utoipa::ToSchema;

use crate::exchange::Summary;
use crate::store::StoreError;
use pattern::{Bodies, Fit, Pattern};
use tally::Tally;

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Question {
    /// Only exchanges that began at this instant or later, by the engine's clock.
    pub since: Option<Timestamp>,
    /// Only exchanges that began before this instant.
    pub until: Option<Timestamp>,
    /// What is looked for.
    pub wanted: Wanted,
}

/// What is looked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Wanted {
    /// So many exchanges of one pattern.
    Count(Box<Pattern>, Bounds),
    /// One exchange of each pattern, in this order; others may come between.
    InOrder(Vec<Pattern>),
}

impl Default for Wanted {
    fn default() -> Self {
        Self::Count(Box::default(), Bounds::default())
    }
}

/// How many exchanges there are to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// So many or more.
    pub at_least: u64,
    /// So many or fewer.
    pub at_most: Option<u64>,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            at_least: 1,
            at_most: None,
        }
    }
}

impl Bounds {
    fn hold(self, count: u64) -> bool {
        count >= self.at_least && self.at_most.is_none_or(|most| count <= most)
    }

    /// "exactly 2", "at least 1", …
    fn words(self) -> String {
        match (self.at_least, self.at_most) {
            (least, Some(most)) if least == most => format!("exactly {least}"),
            (0, Some(most)) => format!("at most {most}"),
            (least, Some(most)) => format!("{least} to {most}"),
            (least, None) => format!("at least {least}"),
        }
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Verdict {
    /// Whether all is as expected.
    pub ok: bool,
    /// How many exchanges fit; of `in_order`, how many of its patterns were found one after the
    /// other.
    pub matched: u64,
    /// What was found beside what was expected, in a sentence.
    pub message: String,
    /// The newest exchanges that fit, or those that follow the order: at most 20 ids. What was
    /// cleared from the log cannot be looked at any more.
    pub exchanges: Vec<u64>,
    /// Where something is missing: the exchanges that come nearest, and why they do not fit.
    pub nearest: Vec<NearMiss>,
}

/// An exchange that does not fit.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct NearMiss {
    /// The exchange.
    #[serde(flatten)]
    pub summary: Summary,
    /// Why it does not fit, a sentence each.
    pub why: Vec<String>,
}

/// Why there is no verdict.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum VerifyError {
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Exchanges that might fit are kept no longer.
    #[error("the oldest {count} exchanges since the last reset are kept no longer")]
    Forgotten {
        /// How many these are.
        count: u64,
        /// The newest of them began then.
        until: Timestamp,
    },
    /// A value was hidden before it was logged.
    #[error("the value at {pointer} of exchange {id} is hidden")]
    Hidden {
        /// Where it stands.
        pointer: String,
        /// In which exchange.
        id: u64,
    },
}

/// What the store dropped for good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// How many exchanges.
    pub count: u64,
    /// When the newest of them began.
    pub until: Timestamp,
}

/// Reads all exchanges that are kept, oldest first, and hands each to the closure until that says
/// false. What the closure asks for is unpacked only then.
pub type Reader<'a> = dyn Fn(&mut Visitor<'_>) -> Result<Forgotten, StoreError> + 'a;

/// Takes one exchange; answers whether the next one is wanted.
pub type Visitor<'a> = dyn FnMut(Summary, &mut dyn FnMut() -> Result<Bodies, StoreError>) -> Result<bool, StoreError>
    + 'a;

/// Exchanges that are named in a verdict at most.
const NAMED: usize = 20;

impl Question {
    /// Finds the answer among all exchanges.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub fn verdict(&self, read: &Reader<'_>) -> Result<Verdict, VerifyError> {
        let (verdict, forgotten) = match &self.wanted {
            Wanted::Count(pattern, bounds) => self.count(pattern, *bounds, read)?,
            Wanted::InOrder(patterns) => self.in_order(patterns, read)?,
        };
        let could_matter = forgotten.count > 0
            && self.since.is_none_or(|since| since <= forgotten.until)
            // What was found is there, whatever else there was.
            && !(verdict.ok && self.is_settled_by_finding());
        if could_matter {
            return Err(VerifyError::Forgotten {
                count: forgotten.count,
                until: forgotten.until,
            });
        }
        Ok(verdict)
    }

    /// Whether more exchanges could not make a good verdict a bad one.
    fn is_settled_by_finding(&self) -> bool {
        match &self.wanted {
            Wanted::Count(_, bounds) => bounds.at_most.is_none(),
            Wanted::InOrder(_) => true,
        }
    }

    fn in_time(&self, summary: &Summary) -> bool {
        self.since.is_none_or(|since| summary.at >= since)
            && self.until.is_none_or(|until| summary.at < until)
    }

    fn count(
        &self,
        pattern: &Pattern,
        bounds: Bounds,
        read: &Reader<'_>,
    ) -> Result<(Verdict, Forgotten), VerifyError> {
        let mut tally = Tally::default();
        let forgotten = self.tally(pattern, 0, read, &mut tally)?;
        let ok = bounds.hold(tally.matched);
        let nearest = if ok || tally.matched > bounds.at_least {
            Vec::new()
        } else {
            tally.nearest(pattern, read)?
        };
        let verdict = Verdict {
            ok,
            matched: tally.matched,
            message: message(tally.matched, &bounds.words(), nearest.first()),
            exchanges: tally.ids,
            nearest,
        };
        Ok((verdict, forgotten))
    }

    /// Counts what fits behind the exchange `after`.
    fn tally(
        &self,
        pattern: &Pattern,
        after: u64,
        read: &Reader<'_>,
        tally: &mut Tally,
    ) -> Result<Forgotten, VerifyError> {
        let mut hidden = None;
        let forgotten = read(&mut |summary, bodies| {
            if summary.id <= after || !self.in_time(&summary) {
                return Ok(true);
            }
            match pattern.fit(&summary, bodies)? {
                Fit::Hidden(pointer) => {
                    hidden = Some((pointer, summary.id));
                    return Ok(false);
                }
                fit => tally.add(summary, &fit),
            }
            Ok(true)
        })?;
        match hidden {
            Some((pointer, id)) => Err(VerifyError::Hidden { pointer, id }),
            None => Ok(forgotten),
        }
    }

    fn in_order(
        &self,
        patterns: &[Pattern],
        read: &Reader<'_>,
    ) -> Result<(Verdict, Forgotten), VerifyError> {
        let mut ids = Vec::new();
        let mut hidden = None;
        let forgotten = read(&mut |summary, bodies| {
            let Some(pattern) = patterns.get(ids.len()) else {
                return Ok(true);
            };
            if self.in_time(&summary) {
                match pattern.fit(&summary, bodies)? {
                    Fit::Whole => ids.push(summary.id),
                    Fit::Hidden(pointer) => {
                        hidden = Some((pointer, summary.id));
                        return Ok(false);
                    }
                    Fit::Missing { .. } => {}
                }
            }
            Ok(true)
        })?;
        if let Some((pointer, id)) = hidden {
            return Err(VerifyError::Hidden { pointer, id });
        }
        let found = ids.len();
        let mut verdict = Verdict {
            ok: found == patterns.len(),
            matched: found as u64,
            message: format!("All {found} came in this order."),
            exchanges: ids,
            nearest: Vec::new(),
        };
        if let Some(missing) = patterns.get(found) {
            let last = verdict.exchanges.last().copied().unwrap_or(0);
            let mut behind = Tally::default();
            self.tally(missing, last, read, &mut behind)?;
            verdict.nearest = behind.nearest(missing, read)?;
            // Those that fit came too early; what came behind them may be nearer all the same.
            let mut all = Tally::default();
            self.tally(missing, 0, read, &mut all)?;
            let place = found + 1;
            let of = patterns.len();
            verdict.message = match (all.ids.last(), last) {
                (Some(early), 1..) => format!(
                    "Number {place} of {of} did not come behind exchange {last}; exchange {early} \
                     would fit, but came before."
                ),
                (None, 1..) => {
                    format!("Number {place} of {of} did not come behind exchange {last}.")
                }
                _ => format!("Number {place} of {of} did not come."),
            };
        }
        verdict.exchanges.truncate(NAMED);
        Ok((verdict, forgotten))
    }
}

fn message(matched: u64, expected: &str, nearest: Option<&NearMiss>) -> String {
    let (noun, verb) = if matched == 1 {
        ("exchange", "fits")
    } else {
        ("exchanges", "fit")
    };
    let mut message = format!("{matched} {noun} {verb}; expected: {expected}.");
    if let Some(miss) = nearest
        && let Some(why) = miss.why.first()
    {
        message.push_str(&format!(" The nearest other is {}: {why}", miss.summary.id));
    }
    message
}
