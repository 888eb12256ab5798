//! What the kernel received and dropped, because a socket's buffer was full.
//!
//! Promises: each drop is booked once. A system without these tables books none. Must not know: who sent.

use std::fs;
use std::os::fd::AsRawFd;
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

use crate::book::{Book, Refusal};

/// Tables of UDP sockets of this process's network.
const TABLES: [&str; 2] = ["/proc/self/net/udp", "/proc/self/net/udp6"];

/// Drops of some sockets, and how many are in the book.
#[derive(Debug)]
pub(crate) struct KernelDrops {
    inodes: Vec<u64>,
    booked: u64,
}

impl KernelDrops {
    /// Of these sockets, from their start.
    pub(crate) fn of<S: AsRawFd>(sockets: &[Arc<S>]) -> KernelDrops {
        let inode = |socket: &Arc<S>| fs::metadata(format!("/proc/self/fd/{}", socket.as_raw_fd())).ok();
        KernelDrops { inodes: sockets.iter().filter_map(inode).map(|file| file.ino()).collect(), booked: 0 }
    }

    /// Books what was dropped since it was last asked.
    pub(crate) fn book(&mut self, book: &Book) {
        let read = |table: &&str| fs::read_to_string(table).map_or(0, |text| drops(&text, &self.inodes));
        let dropped: u64 = TABLES.iter().map(read).sum();
        book.turned_away(Refusal::Kernel, dropped.saturating_sub(self.booked));
        self.booked = self.booked.max(dropped);
    }
}

/// Sum of the last column over the rows of these inodes.
fn drops(table: &str, inodes: &[u64]) -> u64 {
    const INODE: usize = 9;
    let dropped = |row: &str| {
        let inode = row.split_ascii_whitespace().nth(INODE)?.parse().ok()?;
        let dropped = row.split_ascii_whitespace().next_back()?.parse::<u64>().ok()?;
        inodes.contains(&inode).then_some(dropped)
    };
    table.lines().skip(1).filter_map(dropped).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_of_our_sockets_are_summed_and_no_others() {
        let table = "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode \
                     ref pointer drops            \n\
                     1143: 0100007F:0202 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 5001 2 \
                     0000000000000000 7\n\
                     1144: 0100007F:0203 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 5002 2 \
                     0000000000000000 5\n\
                     1145: 0100007F:0204 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 5003 2 \
                     0000000000000000 3\n\
                     broken\n";
        assert_eq!(drops(table, &[5001, 5003]), 10);
        assert_eq!(drops(table, &[]), 0);
    }
}
