//! What was appended is seen at once and once, and what is asked is answered from as few files as can be.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::AsArray;
use arrow::compute::{concat_batches, sort_to_indices, take_record_batch};
use datafusion::object_store::ObjectStore;
use schema::columns::table_schema;
use storage::lake::LakeSettings;

use crate::store::{FaultyStore, memory};
use crate::support::{
    COLLECTOR, DAY_US, MINUTE_US, MORNING_US, ORDER, ask, batch, batch_of, number, open, open_with, seqs,
    session,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_column_comes_back_as_it_went_in() {
    let lake = open(&memory()).await;
    let writer = lake.writer(COLLECTOR).await.unwrap();
    let (committed, fresh) = (batch(1..=300), batch(301..=400));
    writer.append(vec![committed.clone()], 300, MORNING_US).unwrap();
    writer.flush().await.unwrap();
    writer.append(vec![fresh.clone()], 400, MORNING_US).unwrap();
    let names: Vec<String> =
        table_schema().fields().iter().map(|field| format!("\"{}\"", field.name())).collect();
    let answer = ask(&lake, &format!("SELECT {} FROM events", names.join(", "))).await;
    let answer = concat_batches(&answer[0].schema(), &answer).unwrap();
    let seq = answer.column_by_name("seq").unwrap();
    let answer = take_record_batch(&answer, &sort_to_indices(seq, None, None).unwrap()).unwrap();
    let sent = [committed.to_table().unwrap(), fresh.to_table().unwrap()];
    let sent = concat_batches(&table_schema(), &sent).unwrap();
    for field in table_schema().fields() {
        let (came, went) = (answer.column_by_name(field.name()), sent.column_by_name(field.name()));
        assert_eq!(came.unwrap(), went.unwrap(), "{}", field.name());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_is_asked_like_what_is_committed() {
    let lake = open(&memory()).await;
    let writer = lake.writer(COLLECTOR).await.unwrap();
    let questions = [
        "SELECT count(*) FROM events",
        "SELECT count(*) FROM events WHERE user_name = 'utente4' AND source_ip LIKE '192.0.2.%'",
        "SELECT count(*) FROM events WHERE fields['posto'] = 'ufficio 2'",
        "SELECT count(*) FROM events WHERE message LIKE '%number 77'",
        "SELECT count(DISTINCT host_name) FROM events WHERE class = 'email'",
        "SELECT count(*) FROM events WHERE ingest_day = DATE '2026-03-16' AND retention = 'standard'",
        "SELECT count(*) FROM events WHERE ingest_day > DATE '2026-03-16'",
        "SELECT count(*) FROM events WHERE db_statement IS NOT NULL",
    ];
    writer.append(vec![batch(1..=200)], 200, MORNING_US).unwrap();
    let mut fresh = Vec::new();
    for question in questions {
        fresh.push(number(&lake, question).await);
    }
    assert_eq!(fresh, [200, 9, 50, 1, 3, 200, 0, 0]);
    writer.flush().await.unwrap();
    for (question, expected) in questions.iter().zip(fresh) {
        assert_eq!(number(&lake, question).await, expected, "{question}");
    }
    let few = ask(&lake, "SELECT seq, message FROM events LIMIT 3").await;
    assert_eq!(few.iter().map(|batch| batch.num_rows()).sum::<usize>(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_count_asked_all_the_time_never_jumps() {
    const COMMITS: u64 = 120;
    let settings = LakeSettings { checkpoint_commits: 20, ..LakeSettings::default() };
    let lake = open_with(&memory(), settings).await;
    let writer = lake.writer(COLLECTOR).await.unwrap();
    let (appending, appended) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let write = {
        let (lake, appending, appended) = (lake.clone(), Arc::clone(&appending), Arc::clone(&appended));
        tokio::spawn(async move {
            for commit in 0..COMMITS {
                let (first, last) = (commit * 2 + 1, commit * 2 + 2);
                appending.store(last, Ordering::SeqCst);
                writer.append(vec![batch(first..=last)], last, MORNING_US).unwrap();
                appended.store(last, Ordering::SeqCst);
                writer.flush().await.unwrap();
                if commit % 40 == 39 {
                    assert!(lake.compact().await.unwrap().removed > 0);
                }
            }
        })
    };
    let session = session(&lake);
    let (mut last, mut asked) = (0, 0);
    while !write.is_finished() {
        let before = appended.load(Ordering::SeqCst);
        // The second reads rows, the first only the log.
        let sql = ["SELECT count(*) FROM events", "SELECT count(*) FROM events WHERE seq > 0"][asked % 2];
        let answer = session.sql(sql).await.unwrap().collect().await.unwrap();
        let count = answer[0].column(0).as_primitive::<arrow::datatypes::Int64Type>().value(0) as u64;
        let after = appending.load(Ordering::SeqCst);
        assert!((before..=after).contains(&count), "{count} of {before} to {after}");
        assert!(count >= last, "{count} after {last}");
        last = count;
        asked += 1;
    }
    write.await.unwrap();
    assert!(asked > 10, "{asked}");
    assert_eq!(seqs(&lake).await, (1..=COMMITS * 2).collect::<Vec<u64>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_cannot_hold_an_answer_are_not_opened() {
    let counting = FaultyStore::new(memory(), None);
    let store: Arc<dyn ObjectStore> = Arc::clone(&counting) as _;
    let lake = open(&store).await;
    let writer = lake.writer(COLLECTOR).await.unwrap();
    for hour in 0..10u64 {
        let (first, last) = (hour * 20 + 1, hour * 20 + 20);
        let received_us = MORNING_US + hour as i64 * 60 * MINUTE_US;
        let tenant = format!("comune-{hour}");
        writer.append(vec![batch_of(&tenant, first..=last, received_us)], last, received_us).unwrap();
        writer.flush().await.unwrap();
    }
    for (question, expected, files) in [
        ("SELECT count(*) FROM events", 200, 0),
        ("SELECT count(message) FROM events WHERE tenant = 'comune-3'", 20, 1),
        ("SELECT count(message) FROM events WHERE timestamp > '2026-03-16T16:30:00Z'", 20, 1),
        ("SELECT count(message) FROM events WHERE seq BETWEEN 35 AND 45", 11, 2),
        ("SELECT count(message) FROM events WHERE ingest_day < DATE '2026-03-16'", 0, 0),
        ("SELECT count(message) FROM events WHERE retention = 'audit'", 0, 0),
        ("SELECT count(message) FROM events WHERE message LIKE '%umber%'", 200, 10),
    ] {
        let session = session(&lake);
        counting.reads.store(0, Ordering::SeqCst);
        let plan = session.sql(question).await.unwrap().create_physical_plan().await.unwrap();
        let shown = datafusion::physical_plan::displayable(plan.as_ref()).indent(true).to_string();
        assert_eq!(shown.matches(".parquet").count(), files, "{question}\n{shown}");
        assert_eq!(number(&lake, question).await, expected, "{question}");
        assert_eq!(counting.reads.load(Ordering::SeqCst) > 0, files > 0, "{question}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rare_word_is_found_without_the_files_that_lack_it() {
    let settings = LakeSettings { row_group_rows: 16, ..LakeSettings::default() };
    let lake = open_with(&memory(), settings).await;
    let writer = lake.writer(COLLECTOR).await.unwrap();
    for unit in 0..10u64 {
        let (first, last) = (unit * 20 + 1, unit * 20 + 20);
        writer.append(vec![batch(first..=last)], last, MORNING_US).unwrap();
        writer.flush().await.unwrap();
    }
    for is_compacted in [false, true] {
        let all = if is_compacted { 1 } else { 10 };
        for (condition, expected, files) in [
            ("message LIKE '%number 99'", 1, 1),
            ("message ILIKE '%NUMBER 99%'", 1, 1),
            ("message = 'a message of more than twelve bytes, number 99'", 1, 1),
            ("message LIKE '%message%' AND message LIKE '%number 99'", 1, 1),
            ("message LIKE '%zq7xk9tr%'", 0, 0),
            // Of these nothing is known.
            ("message LIKE '%99'", 2, all),
            ("message NOT LIKE '%number 99'", 199, all),
            ("message LIKE '%number 99' OR seq = 7", 2, all),
        ] {
            let sql = format!("SELECT count(message) FROM events WHERE {condition}");
            let plan = session(&lake).sql(&sql).await.unwrap().create_physical_plan().await.unwrap();
            let shown = datafusion::physical_plan::displayable(plan.as_ref()).indent(true).to_string();
            assert_eq!(shown.matches(".parquet").count(), files, "{sql}\n{shown}");
            assert_eq!(number(&lake, &sql).await, expected, "{sql}");
        }
        lake.compact().await.unwrap();
    }
    assert_eq!(lake.stats().await.unwrap().files, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_of_a_day_of_their_own_go_into_a_partition_of_their_own() {
    let lake = open(&memory()).await;
    let writer = lake.writer(COLLECTOR).await.unwrap();
    let late = MORNING_US + 16 * 60 * MINUTE_US - 1;
    let batches = vec![
        batch_of("a", 1..=5, late),
        batch_of("b", 6..=9, late + 1),
        batch_of("a", 10..=11, late + DAY_US),
    ];
    writer.append(batches, 11, late).unwrap();
    assert_eq!(writer.flush().await.unwrap().unwrap().files, 2);
    for (day, expected) in [("2026-03-16", 5), ("2026-03-17", 6)] {
        let sql = format!("SELECT count(*) FROM events WHERE ingest_day = DATE '{day}'");
        assert_eq!(number(&lake, &sql).await, expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tenant_s_hours_follow_one_another_and_within_them_what_is_worded_alike() {
    let settings = LakeSettings { row_group_rows: 64, ..LakeSettings::default() };
    let lake = open_with(&memory(), settings).await;
    let writer = lake.writer(COLLECTOR).await.unwrap();
    let batches = vec![batch_of("zeta", 1..=150, MORNING_US), batch_of("alfa", 151..=300, MORNING_US)];
    writer.append(batches, 300, MORNING_US).unwrap();
    writer.flush().await.unwrap();
    let rows = ask(&lake, "SELECT * FROM events").await;
    let rows = concat_batches(&rows[0].schema(), &rows).unwrap();
    let sorted = ask(&lake, &format!("SELECT * FROM events ORDER BY {ORDER}")).await;
    assert_eq!(rows, concat_batches(&sorted[0].schema(), &sorted).unwrap());
    assert_eq!(rows.num_rows(), 300);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_times_are_found_in_the_files_that_hold_them() {
    let lake = open(&memory()).await;
    let writer = lake.writer(COLLECTOR).await.unwrap();
    for hour in 0..5 {
        let (first, last) = (hour * 100 + 1, hour * 100 + 100);
        let received_us = MORNING_US + hour as i64 * 60 * MINUTE_US;
        writer.append(vec![batch_of("alfa", first..=last, received_us)], last, received_us).unwrap();
        writer.flush().await.unwrap();
    }
    // What waits is older than all files.
    writer.append(vec![batch_of("alfa", 501..=510, MORNING_US - DAY_US)], 510, MORNING_US).unwrap();
    let all = ask(&lake, "SELECT timestamp, seq FROM events ORDER BY timestamp DESC, seq").await;
    let last = ask(&lake, "SELECT timestamp, seq FROM events ORDER BY timestamp DESC, seq LIMIT 7").await;
    let one =
        |batches: Vec<_>| concat_batches(&arrow::array::RecordBatch::schema(&batches[0]), &batches).unwrap();
    assert_eq!(one(last), one(all).slice(0, 7));
    // Whoever begins with the file that holds them need not read the others.
    let plan = format!("{:?}", ask(&lake, "EXPLAIN SELECT timestamp FROM events").await);
    let names = plan.split("retention=standard/").skip(1);
    let numbers: Vec<u64> = names.map(|name| name.split('-').next().unwrap().parse().unwrap()).collect();
    assert_eq!(numbers, [500, 400, 300, 200, 100]);
    let ends = "SELECT count(*) FROM (SELECT min(timestamp) AS a, max(timestamp) AS b FROM events) \
                WHERE a = (SELECT timestamp FROM events ORDER BY timestamp LIMIT 1) \
                AND b = (SELECT timestamp FROM events ORDER BY timestamp DESC LIMIT 1)";
    assert_eq!(number(&lake, ends).await, 1);
}
