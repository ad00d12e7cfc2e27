//! How a download ended, in values and in a sentence.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::text::Shown;

/// Says how a download ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// The file is there.
    Done,
    /// The file was there already, and is the one that is wanted.
    WasThere,
    /// Somebody stopped it.
    Cancelled,
    /// It failed; why, as a sentence.
    Failed(Shown),
}

/// Is the end of a download.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// How it ended.
    pub how: How,
    /// How many bytes the file has, or what there is of it.
    pub bytes: u64,
    /// How many of them came this time.
    pub received: u64,
    /// How often it was tried again.
    pub retries: u32,
    /// How long it took.
    pub took: Duration,
    /// The SHA-256 of what is there, in hexadecimal, when all of it is.
    pub sha256: Option<String>,
    /// Whether that is the one that was wanted.
    pub is_verified: bool,
    /// Where what came is kept, when that is not where it was wanted.
    pub kept: Option<PathBuf>,
}

impl End {
    pub(super) fn failed(why: Shown) -> Self {
        let (bytes, received, retries, took) = (0, 0, 0, Duration::ZERO);
        Self { how: How::Failed(why), bytes, received, retries, took, sha256: None, is_verified: false, kept: None }
    }

    /// Tells whether the file is where it was wanted.
    #[must_use]
    pub fn is_good(&self) -> bool {
        matches!(self.how, How::Done | How::WasThere)
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = size_words(self.bytes);
        let hash = match (self.is_verified, self.sha256.as_deref()) {
            (true, _) => "its SHA-256 is the one that is wanted".to_owned(),
            (false, Some(hash)) => format!("no SHA-256 was given to compare; it has {hash}"),
            (false, None) => "its SHA-256 is not known".to_owned(),
        };
        match &self.how {
            How::Done => write!(f, "downloaded {size} in {}; {hash}", time_words(self.took)),
            How::WasThere => write!(f, "it was there already, {size}; {hash}"),
            How::Cancelled => write!(f, "stopped after {size}"),
            How::Failed(why) => write!(f, "{why}"),
        }?;
        match &self.kept {
            Some(path) if self.bytes > 0 => {
                write!(f, "; what came is in {}", Shown::line_limited(&path.to_string_lossy(), 300))
            }
            _ => Ok(()),
        }
    }
}

/// Writes a size for people, never rounded up to what it is not.
pub(in crate::exec) fn size_words(bytes: u64) -> String {
    const UNITS: [(&str, u64); 4] = [("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    match UNITS.iter().find(|(_, size)| bytes >= *size) {
        // Two sizes that differ must not read the same when they are compared, so the bytes stand beside it.
        Some((unit, size)) => {
            let tenths = u128::from(bytes) * 10 / u128::from(*size);
            format!("{}.{} {unit} ({bytes} bytes)", tenths / 10, tenths % 10)
        }
        None if bytes == 1 => "1 byte".to_owned(),
        None => format!("{bytes} bytes"),
    }
}

/// Writes a size for people who watch it grow.
pub(super) fn short_size(bytes: u64) -> String {
    size_words(bytes).split(" (").next().unwrap_or_default().to_owned()
}

/// Writes a length of time for people.
pub(in crate::exec) fn time_words(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..60 => format!("{seconds}.{} s", time.subsec_millis() / 100),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_read_as_people_say_them() {
        let sizes = [0, 1, 1023, 1024, 1536, (1 << 30) - 1, 5 << 30, u64::MAX].map(size_words);
        assert_eq!(sizes[..4], ["0 bytes", "1 byte", "1023 bytes", "1.0 KiB (1024 bytes)"]);
        assert_eq!(sizes[5], "1023.9 MiB (1073741823 bytes)");
        assert_eq!(sizes[7], "16777215.9 TiB (18446744073709551615 bytes)");
        let times = [0, 1500, 61_000, 3_700_000].map(|ms| time_words(Duration::from_millis(ms)));
        assert_eq!(times, ["0.0 s", "1.5 s", "1 min 1 s", "1 h 1 min"]);
    }

    #[test]
    fn an_end_is_a_sentence() {
        let failed = End::failed(Shown::ours("the server says 404 Not Found"));
        assert_eq!(failed.to_string(), "the server says 404 Not Found");
        let done = End { how: How::Done, bytes: 3, is_verified: true, ..failed.clone() };
        assert_eq!(done.to_string(), "downloaded 3 bytes in 0.0 s; its SHA-256 is the one that is wanted");
        let kept = End { bytes: 7, kept: Some("/a/b\u{1b}.part".into()), ..failed };
        assert_eq!(kept.to_string(), "the server says 404 Not Found; what came is in /a/b^[.part");
    }
}
