//! Linux audit: records of one event share stamp and serial, `msg=audit(1773648764.112:4412):`.

use memchr::{memchr, memmem};

/// How far in front of the serial its place is looked for: a node name and a type.
const HEAD_BYTES: usize = 320;

/// What stands in the parentheses, of a line that is such a record.
pub(super) fn serial(line: &[u8]) -> Option<&[u8]> {
    if !line.starts_with(b"type=") && !line.starts_with(b"node=") {
        return None;
    }
    let head = line.get(..HEAD_BYTES).unwrap_or(line);
    let start = memmem::find(head, b" msg=audit(")? + b" msg=audit(".len();
    let rest = line.get(start..)?;
    rest.get(..memchr(b')', rest.get(..64).unwrap_or(rest))?)
}
