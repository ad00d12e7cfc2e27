//! Commands that print too much, too fast, or bytes that are no text.

use std::fs;

use mop::exec::command::{Found, How, Stream, find, printed};
use sha2::{Digest as _, Sha256};

use super::ground::{Ground, ended, found_end, shell, supervisor, until};

const LINE: &str = "0123456789012345678901234567890123456789012345678901234567890123456789012345678\n";
const MANY: u64 = 100 * 1024 * 1024;

/// Prints a hundred mebibytes of the same line, then its last words.
fn plenty() -> String {
    format!("yes {} | head -c {MANY}; echo last words", LINE.trim_end())
}

fn digest() -> String {
    let mut hash = Sha256::new();
    let bytes = LINE.as_bytes().repeat(1 << 16);
    let mut left = usize::try_from(MANY).unwrap();
    while left > 0 {
        let piece = &bytes[..left.min(bytes.len())];
        hash.update(piece);
        left -= piece.len();
    }
    hash.update(b"last words\n");
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn most_memory(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_hundred_mebibytes_take_bounded_room_and_the_digest_is_of_all_of_them() {
    let ground = Ground::new();
    let gate = ground.gate("gate");
    let mut running = ground.start(&shell(&format!("{}; cat {} >/dev/null", plenty(), gate.0.display())));
    let pid = supervisor(&mut running);
    let (mut seen, mut missed) = (0, 0);
    until("the last words", || {
        let news = running.news(1 << 20).unwrap();
        seen += news.chunks.iter().map(|chunk| chunk.bytes.len() as u64).sum::<u64>();
        missed += news.chunks.iter().map(|chunk| chunk.missed).sum::<u64>();
        news.chunks.iter().any(|chunk| chunk.bytes.ends_with(b"last words\n")).then_some(())
    });
    assert_eq!(seen + missed, MANY + 11, "what is not read is counted");
    assert!(most_memory(pid) < 32 * 1024, "{} KiB", most_memory(pid));
    gate.open();
    let end = ended(&mut running).end;
    assert_eq!((end.how, end.out.bytes, end.out.sha256), (How::Exit(0), MANY + 11, digest()));
    let sizes = fs::read_dir(ground.dir()).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len());
    assert!(sizes.sum::<u64>() < 12 * 1024 * 1024);
}

#[test]
fn of_what_nobody_reads_the_beginning_and_the_end_are_kept() {
    let ground = Ground::new();
    drop(ground.start(&shell(&plenty())));
    let end = found_end(&ground.dir());
    let kept = printed(&ground.dir(), &end).unwrap().out;
    let text = String::from_utf8(kept.bytes).unwrap();
    assert!(text.starts_with(LINE) && text.ends_with("last words\n"));
    assert_eq!((kept.missing, text.matches("\n\u{fffd}\n").count()), (end.out.dropped, 1));
    assert_eq!(text.len() as u64 - 5 + kept.missing, end.out.bytes);
    // Less what the lines of the frames take.
    assert!(text.len() > 15 * 512 * 1024, "{}", text.len());
}

#[test]
fn bytes_that_are_no_text_come_as_they_are() {
    let ground = Ground::new();
    let all =
        r"printf '\000\001\033[2J\377\376\200o 0 0 5\nabcde\n'; head -c 100000 /dev/urandom | tee @ >&2; printf '\n\n'";
    let mut running = ground.start(&shell(&all.replace('@', ground.at("copy").to_str().unwrap())));
    let ended = ended(&mut running);
    let of =
        |stream| ended.chunks.iter().filter(move |chunk| chunk.stream == stream).flat_map(|chunk| chunk.bytes.clone());
    assert_eq!(of(Stream::Out).collect::<Vec<_>>(), b"\0\x01\x1b[2J\xff\xfe\x80o 0 0 5\nabcde\n\n\n");
    assert!(of(Stream::Err).eq(fs::read(ground.at("copy")).unwrap()));
    assert!(
        matches!(find(&ground.dir()).unwrap(), Found::Ended(end) if end.err.bytes == 100_000 && end.err.dropped == 0)
    );
}

#[test]
fn a_command_that_prints_byte_by_byte_is_kept_whole() {
    let ground = Ground::new();
    let ended = ground.run("i=0; while [ $i -lt 3000 ]; do printf x; i=$((i+1)); done");
    assert_eq!(ended.good(), "x".repeat(3000));
}
