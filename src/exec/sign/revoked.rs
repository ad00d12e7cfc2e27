//! Looks at a list of keys that are no longer good, before any signature is held against it.
//!
//! ssh-keygen believes no signature when it cannot read the list, and does not say that this is why; so a
//! list that cannot be read would look like one that names every key.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use super::super::process::Cancel;
use super::super::scratch::Scratch;
use super::OpenSsh;
use super::error::{last_words, says, shown};
use crate::run::roster::PublicKey;

/// What a KRL begins with.
const KRL: &[u8] = b"SSHKRL\n\0";
/// The most bytes that a list of keys may have.
const MOST_BYTES: u64 = 16 << 20;
/// Any key: what is asked is whether the list can be read.
const ANY_KEY: &[u8] = b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n";

impl OpenSsh {
    /// Checks that a file is a list of public keys, or a KRL, that ssh-keygen can read.
    ///
    /// # Errors
    ///
    /// Says what is wrong with it.
    pub fn check_revoked(&self, path: &Path) -> Result<(), String> {
        let mut bytes = Vec::new();
        let read = File::open(path).and_then(|file| match file.metadata()?.is_file() {
            true => file.take(MOST_BYTES + 1).read_to_end(&mut bytes),
            false => Err(io::Error::other("is not a plain file")),
        });
        match read.map_err(|error| error.to_string())? {
            read if read as u64 > MOST_BYTES => Err(format!("has more than {MOST_BYTES} bytes")),
            _ if bytes.starts_with(KRL) => self.check_krl(path),
            _ => check_list(&bytes),
        }
    }

    /// Asks ssh-keygen for a key in a KRL: one that it cannot read it does not answer for.
    fn check_krl(&self, path: &Path) -> Result<(), String> {
        let scratch = Scratch::new().and_then(|scratch| Ok((scratch.put("key.pub", ANY_KEY)?, scratch)));
        let (key, _scratch) = scratch.map_err(|error| shown(&error.to_string()))?;
        let arguments: [&OsStr; 4] = ["-Q".as_ref(), "-f".as_ref(), path.as_ref(), key.as_ref()];
        let ended = self.prompt().keygen(&arguments, b"", &Cancel::new()).map_err(|error| shown(&error.to_string()))?;
        // A list that revokes this very key can be read too, and ssh-keygen ends with 1 then.
        match ended.status.success() || ended.status.code() == Some(1) && !says(&ended.err, &["KRL"]) {
            true => Ok(()),
            false => Err(last_words(&ended.err)),
        }
    }
}

fn check_list(bytes: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "is neither a KRL nor a list of public keys".to_owned())?;
    for (line, number) in text.lines().zip(1..) {
        let key = line.trim_matches([' ', '\t']);
        if !key.is_empty() && !key.starts_with('#') {
            PublicKey::parse(key).map_err(|why| format!("line {number}: {why}"))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_keys_is_read_line_by_line() {
        let key = std::str::from_utf8(ANY_KEY).unwrap();
        for list in [String::new(), key.to_owned(), format!("# old\n\n  {key}{key}"), key.trim_end().to_owned()] {
            assert_eq!(check_list(list.as_bytes()), Ok(()), "{list}");
        }
        let wrong = format!("{key}alice@example.com {key}");
        assert!(check_list(wrong.as_bytes()).unwrap_err().starts_with("line 2: "));
        assert!(check_list(b"junk").is_err());
        assert!(check_list(b"\xff\xfe").is_err());
    }
}
