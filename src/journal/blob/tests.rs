//! A blob is the content that its name says, or it is told that it is not.

use super::super::faults::{Site, run_path, world};
use super::super::storage::sim::Call;
use super::*;

fn put(site: &Site, content: &[u8]) -> Result<Digest, JournalError> {
    put_blob(&*world(&site.machine.process(2)).storage, &run_path(), content)
}

fn get(site: &Site, sha256: &Digest) -> Result<Option<Vec<u8>>, JournalError> {
    get_blob(&*world(&site.machine.process(3)).storage, &run_path(), sha256)
}

#[test]
fn a_content_is_found_under_its_hash() {
    let site = Site::new();
    let content = "output ".repeat(30_000);
    for content in ["", "a", &content] {
        let sha256 = put(&site, content.as_bytes()).unwrap();
        assert_eq!(sha256, Digest::of(content.as_bytes()));
        assert_eq!(get(&site, &sha256).unwrap(), Some(content.as_bytes().to_vec()));
        let path = blob_path(&run_path(), &sha256);
        let hex = sha256.to_string();
        assert_eq!(path, run_path().join("blobs").join(&hex[..2]).join(&hex));
        assert_eq!(site.machine.names(path.parent().unwrap()), [hex]);
    }
    assert_eq!(get(&site, &Digest::of(b"never kept")).unwrap(), None);
}

#[test]
fn the_same_content_is_kept_once_and_writes_nothing_the_second_time() {
    let site = Site::new();
    let sha256 = put(&site, b"twice").unwrap();
    let process = site.machine.process(4);
    assert_eq!(put_blob(&*world(&process).storage, &run_path(), b"twice").unwrap(), sha256);
    assert!(process.calls().iter().all(|(call, _)| *call != Call::Append), "{:?}", process.calls());
}

#[test]
fn what_stands_under_the_name_is_believed_only_when_it_is_the_content() {
    for there in [b"".as_slice(), b"twic", b"twicf", b"twice!"] {
        let site = Site::new();
        let sha256 = put(&site, b"twice").unwrap();
        let path = blob_path(&run_path(), &sha256);
        site.machine.overwrite(&path, there);
        for error in [put(&site, b"twice").unwrap_err(), get(&site, &sha256).unwrap_err()] {
            assert!(matches!(error, JournalError::Content { .. }), "{error}");
        }
        assert_eq!(site.machine.bytes(&path), there, "it is kept to be looked into");
    }
}

#[test]
fn a_content_that_is_too_large_is_refused_before_anything_is_written() {
    let site = Site::new();
    let process = site.machine.process(2);
    let content = vec![0; usize::try_from(MAX_BLOB).unwrap() + 1];
    let error = put_blob(&*world(&process).storage, &run_path(), &content).unwrap_err();
    assert!(matches!(error, JournalError::TooLarge { most: MAX_BLOB, .. }), "{error}");
    assert!(process.calls().is_empty());
    put(&site, &content[1..]).unwrap();
}

#[test]
fn what_a_killed_process_left_behind_is_in_nobodys_way() {
    let site = Site::new();
    let sha256 = put(&site, b"other").unwrap();
    site.machine.unlink(&blob_path(&run_path(), &sha256));
    let left = run_path().join("blobs").join(&sha256.to_string()[..2]).join(format!(".tmp-{sha256}-0"));
    site.machine.overwrite(&left, b"ot");
    assert_eq!(put(&site, b"other").unwrap(), sha256);
    assert_eq!(get(&site, &sha256).unwrap(), Some(b"other".to_vec()));
    assert_eq!(site.machine.bytes(&left), b"ot");
}

#[test]
fn a_directory_in_the_place_of_a_blob_is_told() {
    let site = Site::new();
    let sha256 = put(&site, b"twice").unwrap();
    let path = blob_path(&run_path(), &sha256);
    site.machine.unlink(&path);
    world(&site.machine.process(2)).storage.create_dir(&path, Privacy::Usual).unwrap();
    assert!(get(&site, &sha256).unwrap_err().to_string().contains("is not a plain file"));
    assert!(put(&site, b"twice").is_err());
}
