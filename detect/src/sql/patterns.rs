//! Regular expressions that a rule writes as literals, compiled once for the rule instead of once a batch.
//!
//! Promises: `regexp_like(x, 'pattern', 'flags')` and `x ~ 'pattern'` answer as DataFusion's own do.
//! Must not know: rules.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray};
use arrow::buffer::BooleanBuffer;
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    BinaryExpr, ColumnarValue, Expr, Operator, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};
use regex::{Regex, RegexBuilder};

/// Bytes a compiled pattern may take.
const COMPILED_BYTES_MAX: usize = 16 << 20;

/// Replaces every match against a literal pattern in `expr`. A pattern that cannot be compiled is an error.
pub(super) fn compiled(expr: Expr) -> Result<Expr, Unreadable> {
    let mut unreadable = None;
    let replaced = expr.transform_up(|part| {
        let Some((text, pattern, negated)) = literal_match(&part) else { return Ok(Transformed::no(part)) };
        match pattern.compile() {
            Ok(regex) => {
                let call = ScalarUDF::from(Matches::new(pattern, regex));
                let call = Expr::ScalarFunction(ScalarFunction::new_udf(Arc::new(call), vec![text]));
                Ok(Transformed::yes(if negated { Expr::Not(Box::new(call)) } else { call }))
            }
            Err(reason) => {
                unreadable.get_or_insert(Unreadable { pattern: pattern.text, reason });
                Ok(Transformed::no(part))
            }
        }
    });
    match (unreadable, replaced) {
        (Some(unreadable), _) => Err(unreadable),
        (None, Ok(replaced)) => Ok(replaced.data),
        (None, Err(error)) => Err(Unreadable { pattern: String::new(), reason: error.to_string() }),
    }
}

/// A pattern that is no regular expression.
#[derive(Debug)]
pub(super) struct Unreadable {
    /// As written.
    pub pattern: String,
    /// What is wrong with it.
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Pattern {
    text: String,
    flags: String,
}

impl Pattern {
    fn compile(&self) -> std::result::Result<Regex, String> {
        let mut builder = RegexBuilder::new(&self.text);
        builder.size_limit(COMPILED_BYTES_MAX);
        for flag in self.flags.chars() {
            match flag {
                'i' => builder.case_insensitive(true),
                'm' => builder.multi_line(true),
                's' => builder.dot_matches_new_line(true),
                'x' => builder.ignore_whitespace(true),
                'U' => builder.swap_greed(true),
                'R' => builder.crlf(true),
                other => return Err(format!("there is no flag {other}")),
            };
        }
        builder.build().map_err(|error| error.to_string())
    }
}

/// The text, pattern and negation of a match against a literal.
fn literal_match(expr: &Expr) -> Option<(Expr, Pattern, bool)> {
    match expr {
        Expr::ScalarFunction(call) if call.func.name() == "regexp_like" => {
            let (text, pattern) = (call.args.first()?, literal(call.args.get(1)?)?);
            let flags = call.args.get(2).map_or(Some(String::new()), literal)?;
            Some((text.clone(), Pattern { text: pattern, flags }, false))
        }
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => {
            let (flags, negated) = match op {
                Operator::RegexMatch => ("", false),
                Operator::RegexIMatch => ("i", false),
                Operator::RegexNotMatch => ("", true),
                Operator::RegexNotIMatch => ("i", true),
                _ => return None,
            };
            let pattern = Pattern { text: literal(right)?, flags: flags.to_owned() };
            Some(((**left).clone(), pattern, negated))
        }
        _ => None,
    }
}

/// A text written as a literal, perhaps cast to the type of what it is compared with.
fn literal(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Literal(value, _) => value.try_as_str().flatten().map(str::to_owned),
        Expr::Cast(cast) => literal(&cast.expr),
        _ => None,
    }
}

/// Whether a text matches one compiled pattern.
#[derive(Debug)]
struct Matches {
    pattern: Pattern,
    regex: Regex,
    signature: Signature,
}

impl Matches {
    fn new(pattern: Pattern, regex: Regex) -> Matches {
        let texts = vec![DataType::Utf8View, DataType::Utf8, DataType::LargeUtf8];
        Matches { pattern, regex, signature: Signature::uniform(1, texts, Volatility::Immutable) }
    }
}

impl PartialEq for Matches {
    fn eq(&self, other: &Matches) -> bool {
        self.pattern == other.pattern
    }
}

impl Eq for Matches {}

impl Hash for Matches {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.pattern.hash(state);
    }
}

impl ScalarUDFImpl for Matches {
    fn name(&self) -> &str {
        "matches"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let mut texts = ColumnarValue::values_to_arrays(&args.args)?;
        let Some(texts) = texts.pop() else { return datafusion::common::exec_err!("a text is missing") };
        let texts = cast(&texts, &DataType::Utf8View)?;
        let texts = texts.as_string_view();
        let nulls = texts.nulls();
        let matching = BooleanBuffer::collect_bool(texts.len(), |row| {
            nulls.is_none_or(|nulls| nulls.is_valid(row)) && self.regex.is_match(texts.value(row))
        });
        Ok(ColumnarValue::Array(Arc::new(BooleanArray::new(matching, nulls.cloned()))))
    }
}
