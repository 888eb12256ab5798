//! What was done to an object, from its access mask: files, shares, registry keys, processes.
//!
//! Must not know: words; `%%1537` and its kin are message numbers. Source: [MS-DTYP] 2.4.3 and winnt.h.

use schema::{Action, Column, EventBuilder};

use super::outcome::number;
use super::{Item, WindowsEvent};

const READ_DATA: u64 = 0x1;
const WRITE_DATA: u64 = 0x2;
const APPEND_DATA: u64 = 0x4;
const WRITE_EXTENDED_ATTRIBUTES: u64 = 0x10;
const EXECUTE: u64 = 0x20;
const DELETE_CHILD: u64 = 0x40;
const WRITE_ATTRIBUTES: u64 = 0x100;
const DELETE: u64 = 0x1_0000;
const WRITE_DAC: u64 = 0x4_0000;
const WRITE_OWNER: u64 = 0x8_0000;
const GENERIC_ALL: u64 = 0x1000_0000;
const GENERIC_WRITE: u64 = 0x4000_0000;
const GENERIC_READ: u64 = 0x8000_0000;

/// What a mask on a file asks for, the gravest first; none when it only looks at attributes.
fn on_file(mask: u64) -> Option<Action> {
    if mask & (DELETE | DELETE_CHILD) != 0 {
        Some(Action::FileDelete)
    } else if mask & (WRITE_DAC | WRITE_OWNER) != 0 {
        Some(Action::FilePermissionChange)
    } else if mask
        & (WRITE_DATA
            | APPEND_DATA
            | WRITE_EXTENDED_ATTRIBUTES
            | WRITE_ATTRIBUTES
            | GENERIC_WRITE
            | GENERIC_ALL)
        != 0
    {
        Some(Action::FileWrite)
    } else if mask & (READ_DATA | EXECUTE | GENERIC_READ) != 0 {
        Some(Action::FileRead)
    } else {
        None
    }
}

/// The mask as said, else put together from the message numbers of the list of accesses.
fn mask_of(record: &WindowsEvent<'_>) -> u64 {
    if let Some(mask) = number(record.get(Item::AccessMask)) {
        return mask;
    }
    let words = record.get(Item::AccessList).split_ascii_whitespace();
    words.fold(0, |mask, word| {
        mask | match word {
            "%%1537" => DELETE,
            "%%1539" => WRITE_DAC,
            "%%1540" => WRITE_OWNER,
            "%%4416" => READ_DATA,
            "%%4417" => WRITE_DATA,
            "%%4418" => APPEND_DATA,
            "%%4422" => DELETE_CHILD,
            "%%4424" => WRITE_ATTRIBUTES,
            _ => 0,
        }
    })
}

/// 5145: an object of a share was asked for.
pub(super) fn share_object(record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    let relative = record.get(Item::RelativeTarget);
    let path = if relative.is_empty() || relative == "\\" { record.get(Item::ShareName) } else { relative };
    event.text_if_said(Column::FilePath, path);
    field_if_said("share", record.get(Item::ShareName), event);
    on_file(mask_of(record)).unwrap_or(Action::ShareAccess)
}

/// 4656 (a handle was asked for) and 4663 (it was used): the object's type decides. Type names are the
/// kernel's own and not translated.
pub(super) fn object(record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) -> Action {
    let name = record.get(Item::ObjectName);
    match record.get(Item::ObjectType) {
        "Process" => {
            field_if_said("target_process", name, event);
            field_if_said("granted_access", record.get(Item::AccessMask), event);
            Action::ProcessAccess
        }
        "Key" => {
            field_if_said("cfg_path", name, event);
            let changes =
                mask_of(record) & (WRITE_DATA | APPEND_DATA | DELETE | WRITE_DAC | WRITE_OWNER) != 0;
            if changes { Action::ConfigChange } else { Action::ApplicationEvent }
        }
        "File" | "" => {
            event.text_if_said(Column::FilePath, name);
            on_file(mask_of(record)).unwrap_or(Action::FileRead)
        }
        _ => {
            field_if_said("object", name, event);
            Action::ApplicationEvent
        }
    }
}

/// Sets a field unless it is empty.
pub(super) fn field_if_said(key: &str, value: &str, event: &mut EventBuilder<'_>) {
    if !value.is_empty() {
        event.field(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_right_of_a_mask_decides() {
        for (mask, action) in [
            (0x10080, Some(Action::FileDelete)),
            (0x12019f, Some(Action::FileWrite)),
            (0x120089, Some(Action::FileRead)),
            (0x40000, Some(Action::FilePermissionChange)),
            (0x80, None),
        ] {
            assert_eq!(on_file(mask), action, "{mask:#x}");
        }
    }
}
