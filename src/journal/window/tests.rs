//! Lines are whole, and no file fills the memory.

use super::super::faults::Site;
use super::super::storage::sim::Machine;
use super::super::storage::{Access, Storage as _};
use super::*;

fn read(machine: &Machine, bytes: &[u8]) -> (Vec<usize>, usize, usize) {
    let path = std::path::Path::new("/runs/file");
    machine.overwrite(path, bytes);
    let file = machine.process(2).open(path, Access::Read).unwrap();
    let mut window = Window::new(0, bytes.len() as u64);
    let (mut lens, mut joined) = (Vec::new(), Vec::new());
    while let Some(line) = window.next_line(&*file).unwrap() {
        lens.push(line.len());
        joined.extend_from_slice(line);
    }
    let rest = window.rest().len();
    joined.extend_from_slice(window.rest());
    assert!(joined == bytes);
    let hash = Window::hashing(bytes.len() as u64).finish(&*file).unwrap();
    assert_eq!(hash, Digest::of(bytes));
    (lens, rest, window.buffer.len())
}

#[test]
fn lines_are_whole_and_what_is_no_line_does_not_fill_the_memory() {
    let machine = Site::new().machine;
    assert_eq!(read(&machine, b""), (vec![], 0, 0));
    assert_eq!(
        read(
            &machine,
            b"one
two
thr"
        ),
        (vec![4, 4], 3, 11)
    );
    let line = [vec![b'x'; 65_535], vec![b'\n']].concat();
    assert_eq!(read(&machine, &line.repeat(9)).0, vec![65_536; 9]);
    let (lens, rest, held) = read(&machine, &vec![0; 10 * PIECE + 5]);
    assert_eq!((lens, rest, held), (vec![PIECE; 10], 5, PIECE));
}
