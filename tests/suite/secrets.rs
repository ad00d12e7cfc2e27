//! Thirty secrets are planted in everything a program can say; none of their bytes reaches the run's directory.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use mop::exec::process::{Cancel, Program};
use mop::journal::{
    Digest, Disk, Draft, FileSystems, Mask, MaskStream, NewRun, RecordId, World, Writer, commitment, create_run,
    put_blob, salt_of,
};
use mop::text::Shown;

const PLANTED: usize = 30;

/// Prints each secret as programs do: plain, in a command line, as JSON, as an address, in base64, on the error stream.
const LEAK: &str = r#"
for name in $NAMES; do
    eval "value=\$$name"
    printf '%s\n' "$value"
    printf 'Authorization: Bearer %s\r\n' "$value"
    printf '{"token":"%s"}\n' "$value"
    printf 'GET /login?key=%s&x=1\n' "$value"
    printf '%s' "$value" | base64
    printf 'user:%s' "$value" | base64
    printf '\033[31mfailed: %s rejected\033[0m\n' "$value" >&2
done
env
"#;

/// Gives secrets of all kinds: tokens, words with blanks and quotes, other scripts, long ones.
pub fn planted() -> Vec<String> {
    let kinds: [fn(usize) -> String; 6] = [
        |n| format!("tok{n:02}-{}", Digest::of(&[n as u8])),
        |n| format!("pass word {n:02}!"),
        |n| format!("it's \"{n:02}\" \\ $HOME"),
        |n| format!("pä$$wörd-{n:02}-密码"),
        |n| format!("k{n:02}/+=&?%#"),
        |n| format!("{n:02}").repeat(40),
    ];
    (10..10 + PLANTED).map(|n| kinds[n % kinds.len()](n)).collect()
}

fn leak(secrets: &[String]) -> (Vec<u8>, Vec<u8>) {
    let names: Vec<_> = (0..secrets.len()).map(|n| format!("SECRET_{n}")).collect();
    let mut environment: Vec<_> = names.iter().zip(secrets).map(|(name, value)| (name.into(), value.into())).collect();
    environment.push(("NAMES".into(), names.join(" ").into()));
    environment.push(("PATH".into(), std::env::var_os("PATH").unwrap()));
    let arguments = vec!["-c".into(), LEAK.into()];
    let program = Program { path: "sh".into(), arguments, environment, limit: Duration::from_secs(60) };
    let ended = program.run(b"", &Cancel::new()).unwrap();
    assert!(!ended.out.is_cut() && !ended.err.is_cut(), "the program's output was cut; leak less");
    (ended.out.bytes, ended.err.bytes)
}

fn masked(mask: &Arc<Mask>, output: &[u8], chunk: usize) -> Vec<u8> {
    let mut stream = MaskStream::new(Arc::clone(mask));
    let mut out: Vec<u8> = output.chunks(chunk).flat_map(|chunk| stream.push(chunk)).collect();
    out.extend(stream.finish());
    out
}

fn find(bytes: &[u8], value: &[u8]) -> Option<usize> {
    bytes.windows(value.len()).position(|window| window == value)
}

/// Finds every file below a directory.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    // A pipe holds nothing that stays.
    let files = entries.filter(|path| path.is_dir() || path.is_file());
    files.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

fn new_run(folder: &Path) -> PathBuf {
    let first = Draft::new(RecordId::from_bits([1; 16]), br#"{"t":"started"}"#).unwrap();
    let run = NewRun { name: "run", files: &[], first: &first, file_systems: FileSystems::Any };
    create_run(&Disk, folder, &run).unwrap()
}

#[test]
fn no_byte_of_thirty_planted_secrets_reaches_the_directory_of_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let run = new_run(folder.path());
    let secrets = planted();
    let values: Vec<_> = secrets.iter().map(|secret| secret.as_bytes()).collect();
    let mask = Arc::new(Mask::new(&values));
    assert_eq!(mask.unmasked(), [0_usize; 0]);
    let (out, err) = leak(&secrets);
    assert!(values.iter().all(|value| find(&out, value).is_some()), "nothing was leaked");

    let mut writer = Writer::open(&World::machine(), &run, br#"{"by":"test"}"#).unwrap();
    let mut number = 2;
    let mut record = |body: serde_json::Value| {
        let draft = Draft::new(RecordId::from_bits([number; 16]), body.to_string().as_bytes()).unwrap();
        number += 1;
        writer.append(&draft, |_| Ok::<(), ()>(())).unwrap();
    };
    for chunk in [1, 7, 4096] {
        let blob = put_blob(&Disk, &run, &masked(&mask, &out, chunk)).unwrap();
        let words = String::from_utf8_lossy(&masked(&mask, &err, chunk)).into_owned();
        let screen = Shown::text(&words).as_str().to_owned();
        record(serde_json::json!({ "t": "output", "blobs": [blob.to_string()], "error": words, "screen": screen }));
    }
    for (n, secret) in secrets.iter().enumerate() {
        let salt = salt_of(&Disk, &run, &format!("secret_{n}"), [n as u8 + 1; 32]).unwrap();
        let note = mask.apply_text(&format!("the password is {secret}, do not tell"));
        let named = format!("sha256:{}", commitment(&salt, secret.as_bytes()));
        record(serde_json::json!({ "t": "note", "text": note, "value": named }));
    }

    let kept = files_below(&run);
    assert!(kept.len() > PLANTED, "{} files", kept.len());
    for file in kept {
        let bytes = std::fs::read(&file).unwrap();
        for (n, value) in values.iter().enumerate() {
            let found = find(&bytes, value);
            assert_eq!(found, None, "secret {n} stands in {}", file.display());
        }
    }
}
