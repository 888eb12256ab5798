//! What receiving and framing cost: `cargo run --release -p campanile-ingest --example receive_speed`
//!
//! Prints ns a message of about 240 bytes: framing alone (bursts of 256 KiB from memory), and over a TCP connection on the
//! loopback, where the time of the whole process (sender and receiver) and that of the receiving threads are told apart.

#![allow(clippy::print_stdout, reason = "printing is what this program is for")]

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Instant;

use ingest::framing::{Cuts, Framer};
use ingest::sources::{Error, Port, SyslogTcp};
use ingest::{Book, Limits, ReceiveClock, intake};
use schema::Origin;
use tokio_util::sync::CancellationToken;

const MESSAGES: usize = 4_000_000;
const BURST_BYTES: usize = 256 * 1024;
const LINE_BYTES_MAX: usize = 64 * 1024;

fn main() -> Result<(), Error> {
    let lines: String = (0..10_000).map(|number| message(number) + "\n").collect();
    let counted: String = (0..10_000).map(message).map(|m| format!("{} {m}", m.len())).collect();
    println!("{} bytes a message", lines.len() / 10_000);
    for _ in 0..3 {
        println!("framing lines: {:.0} ns", framing(lines.as_bytes()));
        println!("framing counts: {:.0} ns", framing(counted.as_bytes()));
    }
    for _ in 0..3 {
        receive(lines.as_bytes())?;
    }
    Ok(())
}

fn message(number: usize) -> String {
    format!(
        "<134>1 2026-03-16T10:00:{:02}.{:06}+01:00 srv-{:03} nginx {} - - 198.51.100.{} - - \"GET /servizi/pratica/{number} \
         HTTP/1.1\" 200 {} \"https://www.comune.example/servizi\" \"Mozilla/5.0 (X11; Linux x86_64; rv:128.0)\" pad={:0>24}",
        number % 60,
        number,
        number % 400,
        1000 + number % 50,
        number % 250,
        1000 + number % 9000,
        number
    )
}

/// ns a message, of cutting bursts from memory.
fn framing(text: &[u8]) -> f64 {
    let mut framer = Framer::new(LINE_BYTES_MAX);
    let mut frames = 0;
    let start = Instant::now();
    while frames < MESSAGES {
        for burst in text.chunks(BURST_BYTES) {
            framer.buffer().extend_from_slice(burst);
            framer.cut(false);
            frames += framer.take().map_or(0, |cut| cut.frames.len());
        }
    }
    start.elapsed().as_nanos() as f64 / frames as f64
}

/// Sends over the loopback and prints what it took.
fn receive(text: &[u8]) -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|source| Error::File { path: "runtime".to_owned(), source })?;
    let text = text.to_vec();
    runtime.block_on(async move {
        let source = SyslogTcp::bind(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0)).await?;
        let address = source.local_addr();
        let (intake, mut deliveries) = intake(64 * 1024 * 1024);
        let origin = Origin { collector: "bench".into(), source: "bench".into(), tenant: "bench".into() };
        let port = Port {
            origin: Arc::new(origin),
            intake,
            book: Arc::new(Book::default()),
            clock: Arc::new(ReceiveClock::default()),
            limits: Arc::new(Limits::new(LINE_BYTES_MAX, None, "127.0.0.1".parse().into_iter().collect())),
            stop: CancellationToken::new(),
        };
        tokio::spawn(source.run(port));
        let sender = std::thread::spawn(move || {
            let mut stream = TcpStream::connect(address)?;
            (0..MESSAGES / 10_000).try_for_each(|_| stream.write_all(&text))
        });
        let (start, cpu) = (Instant::now(), thread_cpu_ns());
        let (mut frames, mut batches) = (0, 0);
        while frames < MESSAGES {
            let Some(delivery) = deliveries.next().await else { break };
            let count = delivery.frames.frames().len();
            delivery.receipt.stored(1..=count as u64);
            frames += count;
            batches += 1;
        }
        let of = |ns: u128| ns as f64 / frames as f64;
        println!(
            "over TCP: {:.0} ns of the receiving thread, {:.0} ns by the clock, {} frames a batch",
            of(thread_cpu_ns() - cpu),
            of(start.elapsed().as_nanos()),
            frames / batches.max(1)
        );
        drop(sender.join());
        Ok(())
    })
}

/// CPU time of this thread.
fn thread_cpu_ns() -> u128 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|ns| ns.parse().ok()).unwrap_or(0)
}
