//! The JSON Schema of a scenario's file, for editors: completion, descriptions, what is misspelt.

use schemars::generate::SchemaSettings;

use super::ScenarioFile;

/// The schema, as it is kept in `scenarios/schema.json`.
#[must_use]
pub fn json() -> String {
    let generator = SchemaSettings::draft07().into_generator();
    let mut schema = generator.into_root_schema_for::<ScenarioFile>();
    if let Some(fields) = schema
        .get_mut("properties")
        .and_then(|it| it.as_object_mut())
    {
        let whose = "Where this schema lies, for editors; of no account to Mock Partner.";
        let itself = serde_json::json!({ "type": "string", "description": whose });
        fields.insert("$schema".to_owned(), itself);
    }
    // A schema is a tree of plain values: it always serialises.
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}
