//! A folder has its name only when it is whole, and a small file only when it is durable.

use super::*;

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_folder_appears_with_its_lock_held_and_what_holds_it_can_be_handed_on() {
    let ground = tempfile::tempdir().unwrap();
    let dir = ground.path().join("commands/1");
    let lock = make(&dir, false).unwrap();
    assert_eq!(
        (names(&dir), names(dir.parent().unwrap())),
        (vec!["control".to_owned(), "lock".to_owned()], vec!["1".to_owned()])
    );
    let other = lock.try_clone().unwrap();
    drop(lock);
    assert!(is_held(&dir).unwrap() && is_held(&dir).unwrap());
    drop(other);
    assert!(!is_held(&dir).unwrap());
}

#[test]
fn a_folder_that_is_there_is_refused_and_stays_as_it_is() {
    let ground = tempfile::tempdir().unwrap();
    for (name, content) in [("empty", None), ("full", Some("x"))] {
        let dir = ground.path().join(name);
        fs::create_dir(&dir).unwrap();
        content.iter().for_each(|content| fs::write(dir.join("file"), content).unwrap());
        assert!(matches!(make(&dir, false), Err(CommandError::Exists { path }) if path == dir));
        assert_eq!(names(&dir).len(), content.iter().count());
    }
    fs::write(ground.path().join("file"), "").unwrap();
    assert!(matches!(make(&ground.path().join("file"), false), Err(CommandError::Exists { .. })));
    assert_eq!(names(ground.path()), ["empty", "file", "full"], "what was being made is gone");
}

#[test]
fn a_reserved_file_has_room_before_and_its_name_only_after_it_was_put() {
    let ground = tempfile::tempdir().unwrap();
    let path = ground.path().join("end.json");
    let mut reserved = Reserved::new(ground.path(), "end.json").unwrap();
    assert_eq!(fs::metadata(ground.path().join(".tmp-end.json")).unwrap().len(), RESERVED);
    assert!(read::<Vec<u32>>(&path).unwrap().is_none());
    reserved.put(&[1, 2]).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "[1,2]\n");
    assert_eq!(read::<Vec<u32>>(&path).unwrap(), Some(vec![1, 2]));
    assert_eq!(names(ground.path()), ["end.json"]);
}

#[test]
fn what_is_no_plain_file_of_ours_is_not_read() {
    let ground = tempfile::tempdir().unwrap();
    let (file, link) = (ground.path().join("file"), ground.path().join("link"));
    fs::write(&file, "[1").unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    assert!(matches!(read::<Vec<u32>>(&file), Err(CommandError::Damaged { .. })));
    assert!(matches!(read::<Vec<u32>>(&link), Err(CommandError::Io { doing: "open", .. })));
}
