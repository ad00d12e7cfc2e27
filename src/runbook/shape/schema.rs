//! JSON Schema (draft 2020-12) put together from shapes.

use serde_json::{Map, Value as Json, json};

/// The named parts of a schema; a part that refers to itself is described once.
#[derive(Debug, Default)]
pub struct Definitions {
    parts: Map<String, Json>,
}

impl Definitions {
    /// Describes a mapping under a name and returns a reference to it.
    ///
    /// A property is its key, what it is for, whether it must be there, and its schema.
    pub fn object(
        &mut self,
        name: &str,
        about: &str,
        properties: impl FnOnce(&mut Self) -> Vec<(&'static str, &'static str, bool, Json)>,
    ) -> Json {
        let reference = json!({ "$ref": format!("#/$defs/{name}") });
        if self.parts.contains_key(name) {
            return reference;
        }
        self.parts.insert(name.to_owned(), Json::Null);
        let properties = properties(self);
        let required: Vec<_> =
            properties.iter().filter(|(_, _, required, _)| *required).map(|(key, ..)| *key).collect();
        let properties: Map<String, Json> =
            properties.into_iter().map(|(key, doc, _, schema)| (key.to_owned(), described(doc, schema))).collect();
        let mut object = json!({
            "type": "object",
            "description": about.trim(),
            "properties": properties,
            "additionalProperties": false,
        });
        if !required.is_empty() {
            object["required"] = json!(required);
        }
        self.parts.insert(name.to_owned(), object);
        reference
    }

    /// Returns the named parts.
    pub fn into_parts(self) -> Map<String, Json> {
        self.parts
    }
}

fn described(doc: &str, schema: Json) -> Json {
    let mut described = json!({ "description": doc.trim() });
    if let (Some(whole), Json::Object(schema)) = (described.as_object_mut(), schema) {
        whole.extend(schema);
    }
    described
}
