//! Where downloads are put in tests, and how their ends are waited for: never for a length of time.

use std::fs;
use std::time::{Duration, Instant};

use mop::exec::fetch::{Downloading, End, How, Limits, Order, Progress, start};
use sha2::{Digest as _, Sha256};

pub use crate::ground::Ground;

/// How long a test waits for what must come.
pub const PATIENCE: Duration = Duration::from_secs(60);

impl Ground {
    /// An order to the file of most tests, which does not wait long.
    pub fn order(&self, url: &str) -> Order {
        let pause = Duration::from_millis(1);
        let limits = Limits { tries: 3, cuts: 20, first_pause: pause, longest_pause: pause, ..Limits::default() };
        Order { limits, ..Order::new(url, self.at("file")) }
    }

    pub fn file(&self) -> Vec<u8> {
        fs::read(self.at("file")).unwrap()
    }
}

/// Downloads to the end.
pub fn fetch(order: Order) -> End {
    end(&mut start(order))
}

pub fn end(downloading: &mut Downloading) -> End {
    downloading.wait(PATIENCE).unwrap_or_else(|| panic!("the download has no end"))
}

/// Waits until a download is so far.
pub fn until(downloading: &Downloading, is_so: impl Fn(&Progress) -> bool) -> Progress {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let progress = downloading.progress();
        if is_so(&progress) {
            return progress;
        }
        assert!(Instant::now() < deadline, "{progress:?}");
        std::thread::yield_now();
    }
}

/// The sentence of a download that failed.
pub fn why(end: &End) -> &str {
    match &end.how {
        How::Failed(why) => why.as_str(),
        other => panic!("{other:?}"),
    }
}

pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Bytes of which no part is like another.
pub fn bytes(count: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    (0..count).map(|_| next()).collect()
}
