//! The key that signs records, and its public half.
//!
//! Promises: the key is made once, readable by its owner alone, and is on the disk before anything is signed with it.
//! Must not know: records.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use super::hash::Hash;
use super::record::{SIGNATURE_BYTES, Signed};
use crate::error::Error;

/// File of the key, PKCS #8.
const KEY_FILE: &str = "originals.key";
/// File of its public half, PEM as `openssl` reads it.
const PUBLIC_FILE: &str = "originals.pem";
/// What stands before an Ed25519 key in a SubjectPublicKeyInfo (RFC 8410).
const SPKI_HEAD: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// Bytes of a public key.
const PUBLIC_BYTES: usize = 32;
const PEM_BEGIN: &str = "-----BEGIN PUBLIC KEY-----\n";
const PEM_END: &str = "\n-----END PUBLIC KEY-----\n";

/// Signs.
pub struct Signer {
    pair: Ed25519KeyPair,
}

/// Checks what was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey([u8; PUBLIC_BYTES]);

impl Signer {
    /// The key in that folder. It is made where there is none and `is_begun` is false: nothing is signed with another one as long
    /// as records may be there that it does not vouch for.
    pub fn open(folder: &Path, is_begun: bool) -> Result<Signer, Error> {
        let unusable = |error| Error::disk("use the key", KEY_FILE)(error);
        let key = match fs::read(folder.join(KEY_FILE)) {
            Ok(key) => key,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if is_begun || folder.join(PUBLIC_FILE).exists() {
                    return Err(Error::KeyGone);
                }
                fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(unusable)?;
                let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new());
                let made = made.map_err(|_| unusable(io::Error::other("no random numbers")))?;
                put(folder, KEY_FILE, made.as_ref()).map_err(unusable)?;
                made.as_ref().to_vec()
            }
            Err(error) => return Err(unusable(error)),
        };
        let pair = Ed25519KeyPair::from_pkcs8(&key)
            .map_err(|_| Error::Foreign { file: KEY_FILE.to_owned(), reason: "it is no Ed25519 key" })?;
        let signer = Signer { pair };
        let pem = signer.public().pem();
        if fs::read(folder.join(PUBLIC_FILE)).ok().as_deref() != Some(pem.as_bytes()) {
            put(folder, PUBLIC_FILE, pem.as_bytes()).map_err(unusable)?;
        }
        Ok(signer)
    }

    /// Signs a text.
    pub fn sign(&self, text: &[u8]) -> [u8; SIGNATURE_BYTES] {
        let mut signature = [0; SIGNATURE_BYTES];
        signature.copy_from_slice(self.pair.sign(text).as_ref());
        signature
    }

    /// Its public half.
    pub fn public(&self) -> PublicKey {
        let mut bytes = [0; PUBLIC_BYTES];
        bytes.copy_from_slice(self.pair.public_key().as_ref());
        PublicKey(bytes)
    }
}

impl PublicKey {
    /// The public key in that folder.
    pub fn open(folder: &Path) -> Result<PublicKey, Error> {
        let pem = fs::read_to_string(folder.join(PUBLIC_FILE)).map_err(Error::disk("read", PUBLIC_FILE))?;
        let foreign = Error::Foreign { file: PUBLIC_FILE.to_owned(), reason: "it is no Ed25519 public key" };
        PublicKey::from_pem(&pem).ok_or(foreign)
    }

    /// As `openssl pkey -pubin` reads it.
    pub fn pem(&self) -> String {
        format!("{PEM_BEGIN}{}{PEM_END}", STANDARD.encode([&SPKI_HEAD[..], &self.0].concat()))
    }

    fn from_pem(pem: &str) -> Option<PublicKey> {
        let text = pem.strip_prefix(PEM_BEGIN)?.strip_suffix(PEM_END)?;
        let bytes = STANDARD.decode(text).ok()?;
        bytes.strip_prefix(&SPKI_HEAD)?.try_into().ok().map(PublicKey)
    }

    /// SHA-256 of the key as `openssl pkey -pubin -outform DER` gives it: to be compared over another way.
    pub fn fingerprint(&self) -> Hash {
        Hash::of(&[&SPKI_HEAD, &self.0])
    }

    /// True when the record was signed with this key.
    pub fn vouches_for(&self, signed: &Signed) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, &self.0);
        key.verify(signed.text.as_bytes(), &signed.signature).is_ok()
    }
}

/// Writes a file that is whole or absent, for its owner alone.
fn put(folder: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    let draft = folder.join(format!("{name}.new"));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&draft, folder.join(name))?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_is_made_once_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let keys = folder.path().join("keys");
        let public = Signer::open(&keys, false).unwrap().public();
        assert_eq!(Signer::open(&keys, true).unwrap().public(), public);
        assert_eq!(PublicKey::open(&keys).unwrap(), public);
        let mode = |name: &str| fs::metadata(keys.join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("originals.key"), mode("")), (0o600, 0o700));
        fs::write(keys.join(PUBLIC_FILE), "no key").unwrap();
        assert!(matches!(PublicKey::open(&keys), Err(Error::Foreign { .. })));
        fs::remove_file(keys.join(KEY_FILE)).unwrap();
        assert!(matches!(Signer::open(&keys, false), Err(Error::KeyGone)), "no other key takes its place");
        fs::write(keys.join(KEY_FILE), "no key").unwrap();
        assert!(matches!(Signer::open(&keys, false), Err(Error::Foreign { .. })));
        fs::remove_dir_all(&keys).unwrap();
        assert!(matches!(Signer::open(&keys, true), Err(Error::KeyGone)), "nor when its folder is gone");
        assert!(!keys.exists());
    }
}
