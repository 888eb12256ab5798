//! SQL functions of ours, one file each (those that judge a request together in `request_scores`), and the read-only session that has them.
//!
//! Promises: every function is immutable for a given [`Context`], answers null for null, never fails on
//! what an event holds. Must not know: rules.

mod arguments;
mod basename;
mod cidr_contains;
mod dirname;
mod entropy;
mod file_extension;
mod first_label;
mod fold_case;
mod hour_of_week;
mod in_list;
mod is_private_ip;
mod levenshtein;
mod number;
mod off_hours;
mod registrable_domain;
mod request;
mod request_scores;
mod session;
mod url_decode;

use std::fmt;
use std::hash::{Hash, Hasher};

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TypeSignature, Volatility,
};

use crate::context::Context;
use arguments::Arguments;
pub use session::{read_only, session};

/// Every function, by name: one line each.
pub static ALL: &[Function] = &[
    request_scores::ATTACK_TOOL,
    basename::FUNCTION,
    cidr_contains::FUNCTION,
    request_scores::CODE,
    request_scores::COMMAND,
    dirname::FUNCTION,
    entropy::FUNCTION,
    file_extension::FUNCTION,
    first_label::FUNCTION,
    fold_case::FUNCTION,
    hour_of_week::FUNCTION,
    in_list::FUNCTION,
    request_scores::INCLUSION,
    is_private_ip::FUNCTION,
    request_scores::LDAP,
    levenshtein::FUNCTION,
    number::FUNCTION,
    off_hours::FUNCTION,
    request_scores::PROTOCOL,
    registrable_domain::FUNCTION,
    request_scores::SQLI,
    request_scores::TEMPLATE,
    request_scores::TRAVERSAL,
    url_decode::FUNCTION,
    request_scores::XSS,
];

/// Kind of an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argument {
    /// A text.
    Text,
    /// A moment.
    Time,
    /// A moment that may be left out; the last argument.
    OptionalTime,
}

/// Kind of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// true or false.
    Boolean,
    /// A whole number.
    Integer,
    /// A number.
    Float,
    /// A text.
    Text,
}

/// A function of ours and its page in the documentation.
pub struct Function {
    /// Name in SQL.
    pub name: &'static str,
    /// How it is called, with the names of its arguments and the type of its answer.
    pub signature: &'static str,
    /// What it says, English.
    pub meaning_en: &'static str,
    /// What it says, Italian.
    pub meaning_it: &'static str,
    /// A call that can be run over `events`.
    pub example: &'static str,
    arguments: &'static [Argument],
    answer: Answer,
    run: fn(&Arguments<'_>) -> Result<ArrayRef>,
}

impl Function {
    /// The function for DataFusion.
    pub fn udf(&'static self, context: &Context) -> ScalarUDF {
        let kinds = |argument: &Argument| match argument {
            Argument::Text => DataType::Utf8View,
            Argument::Time | Argument::OptionalTime => schema::Kind::Time.data_type(),
        };
        let kinds: Vec<DataType> = self.arguments.iter().map(kinds).collect();
        let signature = match (self.arguments, kinds.as_slice()) {
            ([.., Argument::OptionalTime], [needed @ .., _]) => TypeSignature::OneOf(vec![
                TypeSignature::Exact(needed.to_vec()),
                TypeSignature::Exact(kinds.clone()),
            ]),
            _ => TypeSignature::Exact(kinds),
        };
        ScalarUDF::from(Call {
            function: self,
            signature: Signature::new(signature, Volatility::Immutable),
            context: context.clone(),
        })
    }
}

/// A function with the context it runs in.
struct Call {
    function: &'static Function,
    signature: Signature,
    context: Context,
}

impl fmt::Debug for Call {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.function.name)
    }
}

impl PartialEq for Call {
    fn eq(&self, other: &Call) -> bool {
        self.function.name == other.function.name && self.context == other.context
    }
}

impl Eq for Call {}

impl Hash for Call {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.function.name.hash(state);
        self.context.hash(state);
    }
}

impl ScalarUDFImpl for Call {
    fn name(&self) -> &str {
        self.function.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(match self.function.answer {
            Answer::Boolean => DataType::Boolean,
            Answer::Integer => DataType::Int64,
            Answer::Float => DataType::Float64,
            Answer::Text => DataType::Utf8View,
        })
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arguments = Arguments::new(&args, &self.context);
        Ok(ColumnarValue::Array((self.function.run)(&arguments)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_is_sorted_and_every_function_has_its_page() {
        assert!(ALL.windows(2).all(|pair| pair[0].name < pair[1].name));
        for function in ALL {
            assert!(function.signature.starts_with(function.name), "{}", function.name);
            assert!(function.example.contains(function.name), "{}", function.name);
            assert!(!function.meaning_en.is_empty() && !function.meaning_it.is_empty());
        }
    }

    #[test]
    fn every_example_can_be_planned_over_events() {
        let session = session(&Context::default()).unwrap();
        let empty = datafusion::datasource::empty::EmptyTable::new(schema::columns::table_schema());
        session.register_table("events", std::sync::Arc::new(empty)).unwrap();
        for function in ALL {
            let sql = format!("SELECT {} FROM events", function.example);
            futures::executor::block_on(session.sql(&sql)).unwrap_or_else(|error| panic!("{sql}: {error}"));
        }
    }
}
