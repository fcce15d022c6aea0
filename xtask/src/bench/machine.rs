//! What this machine is, and what the system says about a process.
//!
//! Memory and processor time of a process are read on Linux only; elsewhere they are left out.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::process;

/// The machine in one line.
pub(super) fn facts() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let plural = if cores == 1 { "core" } else { "cores" };
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let rustc = process::output(Command::new(rustc).arg("--version")).unwrap_or_default();
    format!(
        "{}, {cores} {plural}, {}, {}",
        cpu(),
        system(),
        rustc.trim()
    )
}

/// How busy the machine was over the last minute, in cores.
pub(super) fn load() -> Option<f64> {
    fs::read_to_string("/proc/loadavg")
        .ok()?
        .split(' ')
        .next()?
        .parse()
        .ok()
}

fn cpu() -> String {
    let named = |text: &str| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    fs::read_to_string("/proc/cpuinfo")
        .ok()
        .and_then(|text| named(&text))
        .unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}

fn system() -> String {
    let named = |text: &str| {
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
        Some(line.trim_matches('"').to_owned())
    };
    fs::read_to_string("/etc/os-release")
        .ok()
        .and_then(|text| named(&text))
        .unwrap_or_else(|| std::env::consts::OS.to_owned())
}

/// The memory of a process that lies in RAM, in bytes.
pub(super) struct Memory {
    pub(super) now: u64,
    /// The most that it ever was.
    pub(super) peak: u64,
}

pub(super) fn memory(pid: u32) -> Option<Memory> {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let bytes = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        let kib: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
        Some(kib * 1024)
    };
    Some(Memory {
        now: bytes("VmRSS:")?,
        peak: bytes("VmHWM:")?,
    })
}

/// The processor time that a process has used.
pub(super) fn cpu_time(pid: u32) -> Option<Duration> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold blanks; user and system time come 12 and 13 words after it.
    let mut words = text.rsplit_once(')')?.1.split_whitespace().skip(11);
    let ticks: u64 = words.next()?.parse::<u64>().ok()? + words.next()?.parse::<u64>().ok()?;
    // Linux counts in hundredths of a second on every machine that we run on.
    Some(Duration::from_millis(ticks * 10))
}

/// Waits until a process has had nothing to do for half a second, and answers how long it had.
pub(super) async fn settled(pid: u32) -> Duration {
    const QUIET: Duration = Duration::from_millis(500);
    let began = Instant::now();
    let mut busy_until = began;
    let mut before = cpu_time(pid);
    while busy_until.elapsed() < QUIET && began.elapsed() < Duration::from_secs(300) {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let now = cpu_time(pid);
        // A tick now and then is the timers' doing.
        if now > before.map(|before| before + Duration::from_millis(10)) {
            busy_until = Instant::now();
            before = now;
        }
    }
    busy_until.duration_since(began)
}
