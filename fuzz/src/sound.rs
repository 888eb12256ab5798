//! What holds of every event, whatever the bytes.

use std::net::IpAddr;

use arrow::array::Array;
use schema::{Column, Event, EventBatch, FrameBatch};

use crate::frames::text_of;
use crate::read::Events;

const ADDRESSES: [Column; 3] = [Column::HostIp, Column::SourceIp, Column::DestinationIp];
const PORTS: [Column; 2] = [Column::SourcePort, Column::DestinationPort];

/// Panics when a frame has no event or an event is not sound.
pub(crate) fn assert_sound(frames: &FrameBatch, batches: &[EventBatch], events: &Events) {
    for frame in frames.frames() {
        let seq = frame.seq as i64;
        let own = events.range((seq, 0)..(seq + 1, 0));
        let subs: Vec<i64> = own.clone().map(|((_, sub), _)| *sub).collect();
        assert!(!subs.is_empty(), "no event of {seq}");
        assert!(subs.iter().copied().eq(0..subs.len() as i64), "events {subs:?} of {seq}");
        let received = text_of(frames, frame);
        for event in own.map(|(_, event)| event) {
            assert_event_is_sound(received, event);
        }
    }
    let rows: usize = batches.iter().map(EventBatch::len).sum();
    assert_eq!(rows, events.len(), "an event of no frame");
    batches.iter().for_each(assert_columns_are_sound);
}

fn assert_event_is_sound(received: &str, event: &Event) {
    let message = &event["message"];
    // What a carrier escaped is shorter than what was received.
    let is_received =
        received.contains(message.as_str()) || received.contains('\\') && message.len() < received.len();
    assert!(is_received, "received {received:?}, not {message:?}");
    // A time out of range is missing here.
    assert!(event.contains_key("timestamp") && event.contains_key("event_ingested"), "no time: {event:?}");
    assert!(event["event_count"].parse().is_ok_and(|count: i64| count > 0), "{event:?}");
    for column in ADDRESSES {
        if let Some(address) = event.get(column.name()) {
            let canonical = address.parse().map(|address: IpAddr| address.to_canonical().to_string());
            assert_eq!(canonical.as_ref(), Ok(address), "{}", column.name());
        }
    }
    for column in PORTS {
        if let Some(port) = event.get(column.name()) {
            assert!(port.parse::<u16>().is_ok(), "{}: {port}", column.name());
        }
    }
}

fn assert_columns_are_sound(batch: &EventBatch) {
    for column in batch.columns().columns() {
        column.to_data().validate_full().expect("views of valid text");
    }
    for field in batch.fields() {
        field.values.to_data().validate_full().expect("views of valid text");
        assert!(field.values.null_count() < batch.len(), "no event has the field {}", field.key);
        assert!(field.numbers.is_sorted_by(|row, next| row < next), "{:?}", field.numbers);
        for row in field.numbers.iter().map(|row| *row as usize).filter(|row| field.values.is_valid(*row)) {
            let number = field.values.value(row);
            assert!(number.parse::<f64>().is_ok(), "{} is no number: {number:?}", field.key);
        }
    }
}
