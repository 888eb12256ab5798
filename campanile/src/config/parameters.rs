//! Parameters of rules, as written in the file.

use std::collections::BTreeMap;

use detect::rule::ParamValue;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Values by name, by the rule that has them.
pub type Parameters = BTreeMap<String, BTreeMap<String, Parameter>>;

/// A value of a rule's parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a number, a text, true or false, or a list of texts")]
pub enum Parameter {
    /// true or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// A text.
    Text(String),
    /// Several texts.
    Texts(Vec<String>),
}

impl Parameter {
    /// The value, when it can stand in the place of `default`.
    pub fn in_place_of(&self, default: &ParamValue) -> Option<ParamValue> {
        Some(match (self, default) {
            (Parameter::Boolean(value), ParamValue::Boolean(_)) => ParamValue::Boolean(*value),
            (Parameter::Integer(value), ParamValue::Integer(_)) => ParamValue::Integer(*value),
            (Parameter::Integer(value), ParamValue::Float(_)) => ParamValue::Float(*value as f64),
            (Parameter::Float(value), ParamValue::Float(_)) if value.is_finite() => ParamValue::Float(*value),
            (Parameter::Text(value), ParamValue::Text(_)) => ParamValue::Text(value.clone()),
            (Parameter::Texts(values), ParamValue::Texts(_)) => ParamValue::Texts(values.clone()),
            _ => return None,
        })
    }
}
