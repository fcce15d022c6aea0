//! The table: what was wanted, what was measured, and whether that is enough.

use std::fmt::Write as _;
use std::time::Duration;

/// How a measurement stands to what was wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// At least what was wanted.
    Reached,
    /// Less than what was wanted. Machines differ and have neighbours, so this fails nothing.
    Missed,
    /// Wrong answers or lost data: this fails the run.
    Broken,
    /// Nothing was wanted; it is good to know.
    Told,
}

impl Verdict {
    pub(super) fn of(is_reached: bool) -> Self {
        if is_reached {
            Self::Reached
        } else {
            Self::Missed
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Reached => "yes",
            Self::Missed => "MISSED",
            Self::Broken => "BROKEN",
            Self::Told => "",
        }
    }
}

struct Row {
    what: String,
    wanted: String,
    measured: String,
    verdict: Verdict,
}

/// The rows so far.
#[derive(Default)]
pub(super) struct Report {
    rows: Vec<Row>,
}

impl Report {
    /// Takes a row in and shows it at once: a run takes minutes.
    pub(super) fn add(&mut self, what: &str, wanted: &str, measured: String, verdict: Verdict) {
        println!("  {what}: {measured} {}", verdict.word());
        self.rows.push(Row {
            what: what.to_owned(),
            wanted: wanted.to_owned(),
            measured,
            verdict,
        });
    }

    pub(super) fn count(&self, verdict: Verdict) -> usize {
        self.rows
            .iter()
            .filter(|row| row.verdict == verdict)
            .count()
    }

    /// All rows as Markdown, with columns that also line up in a terminal.
    pub(super) fn markdown(&self) -> String {
        let mut lines = vec![["what", "wanted", "measured", "ok"]];
        lines.extend(
            self.rows
                .iter()
                .map(|row| [&*row.what, &*row.wanted, &*row.measured, row.verdict.word()]),
        );
        let mut widths = [0; 4];
        for line in &lines {
            for (width, cell) in widths.iter_mut().zip(line) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let mut text = String::new();
        for (place, line) in lines.iter().enumerate() {
            for (width, cell) in widths.iter().zip(line) {
                // Writing to a String does not fail.
                let _ = write!(text, "| {cell:width$} ");
            }
            text.push_str("|\n");
            if place == 0 {
                for width in widths {
                    let _ = write!(text, "|{}", "-".repeat(width + 2));
                }
                text.push_str("|\n");
            }
        }
        text
    }
}

/// The value below which `share` of the sorted values lie.
pub(super) fn percentile<T: Copy + Default>(sorted: &[T], share: f64) -> T {
    let place = (sorted.len() as f64 * share) as usize;
    let last = sorted.len().saturating_sub(1);
    sorted.get(place.min(last)).copied().unwrap_or_default()
}

/// The value in the middle.
pub(super) fn median<T: Copy + Default + PartialOrd>(values: &[T]) -> T {
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    percentile(&sorted, 0.5)
}

/// Milliseconds with as many digits as say something.
pub(super) fn ms(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1_000.0;
    if ms < 9.95 {
        format!("{ms:.1} ms")
    } else {
        format!("{ms:.0} ms")
    }
}

/// Megabytes.
pub(super) fn mb(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

/// A whole number, its thousands apart.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_234_567), "1 234 567");
        assert_eq!(ms(Duration::from_micros(940)), "0.9 ms");
        assert_eq!(ms(Duration::from_micros(93_700)), "94 ms");
    }

    #[test]
    fn the_middle_is_the_middle() {
        assert_eq!(median(&[3, 1, 2]), 2);
        assert_eq!(median::<u32>(&[]), 0);
        assert_eq!(percentile(&[1, 2, 3, 4], 0.99), 4);
    }

    #[test]
    fn the_table_lines_up() {
        let mut report = Report::default();
        report.add("start", "≤ 100 ms", "42 ms".to_owned(), Verdict::Reached);
        let widths: Vec<_> = report
            .markdown()
            .lines()
            .map(|it| it.chars().count())
            .collect();
        assert!(widths.iter().all(|width| *width == widths[0]), "{widths:?}");
    }
}
