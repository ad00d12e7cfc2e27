//! A terminal that takes a part, or nothing, or is interrupted: nothing is lost and nothing comes twice.

use std::io::{self, ErrorKind, Write};

use proptest::prelude::*;

use crate::app::wire::Outlet;

/// Takes so many bytes of each write in turn; nothing when there are none.
struct Stingy {
    takes: Vec<usize>,
    calls: usize,
    taken: Vec<u8>,
}

impl Write for Stingy {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let takes = self.takes.get(self.calls % self.takes.len()).copied().unwrap_or_default();
        self.calls += 1;
        match takes {
            0 => Err(ErrorKind::WouldBlock.into()),
            1 => Err(ErrorKind::Interrupted.into()),
            most => {
                let part = bytes.len().min(most - 1);
                self.taken.extend_from_slice(&bytes[..part]);
                Ok(part)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn everything_arrives_in_order_whatever_a_terminal_takes(
        frames in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..300), 1..10),
        takes in prop::collection::vec(0_usize..40, 1..10),
    ) {
        let takes = [takes, vec![7]].concat();
        let mut outlet = Outlet::new(Stingy { takes, calls: 0, taken: Vec::new() });
        for frame in &frames {
            outlet.write_all(frame).unwrap();
            outlet.flush().unwrap();
        }
        while !outlet.is_empty() {
            outlet.push().unwrap();
        }
        prop_assert_eq!(&outlet.end().taken, &frames.concat());
    }
}

#[test]
fn a_terminal_that_takes_nothing_holds_nobody_up() {
    let mut outlet = Outlet::new(Stingy { takes: vec![0], calls: 0, taken: Vec::new() });
    outlet.write_all(b"a frame").unwrap();
    outlet.flush().unwrap();
    assert!(!outlet.is_empty());
    assert_eq!(outlet.end().calls, 1);
}

/// A terminal that is gone.
struct Gone;

impl Write for Gone {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_terminal_that_is_gone_is_an_error() {
    let mut outlet = Outlet::new(Gone);
    outlet.write_all(b"a frame").unwrap();
    assert_eq!(outlet.flush().unwrap_err().kind(), ErrorKind::BrokenPipe);
}
