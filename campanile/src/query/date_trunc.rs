//! `date_trunc` of times in UTC without a look at time zones: hours and days are counted there.
//!
//! The standard function asks the zone's history about every row, also when the zone is `UTC`, as that of all our times is.
//!
//! Promises: answers as the standard function. Must not know: queries.

use std::sync::Arc;

use arrow::array::{Array, make_array};
use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::Result;
use datafusion::functions::datetime;
use datafusion::logical_expr::sort_properties::{ExprProperties, SortProperties};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
};

/// The function, to be registered in place of the standard one.
pub(super) fn udf() -> ScalarUDF {
    ScalarUDF::new_from_impl(DateTrunc { standard: datetime::date_trunc() })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct DateTrunc {
    standard: Arc<ScalarUDF>,
}

impl ScalarUDFImpl for DateTrunc {
    fn name(&self) -> &str {
        self.standard.name()
    }

    fn aliases(&self) -> &[String] {
        self.standard.aliases()
    }

    fn signature(&self) -> &Signature {
        self.standard.signature()
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        self.standard.return_type(arguments)
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> Result<FieldRef> {
        self.standard.return_field_from_args(arguments)
    }

    fn invoke_with_args(&self, mut arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let mut zone = None;
        if let Some(ColumnarValue::Array(times)) = arguments.args.get_mut(1)
            && let DataType::Timestamp(unit, Some(said)) = times.data_type()
            && said.as_ref() == "UTC"
        {
            zone = Some(times.data_type().clone());
            *times = typed(times.as_ref(), DataType::Timestamp(*unit, None))?;
        }
        let answer = self.standard.inner().invoke_with_args(arguments)?;
        match (answer, zone) {
            (ColumnarValue::Array(times), Some(zone)) => {
                Ok(ColumnarValue::Array(typed(times.as_ref(), zone)?))
            }
            (answer, _) => Ok(answer),
        }
    }

    fn output_ordering(&self, input: &[ExprProperties]) -> Result<SortProperties> {
        self.standard.output_ordering(input)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.standard.documentation()
    }
}

/// The same numbers as values of another type.
fn typed(array: &dyn Array, data_type: DataType) -> Result<Arc<dyn Array>> {
    Ok(make_array(array.to_data().into_builder().data_type(data_type).build()?))
}

#[cfg(test)]
mod tests {
    use arrow::array::TimestampMicrosecondArray;
    use arrow::datatypes::{Field, Schema};
    use arrow::record_batch::RecordBatch;
    use datafusion::prelude::SessionContext;

    use super::*;

    #[tokio::test]
    async fn times_are_cut_as_the_standard_function_cuts_them() {
        // Some centuries, at steps that meet no unit.
        let times = (-2_000..2_000).map(|step| (step % 7 != 0).then_some(step * 2_123_456_789_011));
        let times = TimestampMicrosecondArray::from_iter(times).with_timezone("UTC");
        let field = Field::new("t", times.data_type().clone(), true);
        let rows = RecordBatch::try_new(Arc::new(Schema::new(vec![field])), vec![Arc::new(times)]).unwrap();
        let units = ["year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond"];
        let calls: Vec<String> = units.iter().map(|unit| format!("date_trunc('{unit}', t)")).collect();
        let query = format!("SELECT {} FROM rows", calls.join(", "));
        let answer = async |context: SessionContext| {
            context.register_batch("rows", rows.clone()).unwrap();
            context.sql(&query).await.unwrap().collect().await.unwrap()
        };
        let ours = SessionContext::new();
        ours.register_udf(udf());
        assert_eq!(answer(ours).await, answer(SessionContext::new()).await);
    }
}
