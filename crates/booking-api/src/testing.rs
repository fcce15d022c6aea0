//! Arbitrary messages for the property tests, drawn from a list of bytes: proptest shrinks the
//! list, and the message shrinks with it.

/// Bytes that choices are drawn from; zero for ever once used up.
pub(crate) struct Source<'b> {
    bytes: &'b [u8],
}

impl<'b> Source<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes }
    }

    pub(crate) fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.bytes.split_first() else {
            return 0;
        };
        self.bytes = rest;
        *first
    }

    pub(crate) fn number(&mut self) -> i64 {
        match self.byte() % 6 {
            0 => 0,
            1 => i64::from(self.byte()),
            2 => -i64::from(self.byte()),
            3 => i64::MAX - i64::from(self.byte()),
            4 => i64::MIN + i64::from(self.byte()),
            _ => (0..8).fold(0, |sum, _| (sum << 8) | i64::from(self.byte())),
        }
    }

    pub(crate) fn text(&mut self) -> String {
        const LETTERS: [char; 16] = [
            'a', 'Z', '0', ' ', '"', '\\', '/', '\n', '\u{0}', '\u{7f}', 'é', '語', '😀', '~',
            '\u{2028}', '\'',
        ];
        let length = self.byte() % 8;
        (0..length)
            .map(|_| LETTERS[usize::from(self.byte() % 16)])
            .collect()
    }
}
