//! What is sent: RFC 5424 and RFC 3164 by turns, one line in a hundred a failed login, all of the last minute.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};

use benches::messages::{Message, Source, rfc3164, rfc5424, sshd};

/// Bytes of one write.
const WRITE_BYTES: usize = 256 << 10;
/// Connections that send at a time.
const CONNECTIONS: usize = 2;

/// Lines made beforehand, a part for each connection.
pub struct Load {
    parts: Vec<Vec<u8>>,
}

impl Load {
    /// That many lines, no two alike.
    pub fn new(events: u64) -> Load {
        #[expect(clippy::disallowed_methods, reason = "lines of the last minute, as devices send them")]
        let now = std::time::SystemTime::now();
        let now_s = now.duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let mut source = Source::new(now_s);
        let mut parts = vec![Vec::new(); CONNECTIONS];
        for number in 0..events {
            let second = now_s.saturating_sub(60) + number * 60 / events.max(1);
            let message: Message = match number % 100 {
                0 => sshd,
                odd if odd % 2 == 1 => rfc5424,
                _ => rfc3164,
            };
            let at = number as usize % CONNECTIONS;
            if let Some(part) = parts.get_mut(at) {
                part.extend_from_slice(dated(&message(&mut source), second).as_bytes());
                part.push(b'\n');
            }
        }
        Load { parts }
    }

    /// Sends all of it.
    pub fn send(&self, address: SocketAddr) -> std::io::Result<()> {
        std::thread::scope(|threads| {
            let senders: Vec<_> = self
                .parts
                .iter()
                .map(|part| {
                    threads.spawn(move || -> std::io::Result<()> {
                        let mut stream = TcpStream::connect(address)?;
                        part.chunks(WRITE_BYTES).try_for_each(|piece| stream.write_all(piece))?;
                        stream.shutdown(std::net::Shutdown::Write)
                    })
                })
                .collect();
            senders.into_iter().try_for_each(|sender| {
                sender.join().unwrap_or_else(|_| Err(std::io::Error::other("a sender died")))
            })
        })
    }
}

/// The line with the day and time of that second (UTC) in the place of its own.
pub fn dated(line: &str, second: u64) -> String {
    let (day, of_day) = ((second / 86_400) as i64, second % 86_400);
    let (year, month, day) = civil(day);
    let time = format!("{:02}:{:02}:{:02}", of_day / 3_600, of_day / 60 % 60, of_day % 60);
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let name = MONTHS.get(month as usize - 1).copied().unwrap_or("Jan");
    let (own, new) = match line.find("2026-03-16T") {
        Some(at) => (at..at + 19, format!("{year:04}-{month:02}-{day:02}T{time}")),
        None => {
            let at = line.find("Mar 16 ").unwrap_or(0);
            (at..at + 15, format!("{name} {day:>2} {time}"))
        }
    };
    format!("{}{new}{}", line.get(..own.start).unwrap_or_default(), line.get(own.end..).unwrap_or_default())
}

/// Year, month and day of a day since 1970, by Hinnant's `civil_from_days`.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}
