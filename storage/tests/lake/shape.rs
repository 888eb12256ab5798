//! The table as others see it, and the limits of what waits.

use std::sync::Arc;

use datafusion::object_store::path::Path;
use datafusion::object_store::{ObjectStore, ObjectStoreExt};
use deltalake::DeltaTableBuilder;
use deltalake::kernel::{DataType, PrimitiveType};
use futures::TryStreamExt;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use schema::columns::table_schema;
use storage::lake::{Lake, LakeSettings};

use crate::store::memory;
use crate::support::{COLLECTOR, MINUTE_US, MORNING_US, batch, memory_url, open, open_with};

async fn table(store: &Arc<dyn ObjectStore>) -> deltalake::DeltaTable {
    let url = memory_url();
    let builder = DeltaTableBuilder::from_url(url.clone()).unwrap();
    builder.with_storage_backend(Arc::clone(store), url).load().await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_table_asks_nothing_of_its_readers() {
    let store = memory();
    let lake = open(&store).await;
    let writer = lake.writer(COLLECTOR).await.unwrap();
    writer.append(vec![batch(1..=10)], 10, MORNING_US).unwrap();
    writer.flush().await.unwrap();
    let table = table(&store).await;
    let state = table.snapshot().unwrap();
    assert_eq!(state.protocol().min_reader_version(), 1);
    assert_eq!(state.protocol().min_writer_version(), 2);
    assert_eq!(state.metadata().partition_columns(), &["ingest_day".to_owned(), "retention".to_owned()]);
    let names: Vec<String> = state.schema().fields().map(|field| field.name().clone()).collect();
    let mut expected: Vec<String> =
        table_schema().fields().iter().map(|field| field.name().clone()).collect();
    expected.extend(["ingest_day".to_owned(), "retention".to_owned()]);
    assert_eq!(names, expected);
    assert_eq!(
        state.schema().field("message").unwrap().data_type(),
        &DataType::Primitive(PrimitiveType::String)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_says_how_many_rows_and_between_which_bounds() {
    let store = memory();
    let lake = open(&store).await;
    let writer = lake.writer(COLLECTOR).await.unwrap();
    writer.append(vec![batch(1..=10)], 10, MORNING_US).unwrap();
    writer.flush().await.unwrap();
    let commit = store.get(&Path::from("lago/_delta_log/00000000000000000001.json")).await.unwrap();
    let commit = String::from_utf8(commit.bytes().await.unwrap().to_vec()).unwrap();
    let line = |key: &str| {
        let line = commit.lines().find(|line| line.starts_with(&format!("{{\"{key}\""))).unwrap();
        serde_json::from_str::<serde_json::Value>(line).unwrap()
    };
    let stats = line("add")["add"]["stats"].as_str().unwrap().to_owned();
    let stats: serde_json::Value = serde_json::from_str(&stats).unwrap();
    assert_eq!(stats["numRecords"], 10);
    assert_eq!(stats["minValues"]["seq"], 1);
    assert_eq!(stats["maxValues"]["seq"], 10);
    assert_eq!(stats["maxValues"]["tenant"], "comune");
    assert_eq!(stats["minValues"]["event_ingested"], "2026-03-16T08:00:00.000000Z");
    assert_eq!(stats["nullCount"]["user_name"], 5);
    assert_eq!(stats["nullCount"]["event_action"], 10);
    assert_eq!(line("txn")["txn"]["appId"], COLLECTOR);
    assert_eq!(line("txn")["txn"]["version"], 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_what_is_looked_up_by_value_has_a_bloom_filter_and_only_what_repeats_a_dictionary() {
    let store = memory();
    let lake = open(&store).await;
    let writer = lake.writer(COLLECTOR).await.unwrap();
    writer.append(vec![batch(1..=10)], 10, MORNING_US).unwrap();
    writer.flush().await.unwrap();
    let all: Vec<_> = store.list(Some(&Path::from("lago"))).try_collect().await.unwrap();
    let file = all.iter().find(|object| object.location.extension() == Some("parquet")).unwrap();
    let bytes = store.get(&file.location).await.unwrap().bytes().await.unwrap();
    let footer = SerializedFileReader::new(bytes).unwrap().metadata().clone();
    let columns = footer.row_group(0).columns().iter();
    let filtered = columns.filter(|column| column.bloom_filter_offset().is_some());
    let mut names: Vec<String> = filtered.map(|column| column.column_path().string()).collect();
    names.sort();
    assert_eq!(names, ["host_name", "source_ip", "tenant", "user_name"]);
    let has_dictionary = |name: &str| {
        let of_name = |column: &&ColumnChunkMetaData| column.column_path().string() == name;
        let column = footer.row_group(0).columns().iter().find(of_name).unwrap();
        column.dictionary_page_offset().is_some()
    };
    for (name, expected) in [
        ("class", true),
        ("fields.key_value.key", true),
        ("fields.key_value.value", false),
        ("message", false),
        ("seq", false),
    ] {
        assert_eq!(has_dictionary(name), expected, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_of_another_program_is_refused() {
    let store = memory();
    let url = memory_url();
    let builder = DeltaTableBuilder::from_url(url.clone()).unwrap();
    let table = builder.with_storage_backend(Arc::clone(&store), url).build().unwrap();
    let column = deltalake::kernel::StructField::new("n", DataType::Primitive(PrimitiveType::Long), true);
    table.create().with_columns([column]).await.unwrap();
    let error = Lake::open_with_store(store, memory_url(), LakeSettings::default()).await.err().unwrap();
    assert_eq!(
        error.to_string(),
        "memory:///lago/ is not a lake of this version: it has no property campanile.schemaVersion"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flush_is_due_by_rows_bytes_or_age() {
    let settings = LakeSettings { flush_rows: 20, flush_age_ms: 1_000, ..LakeSettings::default() };
    let lake = open_with(&memory(), settings).await;
    let writer = lake.writer(COLLECTOR).await.unwrap();
    assert!(!writer.is_due(MORNING_US + MINUTE_US));
    writer.append(vec![batch(1..=10)], 10, MORNING_US).unwrap();
    assert!(!writer.is_due(MORNING_US + 999_999));
    assert!(writer.is_due(MORNING_US + 1_000_000));
    writer.append(vec![batch(11..=20)], 20, MORNING_US).unwrap();
    assert!(writer.is_due(MORNING_US));
    writer.flush().await.unwrap();
    assert!(!writer.is_due(MORNING_US + MINUTE_US));
    let settings = LakeSettings { flush_bytes: writer.waiting().bytes + 1, ..LakeSettings::default() };
    let writer = open_with(&memory(), settings).await.writer(COLLECTOR).await.unwrap();
    writer.append(vec![batch(1..=1)], 1, MORNING_US).unwrap();
    assert!(writer.is_due(MORNING_US));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_has_a_limit_and_a_flush_makes_room() {
    let unit = batch(1..=100);
    let settings = LakeSettings { pending_bytes_max: 40_000, ..LakeSettings::default() };
    let lake = open_with(&memory(), settings).await;
    let writer = lake.writer(COLLECTOR).await.unwrap();
    writer.append(vec![unit], 100, MORNING_US).unwrap();
    let held = writer.waiting().bytes;
    assert!(held > 20_000 && held < 40_000, "{held}");
    let error = writer.append(vec![batch(101..=200)], 200, MORNING_US).err().unwrap();
    assert!(matches!(error, storage::Error::LakeFull { max_bytes: 40_000, .. }), "{error}");
    assert_eq!(writer.waiting().rows, 100);
    writer.flush().await.unwrap();
    writer.append(vec![batch(101..=200)], 200, MORNING_US).unwrap();
    assert_eq!(writer.waiting().rows, 100);
}
