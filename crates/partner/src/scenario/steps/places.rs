//! Where a step's parts stand in a scenario's text, for whoever tells of a difference.

use super::super::located::Located;

/// The places of a text's parts.
#[derive(Debug)]
pub struct Places(Located);

impl Places {
    /// Reads a text that was found good already; `None` where it was not.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        Located::read(text).ok().map(Self)
    }

    /// Line and column, from 1, of the part of a step at the JSON pointer, or of the nearest part
    /// around it that is there.
    #[must_use]
    pub fn of(&self, step: usize, pointer: &str) -> (u64, u64) {
        let place = self.0.place(&format!("/steps/{step}{pointer}"));
        (place.line, place.column)
    }
}
