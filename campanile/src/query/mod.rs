//! SQL over files or the lake: a read-only, bounded session with the tables it is given.
//!
//! Promises: SELECT only; memory bounded, the rest spills to a temporary folder; the same query over the same
//! files gives the same rows in the same order. Must not know: how rows come out.

mod count_beside_distinct;
mod date_trunc;
mod events_table;
mod fault;
mod tables;
mod words_of_expressions;

use std::sync::Arc;

use count_beside_distinct::CountBesideDistinct;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::prelude::{SessionConfig, SessionContext};
use detect::{Context, functions};
use words_of_expressions::WordsOfExpressions;

pub use events_table::EventsTable;
pub use tables::Tables;

use crate::exit::{Failure, Result};

/// Plans a query over these tables and starts it. `partitions`: how many threads it may use where order is not asked for.
pub async fn start(
    query: &str,
    tables: &Tables,
    town: &Context,
    partitions: usize,
) -> Result<SendableRecordBatchStream> {
    let told = |error| fault::failure(query, &error);
    let context = session(tables, town, partitions);
    tables.register(query, &context).await.map_err(told)?;
    let plan = context.sql_with_options(query, functions::read_only()).await.map_err(told)?;
    plan.execute_stream().await.map_err(told)
}

/// Partitions of a query that may use the whole machine.
pub fn all_cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// A failure of a query that was already running.
pub fn failure(query: &str, error: &datafusion::error::DataFusionError) -> Failure {
    fault::failure(query, error)
}

fn session(tables: &Tables, town: &Context, partitions: usize) -> SessionContext {
    let mut config = SessionConfig::new().with_target_partitions(partitions).with_information_schema(true);
    config.options_mut().sql_parser.collect_spans = true;
    let context = SessionContext::new_with_config_rt(config, tables.runtime());
    context.register_udf(date_trunc::udf());
    context.add_optimizer_rule(Arc::new(CountBesideDistinct));
    context.add_optimizer_rule(Arc::new(WordsOfExpressions));
    for function in functions::ALL {
        context.register_udf(function.udf(town));
    }
    context
}
