//! What a verification counts, and which others came nearest.

use super::pattern::{Fit, Pattern};
use super::{NAMED, NearMiss, Reader};
use crate::exchange::Summary;
use crate::store::StoreError;

/// Exchanges that are named as nearest at most.
const NEAREST: usize = 5;

/// A count, with what nearly belongs to it.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) matched: u64,
    /// The newest that fit.
    pub(super) ids: Vec<u64>,
    /// The nearest first, the newer one first of two that are as near.
    near: Vec<(usize, Summary)>,
}

impl Tally {
    pub(super) fn add(&mut self, summary: Summary, fit: &Fit) {
        match fit {
            Fit::Whole => {
                self.matched += 1;
                if self.ids.len() == NAMED {
                    self.ids.remove(0);
                }
                self.ids.push(summary.id);
            }
            Fit::Missing { count } => {
                let count = *count;
                let place = self.near.partition_point(|(misses, _)| *misses < count);
                if place < NEAREST {
                    self.near.insert(place, (count, summary));
                    self.near.truncate(NEAREST);
                }
            }
            // Asked about before.
            Fit::Hidden(_) => {}
        }
    }

    /// The nearest of those that do not fit, with all that is wrong with each.
    pub(super) fn nearest(
        &self,
        pattern: &Pattern,
        read: &Reader<'_>,
    ) -> Result<Vec<NearMiss>, StoreError> {
        let mut nearest: Vec<NearMiss> = Vec::with_capacity(self.near.len());
        let wanted: Vec<u64> = self.near.iter().map(|(_, summary)| summary.id).collect();
        read(&mut |summary, bodies| {
            if wanted.contains(&summary.id) {
                let why = pattern.misses(&summary, bodies)?;
                nearest.push(NearMiss { summary, why });
            }
            Ok(nearest.len() < wanted.len())
        })?;
        nearest.sort_by_key(|miss| (miss.why.len(), std::cmp::Reverse(miss.summary.id)));
        Ok(nearest)
    }
}
