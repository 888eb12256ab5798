//! The bytes of event logs of Windows, made by hand.

pub const CHUNK_BYTES: usize = 65536;

/// Bytes of binary XML at a place of a chunk.
struct BinXml {
    base: usize,
    bytes: Vec<u8>,
}

impl BinXml {
    fn put(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    fn utf16(&mut self, text: &str) {
        for unit in text.encode_utf16() {
            self.put(&unit.to_le_bytes());
        }
    }

    /// `<NAME>`, its name written in place.
    fn open(&mut self, name: &str) {
        self.put(&[0x01, 0, 0, 0, 0]);
        let at = (self.base + self.bytes.len() + 4) as u32;
        self.put(&at.to_le_bytes());
        self.put(&[0; 6]);
        self.put(&(name.len() as u16).to_le_bytes());
        self.utf16(name);
        self.put(&[0, 0, 0x02]);
    }

    fn close(&mut self) {
        self.put(&[0x04]);
    }

    fn leaf(&mut self, name: &str, text: &str) {
        self.open(name);
        self.put(&[0x05, 0x01]);
        self.put(&(text.encode_utf16().count() as u16).to_le_bytes());
        self.utf16(text);
        self.close();
    }
}

/// A record at that place of its chunk: an event with that user.
pub fn record(base: usize, number: u64, user: &str) -> Vec<u8> {
    const HEADER_BYTES: usize = 24;
    let mut xml = BinXml { base: base + HEADER_BYTES, bytes: vec![0x0F, 1, 1, 0] };
    xml.open("Event");
    xml.open("System");
    xml.leaf("EventID", "4625");
    xml.close();
    xml.open("EventData");
    xml.leaf("TargetUserName", user);
    xml.close();
    xml.close();
    xml.put(&[0]);
    let size = (HEADER_BYTES + xml.bytes.len() + 4) as u32;
    let mut record = vec![0x2A, 0x2A, 0, 0];
    record.extend_from_slice(&size.to_le_bytes());
    record.extend_from_slice(&number.to_le_bytes());
    record.extend_from_slice(&133_600_000_000_000_000_u64.to_le_bytes());
    record.extend_from_slice(&xml.bytes);
    record.extend_from_slice(&size.to_le_bytes());
    record
}

/// A chunk without check sums that holds these users' records, numbered from one.
pub fn chunk(users: &[&str]) -> Vec<u8> {
    let mut bytes = vec![0; 512];
    let mut last = 512;
    for (number, user) in (1..).zip(users) {
        last = bytes.len();
        let record = record(last, number, user);
        bytes.extend_from_slice(&record);
    }
    let count = users.len() as u64;
    let numbers: [(usize, &[u8]); 8] = [
        (0, b"ElfChnk\0"),
        (8, &1_u64.to_le_bytes()),
        (16, &count.to_le_bytes()),
        (24, &1_u64.to_le_bytes()),
        (32, &count.to_le_bytes()),
        (40, &128_u32.to_le_bytes()),
        (44, &(last as u32).to_le_bytes()),
        (48, &(bytes.len() as u32).to_le_bytes()),
    ];
    for (at, number) in numbers {
        bytes[at..at + number.len()].copy_from_slice(number);
    }
    bytes[120] = 4;
    bytes.resize(CHUNK_BYTES, 0);
    bytes
}

/// A log of those chunks.
pub fn log(chunks: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"ElfFile\0".to_vec();
    bytes.resize(4096, 0);
    bytes.extend(chunks.iter().flatten());
    bytes
}
