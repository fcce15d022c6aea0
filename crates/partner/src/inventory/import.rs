//! Feeds coming in (section 8): which records are taken, and what they replace.
//!
//! Files are taken apart before the store is touched; then all of them go in within one
//! transaction. A bad record is named by file and place, and the rest is taken, or nothing is.

use std::collections::{BTreeSet, HashSet};
use std::io::Read;

use booking_api::Severity;
use booking_api::feed::{
    Availability, FeedFile, FeedKind, FeedProblem, Record, Restricts, read_feed,
};
use rusqlite::Connection;
use serde::Serialize;
use utoipa::ToSchema;

use super::MadeBy;
use super::rows::{self, NewSlot, SlotWriter};
use super::sweep;
use crate::scenario::Settings;
use crate::store::StoreError;

/// A file unpacked may be so long; a feed of this size would be sharded (section 8.1).
const LONGEST_UNPACKED: u64 = 1 << 30;

/// Slots of one import, recurrences expanded.
const MOST_SLOTS: usize = 2_000_000;

/// What becomes of the rest when a record is bad.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnError {
    /// The rest is taken.
    #[default]
    Skip,
    /// Nothing is taken.
    Abort,
}

/// How to import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportOptions {
    /// What becomes of the rest when a record is bad.
    pub on_error: OnError,
    /// Whether what the files do not name goes away: all else of the same kind that no booking
    /// holds. Nothing goes away in an import with errors.
    pub replace: bool,
}

/// A file to be imported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportFile {
    /// Its name, for problems.
    pub name: String,
    /// JSON, or gzip of it.
    pub bytes: Vec<u8>,
}

/// Something wrong, or odd, with a file or a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// `error`: the record was left out; `warning`: it was taken all the same.
    pub severity: Severity,
    /// The file's name.
    pub file: String,
    /// The record's place as a JSON pointer; empty for the file as a whole.
    pub pointer: String,
    /// One sentence.
    pub message: String,
    /// What to do; may be empty.
    pub hint: String,
}

/// What came of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// The kinds of the files that could be read, each once.
    pub kinds: BTreeSet<FeedKind>,
    /// Whether anything was taken.
    pub taken: bool,
    /// Merchants taken.
    pub merchants: u64,
    /// Services taken.
    pub services: u64,
    /// Slots taken, recurrences expanded.
    pub slots: u64,
    /// What was wrong or odd.
    pub problems: Vec<Problem>,
    /// Problems that were counted and left out.
    pub more_problems: usize,
    /// How many of all problems are errors.
    pub errors: usize,
}

impl ImportReport {
    /// The first error, in one sentence with its place.
    #[must_use]
    pub fn first_error(&self) -> Option<String> {
        let mut problems = self.problems.iter();
        let error = problems.find(|problem| problem.severity == Severity::Error)?;
        let Problem {
            file,
            pointer,
            message,
            ..
        } = error;
        Some(format!("{file} {pointer}: {message}"))
    }
}

/// A file that was taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadFile {
    name: String,
    feed: FeedFile,
}

impl ReadFile {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The errors in it.
    pub(crate) fn errors(&self) -> impl Iterator<Item = &FeedProblem> {
        let problems = self.feed.problems.iter();
        problems.filter(|problem| problem.severity == Severity::Error)
    }
}

/// Unpacks files and takes them apart. Can take seconds; never fails.
#[must_use]
pub fn read(files: Vec<ImportFile>) -> Vec<ReadFile> {
    files
        .into_iter()
        .map(|file| ReadFile {
            feed: match unpacked(file.bytes) {
                Ok(bytes) => read_feed(&bytes),
                Err(message) => {
                    let mut feed = FeedFile::default();
                    let hint = "Send JSON, or gzip of it.".to_owned();
                    feed.problem(Severity::Error, "", message, hint);
                    feed
                }
            },
            name: file.name,
        })
        .collect()
}

/// Gzip is known by its first bytes, whatever the file is called.
fn unpacked(bytes: Vec<u8>) -> Result<Vec<u8>, String> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes);
    }
    let mut plain = Vec::new();
    flate2::read::MultiGzDecoder::new(&bytes[..])
        .take(LONGEST_UNPACKED + 1)
        .read_to_end(&mut plain)
        .map_err(|error| format!("The file cannot be unpacked: {error}."))?;
    if plain.len() as u64 > LONGEST_UNPACKED {
        return Err("The file is longer than 1 GiB when unpacked.".to_owned());
    }
    Ok(plain)
}

/// Takes files into the inventory. Runs inside the writer's transaction.
///
/// # Errors
/// [`StoreError`]; then nothing was taken.
pub fn take(
    connection: &Connection,
    files: &[ReadFile],
    options: ImportOptions,
    settings: &Settings,
    made_by: MadeBy,
    now_sec: i64,
) -> Result<ImportReport, StoreError> {
    let mut import = Import {
        connection,
        settings,
        made_by,
        now_sec,
        report: ImportReport::default(),
        slots: SlotWriter::default(),
        written: HashSet::new(),
        full: false,
    };
    connection.execute_batch("SAVEPOINT import")?;
    import.files(files, options)?;
    let mut report = import.report;
    if options.on_error == OnError::Abort && report.errors > 0 {
        connection.execute_batch("ROLLBACK TO import; RELEASE import")?;
        (report.merchants, report.services, report.slots) = (0, 0, 0);
    } else {
        connection.execute_batch("RELEASE import")?;
        report.taken = !report.kinds.is_empty();
    }
    Ok(report)
}

struct Import<'a> {
    connection: &'a Connection,
    settings: &'a Settings,
    made_by: MadeBy,
    now_sec: i64,
    report: ImportReport,
    slots: SlotWriter,
    /// Rows of the slots that were written.
    written: HashSet<i64>,
    /// Whether there were more slots than one import may have.
    full: bool,
}

impl Import<'_> {
    fn files(&mut self, files: &[ReadFile], options: ImportOptions) -> Result<(), StoreError> {
        for file in files {
            self.report.more_problems += file.feed.more_problems;
            self.report.errors += file.feed.errors;
            for problem in &file.feed.problems {
                self.report.problems.push(Problem {
                    severity: problem.severity,
                    file: file.name.clone(),
                    pointer: problem.pointer.clone(),
                    message: problem.message.clone(),
                    hint: problem.hint.clone(),
                });
            }
            self.report.kinds.extend(file.feed.kind);
        }
        // Whatever the order of the files: a service wants its merchant, a slot its service.
        for file in files {
            for Record { message, .. } in &file.feed.merchants {
                rows::put_merchant(self.connection, message, self.made_by)?;
                self.report.merchants += 1;
            }
        }
        for file in files {
            for record in &file.feed.services {
                self.service(file, record)?;
            }
        }
        let lists = || {
            files.iter().flat_map(|file| {
                let lists = file.feed.availability.iter();
                lists.map(move |(restricts, records)| (file, restricts, records))
            })
        };
        for (file, _, records) in lists() {
            let rows = records.iter().filter(|it| it.message.recurrence.is_some());
            let rows = rows.count();
            if rows > 0 && rows < records.len() {
                let message = "The file mixes places and recurrences.".to_owned();
                let hint = "An integration uses one of them throughout (section 8.5).";
                self.problem(Severity::Warning, file, "", message, hint);
            }
            for record in records {
                self.availability(file, record)?;
            }
        }
        if self.report.errors > 0 {
            // What a bad record meant to name is not known to be gone.
            return Ok(());
        }
        // Sweeping comes last: all shards of a feed count as one list.
        let whole = sweep::is_whole(files.iter().map(|file| &file.feed));
        if options.replace {
            let feeds = files.iter().map(|file| &file.feed);
            sweep::all_else(
                self.connection,
                feeds,
                &self.report.kinds,
                &self.written,
                self.now_sec,
            )?;
        } else {
            for (_, restricts, records) in lists() {
                if !restricts.is_complete() || whole {
                    self.sweep(restricts, records)?;
                }
            }
        }
        Ok(())
    }

    fn sweep(
        &self,
        restricts: &Restricts,
        records: &[Record<Availability>],
    ) -> Result<(), StoreError> {
        sweep::restricted(
            self.connection,
            restricts,
            records,
            &self.written,
            self.now_sec,
        )
    }

    fn service(
        &mut self,
        file: &ReadFile,
        record: &Record<booking_api::feed::FeedService>,
    ) -> Result<(), StoreError> {
        let service = &record.message;
        if rows::bare_merchant(self.connection, &service.merchant_id, self.made_by)? {
            let message = format!("There is no merchant \"{}\" yet.", service.merchant_id);
            let hint = "It was made with nothing but its id; import the merchants too.";
            let pointer = format!("{}/merchant_id", record.pointer);
            self.problem(Severity::Warning, file, &pointer, message, hint);
        }
        if !self.settings.allow_async_payment
            && rows::pays_asynchronously(self.connection, service)?
        {
            let message = "Slots of this service are asynchronous, and it asks for a payment or a \
                           card: the protocol knows no payment for asynchronous bookings."
                .to_owned();
            let hint = "Take the slots away first, or set allow_async_payment in the scenario's \
                        settings (section 10.24).";
            self.problem(Severity::Error, file, &record.pointer, message, hint);
            return Ok(());
        }
        rows::put_service(self.connection, service, self.made_by)?;
        self.report.services += 1;
        Ok(())
    }

    fn availability(
        &mut self,
        file: &ReadFile,
        record: &Record<Availability>,
    ) -> Result<(), StoreError> {
        let message = &record.message;
        let starts = match message.starts() {
            Ok(starts) => starts,
            Err(error) => {
                let pointer = format!("{}/recurrence", record.pointer);
                let hint = "A recurrence repeats at most for 24 hours (section 8.5).";
                self.problem(Severity::Error, file, &pointer, format!("{error}."), hint);
                return Ok(());
            }
        };
        if self.written.len() + starts.len() > MOST_SLOTS {
            if !std::mem::replace(&mut self.full, true) {
                let message = format!("There are more than {MOST_SLOTS} slots in one import.");
                let hint = "Import fewer days at a time.";
                self.problem(Severity::Error, file, &record.pointer, message, hint);
            }
            return Ok(());
        }
        let (merchant_id, service_id) = (&message.merchant_id, &message.service_id);
        if rows::bare_service(self.connection, merchant_id, service_id, self.made_by)? {
            let sentence =
                format!("The merchant \"{merchant_id}\" has no service \"{service_id}\" yet.");
            let hint = "It was made with nothing but its id; import the services too.";
            let pointer = format!("{}/service_id", record.pointer);
            self.problem(Severity::Warning, file, &pointer, sentence, hint);
        }
        for (start_sec, excepted) in starts {
            let new = NewSlot::of(message, start_sec, excepted);
            if !self.settings.allow_async_payment
                && self.slots.is_asynchronous_and_paid(self.connection, &new)?
            {
                let pointer = format!("{}/confirmation_mode", record.pointer);
                let sentence = "The slot is asynchronous, and a payment or a card is asked for: \
                                the protocol knows no payment for asynchronous bookings."
                    .to_owned();
                let hint = "Make it synchronous, or set allow_async_payment in the scenario's \
                            settings (section 10.24).";
                self.problem(Severity::Error, file, &pointer, sentence, hint);
                return Ok(());
            }
            let row = self
                .slots
                .put(self.connection, &new, self.made_by, self.now_sec)?;
            if self.written.insert(row) {
                self.report.slots += 1;
            } else {
                let sentence = format!("The slot at {start_sec} stands there twice.");
                let hint = "Ids, start, duration and resources make a slot (section 3.1); the \
                            last one counts.";
                self.problem(Severity::Warning, file, &record.pointer, sentence, hint);
            }
        }
        Ok(())
    }

    fn problem(
        &mut self,
        severity: Severity,
        file: &ReadFile,
        pointer: &str,
        message: String,
        hint: &str,
    ) {
        const MOST: usize = 1_000;
        self.report.errors += usize::from(severity == Severity::Error);
        if self.report.problems.len() >= MOST {
            self.report.more_problems += 1;
            return;
        }
        self.report.problems.push(Problem {
            severity,
            file: file.name.clone(),
            pointer: pointer.to_owned(),
            message,
            hint: hint.to_owned(),
        });
    }
}
