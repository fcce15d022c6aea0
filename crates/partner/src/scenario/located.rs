//! A YAML text as a value, with the place of each part of it.
//!
//! JSON is YAML too. What the value means is not known here.

use std::collections::HashMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use serde_saphyr::{Location, Spanned};

use super::problem::Problem;

/// Line and column in a text, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: u64,
    pub(super) column: u64,
}

impl Place {
    const START: Self = Self { line: 1, column: 1 };

    fn of(location: Location) -> Self {
        Self {
            line: location.line().max(1),
            column: location.column().max(1),
        }
    }
}

/// A text that was read.
#[derive(Debug)]
pub(super) struct Located {
    pub(super) value: Value,
    /// By JSON pointer: where the value stands, and its name if it is a field.
    places: HashMap<String, (Place, Option<Place>)>,
}

impl Located {
    /// Reads a text.
    ///
    /// # Errors
    /// The first thing that is no YAML.
    pub(super) fn read(text: &str) -> Result<Self, Problem> {
        let node: Spanned<Node> = serde_saphyr::from_str(text).map_err(|error| {
            let place = error.location().map_or(Place::START, Place::of);
            // The reader draws the place below its first line; a sentence is enough here.
            let words = error.without_snippet().to_string();
            let words = words.lines().next().unwrap_or_default();
            let words = words.trim_start_matches("error: ");
            let words = words.split(" at line ").next().unwrap_or(words);
            Problem {
                line: place.line,
                column: place.column,
                path: String::new(),
                message: format!("This is no YAML: {}.", words.trim_end_matches('.')),
                hint: "Fields are \"name: value\", each on a line of its own, indented by spaces."
                    .to_owned(),
            }
        })?;
        let mut places = HashMap::new();
        let value = place(node, String::new(), None, &mut places);
        Ok(Self { value, places })
    }

    /// Where the value at `pointer` stands, or the nearest thing around it that is there. Fields
    /// that begin below their name stand where that does.
    pub(super) fn place(&self, pointer: &str) -> Place {
        self.nearest(pointer, |(value, name)| match name {
            Some(name) if name.line < value.line => *name,
            _ => *value,
        })
    }

    /// Where the name of the field at `pointer` stands.
    pub(super) fn name(&self, pointer: &str) -> Place {
        self.nearest(pointer, |(value, name)| name.unwrap_or(*value))
    }

    fn nearest(&self, pointer: &str, of: impl Fn(&(Place, Option<Place>)) -> Place) -> Place {
        let mut pointer = pointer;
        loop {
            if let Some(found) = self.places.get(pointer) {
                return of(found);
            }
            match pointer.rsplit_once('/') {
                Some((outer, _)) => pointer = outer,
                None => return Place::START,
            }
        }
    }
}

/// One step of a JSON pointer.
pub(super) fn step(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn place(
    node: Spanned<Node>,
    pointer: String,
    name: Option<Place>,
    places: &mut HashMap<String, (Place, Option<Place>)>,
) -> Value {
    let here = Place::of(node.referenced);
    let value = match node.value {
        Node::Plain(value) => value,
        Node::List(items) => items
            .into_iter()
            .enumerate()
            .map(|(index, item)| place(item, format!("{pointer}/{index}"), None, places))
            .collect(),
        Node::Fields(fields) => {
            let mut map = Map::new();
            for (name, value) in fields {
                let at = Some(Place::of(name.referenced));
                let value = place(value, step(&pointer, &name.value), at, places);
                map.insert(name.value, value);
            }
            Value::Object(map)
        }
    };
    places.insert(pointer, (here, name));
    value
}

/// A value whose parts know their places.
#[derive(Debug)]
enum Node {
    Plain(Value),
    List(Vec<Spanned<Node>>),
    Fields(Vec<(Spanned<String>, Spanned<Node>)>),
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyNode)
    }
}

struct AnyNode;

impl<'de> Visitor<'de> for AnyNode {
    type Value = Node;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Plain(Value::Null))
    }

    fn visit_none<E: Error>(self) -> Result<Node, E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        Node::deserialize(deserializer)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Plain(value.into()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Plain(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Plain(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Plain(value.into()))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Plain(value.into()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Node, E> {
        Ok(Node::Plain(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Node::Fields(fields))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(line: u64, column: u64) -> Place {
        Place { line, column }
    }

    #[test]
    fn every_part_knows_its_place() {
        let text = "name: x\nrules:\n  - name: a\n    when: { user: [u, 7, ~] }\n  - on: false\n";
        let located = Located::read(text).unwrap();
        let value = json!({
            "name": "x",
            "rules": [{"name": "a", "when": {"user": ["u", 7, null]}}, {"on": false}],
        });
        assert_eq!(located.value, value);
        assert_eq!(located.place("/name"), at(1, 7));
        assert_eq!(located.name("/name"), at(1, 1));
        assert_eq!(located.place("/rules/0/when/user/1"), at(4, 23));
        assert_eq!(located.name("/rules/0/when/user"), at(4, 13));
        assert_eq!(located.name("/rules/1/on"), at(5, 5));
        // What is not there is looked for around it.
        assert_eq!(located.place("/rules/1/then/failure"), at(5, 5));
    }

    #[test]
    fn json_is_read_with_its_places_too() {
        let located = Located::read("{\n  \"name\": \"x\",\n  \"seed\": 18446744073709551615\n}\n");
        let located = located.unwrap();
        assert_eq!(located.value, json!({"name": "x", "seed": u64::MAX}));
        assert_eq!(located.place("/seed"), at(3, 11));
    }

    #[test]
    fn what_is_no_yaml_is_named_with_its_place() {
        for (text, line) in [
            ("name: x\nrules: [\n", 3),
            ("name: x\nname: y\n", 2),
            ("a: b: c\n", 1),
            ("name: x\n\tseed: 1\n", 2),
        ] {
            let problem = Located::read(text).unwrap_err();
            assert!(problem.line.abs_diff(line) <= 1, "{text:?}: {problem:?}");
            assert!(!problem.message.contains('\n'), "{problem:?}");
        }
    }
}
