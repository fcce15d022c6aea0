//! How many test cases passed, read from what each runner prints at its end.
//!
//! A runner that succeeds but prints no number is an error: then its format has changed, and a total
//! that silently leaves tests out would be worth nothing.

use anyhow::{Context, Result};

/// A test runner whose summary we can read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Runner {
    Nextest,
    CargoTest,
    Vitest,
    Playwright,
    Unittest,
    Node,
}

impl Runner {
    /// The number of passed test cases in the runner's output.
    pub(crate) fn passed(self, output: &str) -> Result<u64> {
        let plain = without_colour(output);
        let counts: Vec<_> = plain
            .lines()
            .map(str::trim)
            .filter(|line| self.is_summary(line))
            .filter_map(|line| self.number(line))
            .collect();
        // cargo test prints one summary per program, the others one in all.
        (!counts.is_empty())
            .then(|| counts.iter().sum())
            .with_context(|| format!("{self:?} printed no number of passed tests"))
    }

    fn is_summary(self, line: &str) -> bool {
        match self {
            Self::Nextest => line.starts_with("Summary ["),
            Self::CargoTest => line.starts_with("test result: "),
            Self::Vitest => line.starts_with("Tests "),
            Self::Playwright => line.split_once(" passed").is_some_and(|(number, rest)| {
                number.parse::<u64>().is_ok() && (rest.is_empty() || rest.starts_with(" ("))
            }),
            Self::Unittest => line.starts_with("Ran "),
            // Behind a # where nobody looks on, behind a sign of its own on a terminal.
            Self::Node => line.split(' ').nth(1) == Some("pass"),
        }
    }

    fn number(self, line: &str) -> Option<u64> {
        match self {
            Self::Unittest => line.split(' ').nth(1)?.parse().ok(),
            Self::Node => line.split(' ').nth(2)?.parse().ok(),
            _ => number_before_passed(line),
        }
    }
}

/// The number in front of the word "passed".
fn number_before_passed(line: &str) -> Option<u64> {
    let (before, _) = line.split_once(" passed")?;
    before.rsplit(' ').next()?.parse().ok()
}

/// The text without the escape sequences that switch colours.
fn without_colour(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        // A sequence ends with its first letter.
        let end = after.find(|character: char| character.is_ascii_alphabetic());
        rest = end.map_or("", |end| &after[end + 1..]);
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_runner_is_understood() {
        let nextest = "     Summary [   1.204s] 12 tests run: 11 passed (1 slow), 1 skipped\n";
        assert_eq!(Runner::Nextest.passed(nextest).expect("a count"), 11);

        let cargo = "running 2 tests\ntest result: ok. 2 passed; 0 failed; 0 ignored\n\n\
                     test result: ok. 3 passed; 0 failed; 1 ignored\n";
        assert_eq!(Runner::CargoTest.passed(cargo).expect("a count"), 5);

        let vitest = " Test Files  4 passed (4)\n      Tests  31 passed (31)\n";
        assert_eq!(Runner::Vitest.passed(vitest).expect("a count"), 31);

        let playwright = "  ok 1 sends a request and 3 passed over\n\n  7 passed (12.3s)\n";
        assert_eq!(Runner::Playwright.passed(playwright).expect("a count"), 7);

        let unittest = "test_a (t.T) ... ok\n\n----\nRan 4 tests in 0.612s\n\nOK\n";
        assert_eq!(Runner::Unittest.passed(unittest).expect("a count"), 4);

        let node = "# tests 6\n# suites 0\n# pass 6\n# fail 0\n";
        assert_eq!(Runner::Node.passed(node).expect("a count"), 6);
    }

    #[test]
    fn colours_do_not_hide_the_count() {
        let vitest =
            "\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[32m8 passed\u{1b}[39m\u{1b}[22m";
        assert_eq!(Runner::Vitest.passed(vitest).expect("a count"), 8);
    }

    #[test]
    fn an_unknown_format_is_an_error() {
        let error = Runner::Vitest.passed("all is well").unwrap_err();
        assert_eq!(
            error.to_string(),
            "Vitest printed no number of passed tests"
        );
    }
}
