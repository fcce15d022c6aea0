//! Starting other programs: with their output passed on, collected, or both; and ending them again.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result, bail};

/// A command as one would type it, for messages.
pub(crate) fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Runs a command whose output goes straight to the caller's terminal.
pub(crate) fn pass(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| cannot_start(command))?;
    if !status.success() {
        bail!("`{}` failed with {status}", line(command));
    }
    Ok(())
}

/// Runs a command and returns what it wrote to stdout.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    command.stdin(Stdio::null()).stderr(Stdio::piped());
    let output = command.output().with_context(|| cannot_start(command))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        bail!(
            "`{}` failed with {}\n{}",
            line(command),
            output.status,
            errors.trim_end()
        );
    }
    String::from_utf8(output.stdout)
        .with_context(|| format!("`{}` did not print text", line(command)))
}

/// Whether a command runs and succeeds; nothing that it says is shown.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs a command, shows every line as it comes, and returns all of them, from stdout and stderr.
pub(crate) fn tee(command: &mut Command) -> Result<String> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| cannot_start(command))?;
    let seen = Mutex::new(String::new());
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    thread::scope(|scope| {
        // Each pipe has a reader of its own: a full one would stop the child.
        scope.spawn(|| show(stdout, &seen));
        scope.spawn(|| show(stderr, &seen));
    });
    let status = child
        .wait()
        .with_context(|| format!("lost `{}`", line(command)))?;
    if !status.success() {
        bail!("`{}` failed with {status}", line(command));
    }
    Ok(seen.into_inner().unwrap_or_else(PoisonError::into_inner))
}

fn show(pipe: Option<impl Read>, seen: &Mutex<String>) {
    let Some(pipe) = pipe else { return };
    let mut pipe = BufReader::new(pipe);
    let mut bytes = Vec::new();
    while matches!(pipe.read_until(b'\n', &mut bytes), Ok(count) if count > 0) {
        let text = String::from_utf8_lossy(&bytes);
        // Under the lock, so that lines of the two pipes do not run into each other.
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        print!("{text}");
        seen.push_str(&text);
        bytes.clear();
    }
}

fn cannot_start(command: &Command) -> String {
    format!("cannot start `{}`; is it installed?", line(command))
}

/// A program in the background with all that it starts, ended when this is dropped.
pub(crate) struct Background {
    child: Child,
}

impl Background {
    /// Starts the command in a process group of its own.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let child = command
            .stdin(Stdio::null())
            .spawn()
            .with_context(|| cannot_start(command))?;
        Ok(Self { child })
    }

    /// The first line that the program writes to a piped stdout.
    pub(crate) fn first_line(&mut self) -> Result<String> {
        let stdout = self.child.stdout.take().context("stdout was not piped")?;
        let mut text = String::new();
        BufReader::new(stdout).read_line(&mut text)?;
        if text.is_empty() {
            bail!("the program ended before it said anything");
        }
        Ok(text.trim_end().to_owned())
    }

    /// Whether it still runs.
    pub(crate) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // The whole group, so that a driver's browser does not outlive the driver. It may be gone
        // already, which is what we want.
        #[cfg(unix)]
        succeeds(Command::new("kill").args(["-TERM", "--", &format!("-{}", self.child.id())]));
        #[cfg(not(unix))]
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_typed() {
        let mut command = Command::new("npm");
        command.args(["run", "build"]);
        assert_eq!(line(&command), "npm run build");
    }

    #[test]
    fn a_missing_program_is_said_in_a_sentence() {
        let error = pass(&mut Command::new("no-such-program-here")).unwrap_err();
        let expected = "cannot start `no-such-program-here`; is it installed?";
        assert_eq!(error.to_string(), expected);
    }
}
