//! The fields of OTLP's log messages, with the names that its JSON encoding has for them.
//!
//! Source: opentelemetry-proto 1.5, `logs.proto`, `common.proto`, `resource.proto`.

use super::proto_json::{Field, Kind};

/// `LogRecord`.
pub(super) static LOG_RECORD: [Field; 11] = [
    Field::one(1, "timeUnixNano", Kind::Long),
    Field::one(11, "observedTimeUnixNano", Kind::Long),
    Field::one(2, "severityNumber", Kind::Number),
    Field::one(3, "severityText", Kind::Text),
    Field::one(5, "body", Kind::Message(&ANY_VALUE)),
    Field::list(6, "attributes", Kind::Message(&KEY_VALUE)),
    Field::one(7, "droppedAttributesCount", Kind::Number),
    Field::one(8, "flags", Kind::Number),
    Field::one(9, "traceId", Kind::Hex),
    Field::one(10, "spanId", Kind::Hex),
    Field::one(12, "eventName", Kind::Text),
];

/// `Resource`.
pub(super) static RESOURCE: [Field; 3] = [
    Field::list(1, "attributes", Kind::Message(&KEY_VALUE)),
    Field::one(2, "droppedAttributesCount", Kind::Number),
    Field::list(3, "entityRefs", Kind::Message(&ENTITY_REF)),
];

/// `InstrumentationScope`.
pub(super) static SCOPE: [Field; 4] = [
    Field::one(1, "name", Kind::Text),
    Field::one(2, "version", Kind::Text),
    Field::list(3, "attributes", Kind::Message(&KEY_VALUE)),
    Field::one(4, "droppedAttributesCount", Kind::Number),
];

static ENTITY_REF: [Field; 4] = [
    Field::one(1, "schemaUrl", Kind::Text),
    Field::one(2, "type", Kind::Text),
    Field::list(3, "idKeys", Kind::Text),
    Field::list(4, "descriptionKeys", Kind::Text),
];

static KEY_VALUE: [Field; 2] =
    [Field::one(1, "key", Kind::Text), Field::one(2, "value", Kind::Message(&ANY_VALUE))];

static ANY_VALUE: [Field; 7] = [
    Field::one(1, "stringValue", Kind::Text),
    Field::one(2, "boolValue", Kind::Bool),
    Field::one(3, "intValue", Kind::Long),
    Field::one(4, "doubleValue", Kind::Double),
    Field::one(5, "arrayValue", Kind::Message(&ARRAY_VALUE)),
    Field::one(6, "kvlistValue", Kind::Message(&KEY_VALUE_LIST)),
    Field::one(7, "bytesValue", Kind::Base64),
];

static ARRAY_VALUE: [Field; 1] = [Field::list(1, "values", Kind::Message(&ANY_VALUE))];

static KEY_VALUE_LIST: [Field; 1] = [Field::list(1, "values", Kind::Message(&KEY_VALUE))];
