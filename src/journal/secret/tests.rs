//! A salt is made once, kept for the account alone, and never shown.

use super::super::faults::{Site, run_path, world};
use super::*;

fn salt(site: &Site, name: &str, chance: u8) -> Result<Salt, JournalError> {
    salt_of(&*world(&site.machine.process(2)).storage, &run_path(), name, [chance; LEN])
}

#[test]
fn the_first_salt_of_a_name_stays() {
    let site = Site::new();
    let value = b"hunter22";
    let first = commitment(&salt(&site, "DB_PASSWORD", 0xa7).unwrap(), value);
    assert_eq!(first, Digest::of(&[[0xa7; 32].as_slice(), value].concat()));
    assert_eq!(commitment(&salt(&site, "DB_PASSWORD", 0x01).unwrap(), value), first);
    assert_ne!(commitment(&salt(&site, "other.key", 0x01).unwrap(), value), first);
    let file = site.machine.bytes(&run_path().join("secrets/DB_PASSWORD"));
    assert_eq!(file, format!("{}\n", "a7".repeat(32)).into_bytes());
    assert!(read_salt(&*world(&site.machine.process(3)).storage, &run_path(), "third").unwrap().is_none());
}

#[test]
fn two_processes_that_make_a_salt_at_once_get_the_same_one() {
    let probe = Site::new().machine.process(2);
    salt_of(&*world(&probe).storage, &run_path(), "pin", [1; LEN]).unwrap();
    for at in 0..probe.calls().len() {
        let site = Site::new();
        let (one, other) = (site.machine.process(2), site.machine.process(3));
        let (told, heard) = std::sync::mpsc::channel();
        one.pause(at, move || {
            told.send(salt_of(&*world(&other).storage, &run_path(), "pin", [2; LEN]).unwrap()).unwrap();
        });
        let mine = salt_of(&*world(&one).storage, &run_path(), "pin", [1; LEN]).unwrap();
        assert_eq!(commitment(&mine, b"x"), commitment(&heard.recv().unwrap(), b"x"), "met at {at}");
    }
}

#[test]
fn a_file_that_is_no_salt_is_told_and_left_alone() {
    let site = Site::new();
    let path = run_path().join("secrets/pin");
    for bytes in [b"".to_vec(), b"ab\n".to_vec(), vec![b'A'; 65], [vec![b'a'; 63], b"g\n".to_vec()].concat()] {
        site.machine.overwrite(&path, &bytes);
        let error = salt(&site, "pin", 1).unwrap_err();
        assert!(error.to_string().contains("secrets/pin is not a salt"), "{error}");
        assert_eq!(site.machine.bytes(&path), bytes);
    }
    site.machine.overwrite(&path, &[b'a'; 66]);
    assert!(matches!(salt(&site, "pin", 1).unwrap_err(), JournalError::TooLarge { .. }));
}

#[test]
fn a_salt_goes_nowhere_else_and_is_not_shown() {
    let site = Site::new();
    for name in ["", "..", "../x", ".pin", "a/b", "A b"] {
        let error = salt(&site, name, 1).unwrap_err();
        assert!(matches!(error, JournalError::Name { .. }), "{error}");
    }
    assert_eq!(format!("{:?}", salt(&site, "pin", 1).unwrap()), "Salt(…)");
}
