//! How one object is read: which field a key means, and what is said about keys that mean none, or
//! mean one twice. The table it goes by is written by the `message!` macro in `define`.

use super::reader::Reader;
use super::tree::{Json, shorten};
use crate::finding::{Finding, FindingCode};

/// What the reader knows about one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldSpec {
    /// The field's name, in snake_case.
    pub name: &'static str,
    /// The name it has elsewhere or had once, which is read too.
    pub other_name: Option<&'static str>,
    /// Whether the other name is one that it had once.
    pub other_is_old: bool,
    /// Whether it is written even at its default value.
    pub always: bool,
    /// The fields of the message that it holds; empty where it holds none.
    pub inner: &'static [FieldSpec],
}

/// A message of the protocol. Implemented by this crate's messages, from their field tables.
pub trait Message: Sized + Default {
    /// The protocol's name of the message.
    const NAME: &'static str;
    /// The section of the protocol reference that describes it.
    const REFERENCE: &'static str;
    /// Its fields, in the order in which they are written.
    const FIELDS: &'static [FieldSpec];

    /// Reads the value of the field with this index in `FIELDS`.
    fn set<'v>(&mut self, field: usize, value: &'v Json<'v>, reader: &mut Reader<'v>);

    /// Runs after the last field, for messages with a peculiarity that the table cannot say.
    fn finish<'v>(&mut self, _object: &'v Json<'v>, _reader: &mut Reader<'v>) {}

    /// Reads the message from a JSON object. Problems go to the reader; the message that comes back
    /// is whole only if the reader saw nothing fatal.
    fn read<'v>(value: &'v Json<'v>, reader: &mut Reader<'v>) -> Self {
        let mut message = Self::default();
        let Json::Object(entries) = value else {
            let found = || value.kind().to_owned();
            reader.wrong_type(found, format_args!("an object ({})", Self::NAME), "");
            return message;
        };
        let mut seen = 0_u64;
        for (key, value) in entries {
            reader.at_key(key, |reader| match find(Self::FIELDS, key) {
                None => unknown_field::<Self>(key, reader),
                Some(Found { index, by }) => {
                    if seen & (1 << index) != 0 {
                        duplicate_field::<Self>(index, reader);
                    }
                    seen |= 1 << index;
                    match by {
                        Spelling::AsWritten => {}
                        Spelling::CamelCase => camel_case::<Self>(index, key, reader),
                        Spelling::OtherName => other_name::<Self>(index, key, reader),
                    }
                    message.set(index, value, reader);
                }
            });
        }
        message.finish(value, reader);
        message
    }
}

#[derive(Debug, Clone, Copy)]
struct Found {
    index: usize,
    by: Spelling,
}

/// How a key names its field.
#[derive(Debug, Clone, Copy)]
enum Spelling {
    AsWritten,
    CamelCase,
    OtherName,
}

fn find(fields: &[FieldSpec], key: &str) -> Option<Found> {
    if let Some(index) = fields.iter().position(|field| field.name == key) {
        let by = Spelling::AsWritten;
        return Some(Found { index, by });
    }
    let in_camel_case = |field: &FieldSpec| is_camel_case_of(field.name, key);
    if let Some(index) = fields.iter().position(in_camel_case) {
        let by = Spelling::CamelCase;
        return Some(Found { index, by });
    }
    let is_other = |field: &FieldSpec| {
        field
            .other_name
            .is_some_and(|other| other == key || is_camel_case_of(other, key))
    };
    fields.iter().position(is_other).map(|index| Found {
        index,
        by: Spelling::OtherName,
    })
}

/// The field that a key means, in whatever spelling.
pub(crate) fn field_of(fields: &'static [FieldSpec], key: &str) -> Option<&'static FieldSpec> {
    find(fields, key).map(|found| &fields[found.index])
}

/// Whether `key` is how proto3 JSON spells the field `name` in lowerCamelCase.
pub(crate) fn is_camel_case_of(name: &str, key: &str) -> bool {
    let mut key = key.bytes();
    let mut raise = false;
    for byte in name.bytes() {
        if byte == b'_' {
            raise = true;
            continue;
        }
        let expected = if raise {
            byte.to_ascii_uppercase()
        } else {
            byte
        };
        raise = false;
        if key.next() != Some(expected) {
            return false;
        }
    }
    key.next().is_none()
}

#[cold]
fn unknown_field<M: Message>(key: &str, reader: &mut Reader<'_>) {
    if matches!(key, "start_time" | "startTime")
        && let Some(home) = home_of("start_sec", M::FIELDS)
    {
        reader.report(|pointer| {
            Finding::new(FindingCode::StartTimeObject, pointer, shorten(key), home)
        });
        return;
    }
    if let Some(home) = home_of(key, M::FIELDS) {
        reader.report(|pointer| {
            let hint = format!("It belongs at {home}; {} has no such field.", M::NAME);
            Finding::new(FindingCode::MisplacedField, pointer, shorten(key), home).with_hint(hint)
        });
        return;
    }
    reader.report(|pointer| {
        let names = || M::FIELDS.iter().map(|field| field.name);
        let hint = match nearest(&snake_case(key), names()) {
            Some(name) => format!("Did you mean {name}?"),
            None => {
                format!(
                    "{} has: {}.",
                    M::NAME,
                    names().collect::<Vec<_>>().join(", ")
                )
            }
        };
        let expected = format!("a field of {}", M::NAME);
        Finding::new(FindingCode::UnknownField, pointer, shorten(key), expected)
            .with_hint(hint)
            .with_reference(M::REFERENCE)
    });
}

/// Where a field of this name belongs, in this message or in one of those inside it: the nearest
/// place, as a path in words of the protocol.
fn home_of(key: &str, fields: &[FieldSpec]) -> Option<String> {
    let here =
        |fields: &'static [FieldSpec]| find(fields, key).map(|found| fields[found.index].name);
    if let Some(found) = find(fields, key) {
        return Some(fields[found.index].name.to_owned());
    }
    for outer in fields {
        if let Some(name) = here(outer.inner) {
            return Some(format!("{}.{name}", outer.name));
        }
    }
    for outer in fields {
        for middle in outer.inner {
            if let Some(name) = here(middle.inner) {
                return Some(format!("{}.{}.{name}", outer.name, middle.name));
            }
        }
    }
    None
}

#[cold]
fn camel_case<M: Message>(index: usize, key: &str, reader: &mut Reader<'_>) {
    let found = || shorten(key).into_owned().into();
    reader.remark(FindingCode::CamelCase, found, M::FIELDS[index].name);
}

#[cold]
fn duplicate_field<M: Message>(index: usize, reader: &mut Reader<'_>) {
    let name = M::FIELDS[index].name;
    reader.report(|pointer| {
        let found = format!("{name} a second time");
        let expected = "each field once, in one spelling";
        Finding::new(FindingCode::DuplicateField, pointer, found, expected)
    });
}

#[cold]
fn other_name<M: Message>(index: usize, key: &str, reader: &mut Reader<'_>) {
    let FieldSpec {
        name, other_is_old, ..
    } = M::FIELDS[index];
    if other_is_old {
        let hint = format!("It is called {name} now, and read as that.");
        reader.report(|pointer| {
            Finding::new(FindingCode::DeprecatedField, pointer, key, name)
                .with_hint(hint)
                .with_reference(M::REFERENCE)
        });
        return;
    }
    reader.report(|pointer| {
        Finding::new(FindingCode::OtherName, pointer, key, name).with_hint(format!(
            "It is read as {name}, which is its name in {}.",
            M::NAME
        ))
    });
}

/// The likeliest of the names, if one is like what was written.
pub(crate) fn nearest<'n>(written: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    // Comparing costs length times length; nobody misspells a name into something this long.
    if written.len() > 80 {
        return None;
    }
    let written = written.to_ascii_lowercase();
    names
        .map(|name| {
            let lower = name.to_ascii_lowercase();
            let likeness = strsim::normalized_damerau_levenshtein(&written, &lower)
                .max(strsim::jaro_winkler(&written, &lower) - 0.2);
            (likeness, name)
        })
        .filter(|(likeness, _)| *likeness >= 0.6)
        .max_by(|(left, _), (right, _)| left.total_cmp(right))
        .map(|(_, name)| name)
}

fn snake_case(key: &str) -> String {
    let mut name = String::with_capacity(key.len().min(100));
    for character in key.chars().take(100) {
        if character.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(character.to_ascii_lowercase());
    }
    name
}
