//! A DataFusion session with our functions that can only read.

use datafusion::execution::context::{SQLOptions, SessionConfig, SessionContext};

use super::ALL;
use crate::context::Context;
use crate::error::Error;

/// A session with every function of [`ALL`](super::ALL) in `context` and no table.
pub fn session(context: &Context) -> std::result::Result<SessionContext, Error> {
    let config = SessionConfig::new().with_information_schema(false);
    let session = SessionContext::new_with_config(config);
    for function in ALL {
        session.register_udf(function.udf(context));
    }
    Ok(session)
}

/// What a query may be: a SELECT, nothing that defines, changes or sets.
pub fn read_only() -> SQLOptions {
    SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_refuses_what_is_not_reading() {
        let session = session(&Context::default()).unwrap();
        for refused in ["CREATE TABLE t (a INT)", "SET datafusion.execution.batch_size = 1", "DROP TABLE t"] {
            let outcome = futures::executor::block_on(session.sql_with_options(refused, read_only()));
            assert!(outcome.is_err(), "{refused}");
        }
        futures::executor::block_on(session.sql_with_options("SELECT entropy('aab')", read_only())).unwrap();
    }
}
