//! Unix sockets in the file system.
//!
//! Promises: a socket that nobody listens on any more is replaced, any other file is left alone; the file goes when the
//! source does. Must not know: what is sent.

use std::io;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::Error;

/// Whoever can reach the folder may write to the socket, as with `/dev/log`.
const MODE: u32 = 0o666;

/// The file of a socket. Removed when dropped.
#[derive(Debug)]
pub(crate) struct SocketFile(PathBuf);

impl SocketFile {
    /// Binds a socket to `path`. `is_live`: asks whether somebody listens there.
    pub(crate) fn bind<S>(
        path: &Path,
        bind: impl Fn(&Path) -> io::Result<S>,
        is_live: impl Fn(&Path) -> bool,
    ) -> Result<(S, SocketFile), Error> {
        let failed = |source| Error::Bind { address: format!("unix:{}", path.display()), source };
        let is_socket = path.symlink_metadata().is_ok_and(|file| file.file_type().is_socket());
        if is_socket && !is_live(path) {
            std::fs::remove_file(path).map_err(failed)?;
        }
        let socket = bind(path).map_err(failed)?;
        let file = SocketFile(path.to_path_buf());
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(MODE)).map_err(failed)?;
        Ok((socket, file))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        // Left behind, it is replaced at the next start.
        std::fs::remove_file(&self.0).ok();
    }
}
