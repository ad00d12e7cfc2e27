//! The JSON Schema of runbooks, for editors; made from the declarations that the reader uses.

use serde_json::{Value as Json, json};

use super::format::Book;
use super::shape::{Definitions, Shape};

/// Returns the schema.
pub fn schema() -> Json {
    let mut definitions = Definitions::default();
    let book = Book::schema(&mut definitions);
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mop runbook, format 1",
    });
    schema["$ref"] = book["$ref"].clone();
    schema["$defs"] = Json::Object(definitions.into_parts());
    schema["$defs"]["Book"]["properties"]["mop"]["const"] = json!(1);
    schema
}
