//! Signing with a key that is on another machine: the statement goes out, the signature comes back.
//!
//! Which key is known before, because it stands in the statement: the person's in the roster.

use std::io::Write;

use super::{Signing, shown, signs, step};
use crate::app::{Hand, NotTyped, Typist, verified};
use crate::cli::args::SignArgs;
use crate::cli::hand::{fingerprint, keys, person};
use crate::cli::output::Output;
use crate::cli::stop::Stop;
use crate::exec::sign::SigningKey;
use crate::run::roster::{Auth, Holder, PublicKey, SIGNOFF};
use crate::run::{Head, Person, Refusal, Run, Scene};
use crate::runbook::model::Sign;
use crate::runbook::plan::Item;
use crate::text::Shown;

/// What ends the statement where it is pasted into a shell; no line of a statement is like it.
const END: &str = "END-OF-STATEMENT";
/// The last line of a signature.
const LAST: &str = "-----END SSH SIGNATURE-----";
/// How many bytes a signature that is pasted may have.
const MOST_BYTES: usize = 32 * 1024;

/// Prints the statement and nothing else, with the line feed that is signed too.
pub(super) fn print(hand: &Hand, args: &SignArgs, output: &mut Output<impl Write, impl Write>) -> Result<(), Stop> {
    let mut typist = Typist::new()?;
    let (item, who, auth) = asked(hand, args, &mut typist)?;
    hand.run().check_sign(item, &hand.stamp(&who)).map_err(Stop::no)?;
    check_is_signed(hand.run(), item)?;
    let signing = Signing { step: item.id.to_string(), seen: hand.run().head().n, who };
    let statement = signing.statement(hand.run(), &hand.scene(&signing.who, auth))?;
    output.print(&(statement + "\n"));
    Ok(())
}

/// Prints the step and the statement, and takes the signature that is pasted.
pub(super) fn paste(
    hand: &mut Hand,
    args: &SignArgs,
    output: &mut Output<impl Write, impl Write>,
) -> Result<Head, Stop> {
    let mut typist = Typist::new()?;
    let (item, who, auth) = asked(hand, args, &mut typist)?;
    check_is_signed(hand.run(), item)?;
    hand.run().check_sign(item, &hand.stamp(&who)).map_err(Stop::no)?;
    let signs = signs(hand.run(), (item, &who));
    let signing = Signing::begin((hand.run(), item), who, output);
    let scene = hand.scene(&signing.who, auth);
    let statement = signing.statement(hand.run(), &scene)?;
    output.print(&instructions((&signs, &scene.auth), &statement));
    let _ = output.flush();
    typist.forget();
    let signature = read_signature(&mut typist)?;
    let proof = (scene, statement, signature);
    let proved = check(hand, &mut typist, proof)?;
    signing.record(hand, proved)
}

/// Verifies a signature that was made elsewhere.
pub(super) fn check(
    hand: &Hand,
    typist: &mut Typist,
    (scene, statement, signature): (Scene, String, String),
) -> Result<Result<crate::run::Proved, crate::app::Unproved>, Stop> {
    let (ssh, roster) = (hand.ssh(), hand.run().roster());
    Ok(typist.meanwhile(|_| verified(ssh, roster, (scene, statement), signature))?)
}

/// Finds the step, the person and the key that are asked for.
fn asked<'a>(hand: &'a Hand, args: &SignArgs, typist: &mut Typist) -> Result<(&'a Item, Person, Auth), Stop> {
    let run = hand.run();
    let item = step(run, args.step.as_deref())?;
    let named = args.key.as_deref().map(|named| public_half(run, named)).transpose()?;
    let at_hand = match (&named, &args.who) {
        (Some(key), _) => vec![(Holder::File, key.clone())],
        (None, Some(_)) => Vec::new(),
        (None, None) => {
            let ssh = hand.ssh();
            typist.meanwhile(|cancel| keys(ssh, None, cancel))?.map_err(Stop::usage)?.all
        }
    };
    let who = person(run, args.who.as_deref(), &at_hand)?;
    let auth = Auth::Key { holder: Holder::File, key: key_of(run, (&who, named))? };
    let (needs, has) = (run.needed_level(item, &who), auth.level());
    if has < needs { Err(Stop::no(Refusal::TooWeak { needs, has })) } else { Ok((item, who, auth)) }
}

fn check_is_signed(run: &Run, item: &Item) -> Result<(), Stop> {
    match run.signers(item) {
        Sign::None => {
            Err(Stop::no("nobody has to sign this; mop sign without --paste and --print records that it was done"))
        }
        _ => Ok(()),
    }
}

/// Reads the public half that was named: a fingerprint of the roster, or a file.
fn public_half(run: &Run, named: &std::path::Path) -> Result<PublicKey, Stop> {
    let Some(print) = fingerprint(named) else {
        return Ok(SigningKey::in_file(named).map_err(Stop::usage)?.key().clone());
    };
    let mut keys = run.roster().people().iter().flat_map(|member| &member.keys);
    let found = keys.find(|entry| entry.key.fingerprint() == print);
    found
        .map(|entry| entry.key.clone())
        .ok_or_else(|| Stop::usage(format!("no key {print} is in the roster of this run")))
}

/// Finds the key that a person signs with: the one that was named, or the only one of the roster.
fn key_of(run: &Run, (who, named): (&Person, Option<PublicKey>)) -> Result<PublicKey, Stop> {
    let member = run.roster().member(&who.id);
    let member =
        member.ok_or_else(|| Stop::no(format!("{} is not in the roster of this run, so no key is known", who.id)))?;
    if let Some(key) = named {
        let print = key.fingerprint();
        return if member.has_key(&key) { Ok(key) } else { Err(Stop::no(Refusal::NotTheirKey(print))) };
    }
    let keys: Vec<_> = member.keys.iter().filter(|entry| !entry.authority).map(|entry| &entry.key).collect();
    match keys[..] {
        [key] => Ok(key.clone()),
        [] => Err(Stop::no(format!(
            "the roster of this run has no key of {}; with a certificate, name it with --key",
            who.id
        ))),
        _ => {
            let prints: Vec<_> =
                keys.iter().map(|key| format!("\n  {} {}", key.fingerprint(), key.comment())).collect();
            Err(Stop::usage(format!("{} has more than one key; say which with --key:{}", who.id, prints.concat())))
        }
    }
}

/// Says what to do where the key is; the statement stands in it as it is signed, ready for a shell.
fn instructions((signs, auth): (&str, &Auth), statement: &str) -> String {
    let signs = Shown::line(&format!("{signs}, with {auth}."));
    format!(
        "\n{signs}\nCopy this, from ssh-keygen to {END}, and run it where the key is; KEY is its file.\n\nssh-keygen -Y sign -n {SIGNOFF} -f KEY <<'{END}'\n{}\n{END}\n\nPaste here what it prints, down to {LAST}; ctrl-c stops.\n",
        shown(statement)
    )
}

/// Reads what is pasted, up to the last line of a signature.
fn read_signature(typist: &mut Typist) -> Result<String, Stop> {
    let mut signature = String::new();
    loop {
        let line = match typist.line() {
            Err(NotTyped::Ended) => {
                return Err(Stop::no(format!("the input ended before {LAST}; nothing was recorded")));
            }
            line => line?,
        };
        let line = line.trim();
        if !(signature.is_empty() && line.is_empty()) {
            signature += line;
            signature.push('\n');
        }
        if line == LAST {
            return Ok(signature);
        }
        if signature.len() > MOST_BYTES {
            return Err(Stop::no("this is longer than any signature; nothing was recorded"));
        }
    }
}
