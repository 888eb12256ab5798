//! Packs every file of `rules/` into one compressed blob, so that the binary carries its rules and an
//! antivirus on the analyst's machine does not take them.
//!
//! Layout before compression: `path NUL text NUL`, repeated, sorted by path.

use std::io;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> io::Result<()> {
    let root = Path::new("rules");
    println!("cargo::rerun-if-changed=rules");
    let mut files = Vec::new();
    if root.is_dir() {
        collect(root, &mut files)?;
    }
    files.sort();
    let mut packed = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file)?;
        if text.contains('\0') {
            return Err(io::Error::other(format!("{} holds a NUL byte", file.display())));
        }
        let name = file.strip_prefix(root).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        packed.extend_from_slice(name.as_bytes());
        packed.push(0);
        packed.extend_from_slice(text.as_bytes());
        packed.push(0);
    }
    let compressed = zstd::bulk::compress(&packed, 19)?;
    let out = env::var_os("OUT_DIR").map(PathBuf::from).ok_or_else(|| io::Error::other("no OUT_DIR"))?;
    fs::write(out.join("rules.zst"), compressed)
}

/// Every `.sql`, `.yml` and `.yaml` file below `folder`.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let kind = path.extension().and_then(|extension| extension.to_str());
        if path.is_dir() {
            collect(&path, files)?;
        } else if matches!(kind, Some("sql" | "yml" | "yaml")) {
            files.push(path);
        }
    }
    Ok(())
}
