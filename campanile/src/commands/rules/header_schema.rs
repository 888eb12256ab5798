//! JSON Schema of a rule's header, for editors.

use serde_json::{Value, json};

/// The schema.
pub fn schema() -> Value {
    let bilingual = json!({
        "type": "object", "additionalProperties": false, "required": ["en", "it"],
        "properties": { "en": { "type": "string" }, "it": { "type": "string" } }
    });
    let texts = json!({ "type": "array", "items": { "type": "string" } });
    let span = json!({ "type": "string", "pattern": "^[0-9]+(ms|s|m|h|d)$", "examples": ["10m"] });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Campanile rule header",
        "type": "object",
        "additionalProperties": false,
        "required": ["id", "title", "description", "severity", "family"],
        "properties": {
            "id": { "type": "string", "description": "name for ever, never used again" },
            "version": { "type": "integer", "minimum": 1, "default": 1 },
            "title": bilingual, "description": bilingual,
            "severity": { "enum": ["info", "low", "medium", "high", "critical"] },
            "family": { "enum": ["continuity", "database", "both"] },
            "window": span,
            "first_seen": {
                "type": "object", "additionalProperties": false, "required": ["within", "min_history"],
                "description": "it rings when its entities together were in no event that the SQL selects, in so long before",
                "properties": {
                    "within": span,
                    "min_history": {
                        "type": "string", "examples": ["14d"],
                        "description": "a source that is watched for less is learnt from, silently; 1d at least"
                    },
                    "list": { "type": "string", "description": "one of its lists: once that has entries, nothing need be learnt" }
                }
            },
            "baseline": {
                "type": "object", "additionalProperties": false, "required": ["of", "times", "min_history"],
                "description": "where HAVING holds it rings for more than the group is used to at that hour of the week",
                "properties": {
                    "of": { "type": "string", "description": "the selected column that is compared" },
                    "times": { "type": "number", "examples": [8], "description": "median deviations above the median that are usual" },
                    "min_history": {
                        "type": "string", "examples": ["14d"],
                        "description": "until a source is watched for so long HAVING alone decides about it; 1d at least"
                    }
                }
            },
            "chain": {
                "type": "object", "additionalProperties": false, "required": ["within"],
                "description": "alerts of other rules that together say more than each; in place of SQL",
                "properties": {
                    "within": span,
                    "steps": {
                        "type": "array", "minItems": 2, "maxItems": 8, "items": texts,
                        "description": "for each step rules, ATT&CK techniques and tactics of which one is enough"
                    },
                    "tenants": { "type": "integer", "minimum": 2, "description": "tenants that share an address" }
                }
            },
            "entity": texts,
            "attack": { "type": "array", "items": { "type": "string", "pattern": "^(T[0-9]{4}(\\.[0-9]{3})?|TA[0-9]{4})$" } },
            "acn_class": { "type": "string" },
            "requires": {
                "type": "object", "additionalProperties": false,
                "properties": { "classes": texts, "columns": texts }
            },
            "false_positives": texts,
            "false_positives_it": texts,
            "response_it": texts,
            "privacy": { "type": "string", "default": "no" },
            "enabled": { "type": "boolean", "default": true },
            "reason_disabled": bilingual,
            "param": { "type": "object", "additionalProperties": {
                "anyOf": [{ "type": ["boolean", "number", "string"] }, texts]
            } },
            "list": { "type": "object", "additionalProperties": {
                "type": "object", "additionalProperties": false, "required": ["when_empty"],
                "properties": { "when_empty": { "enum": ["silent", "everything", "nothing-listed"] } }
            } },
            "test": { "type": "array", "items": test(&texts, &span) }
        }
    })
}

fn test(texts: &Value, span: &Value) -> Value {
    json!({
        "type": "object", "additionalProperties": false, "required": ["name", "alerts"],
        "properties": {
            "name": { "type": "string" },
            "start": { "type": "string", "format": "date-time", "default": "2026-03-16T10:00:00+01:00" },
            "timezone": { "type": "string", "default": "Europe/Rome" },
            "lists": { "type": "object", "additionalProperties": texts },
            "alerts": {
                "type": "array", "description": "one object an expected alert; [] when it must stay silent",
                "items": { "type": "object", "additionalProperties": { "type": ["string", "integer"] } }
            },
            "line": { "type": "array", "items": {
                "type": "object", "additionalProperties": false, "required": ["text"],
                "properties": {
                    "text": { "type": "string" }, "at": span, "every": span,
                    "count": { "type": "integer", "minimum": 1 }, "file": { "type": "string", "default": "test.log" },
                    "tenant": { "type": "string", "default": "default" }
                }
            } }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The header of a rule file, between the marks.
    fn header(text: &str) -> toml::Table {
        let start = text.find("/*---").unwrap() + 5;
        let end = text.find("---*/").unwrap();
        toml::from_str(text.get(start..end).unwrap()).unwrap()
    }

    #[test]
    fn the_schema_names_every_key_that_a_built_in_rule_uses() {
        let schema = schema();
        let known = |at: &Value, key: &str| at["properties"].get(key).is_some();
        let files = detect::pack::builtin_files();
        for file in files.iter().filter(|file| !file.is_sigma()) {
            let header = header(&file.text);
            for key in header.keys() {
                assert!(known(&schema, key), "{}: {key}", file.path);
            }
            let tests = header.get("test").and_then(|tests| tests.as_array()).cloned().unwrap_or_default();
            for key in tests.iter().flat_map(|test| test.as_table().unwrap().keys()) {
                assert!(known(&schema["properties"]["test"]["items"], key), "{}: test.{key}", file.path);
            }
        }
    }
}
