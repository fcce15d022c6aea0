//! Words of our own enums, in JSON and in tables: each enum has one list of them, read both ways here.

/// The word of a value; empty where the list leaves it out.
pub(crate) fn name_of<T: PartialEq>(names: &[(T, &'static str)], value: &T) -> &'static str {
    names
        .iter()
        .find(|(it, _)| it == value)
        .map_or("", |(_, name)| name)
}

/// The value of a word.
pub(crate) fn named<T: Copy>(names: &[(T, &'static str)], word: &str) -> Option<T> {
    names
        .iter()
        .find(|(_, name)| *name == word)
        .map(|(it, _)| *it)
}
