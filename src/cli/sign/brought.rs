//! A statement that was printed before, brought back with its signature.
//!
//! It is recorded as it was signed when the run would say the very same now; if anything moved on,
//! it is refused and a new one has to be printed.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::elsewhere::check;
use super::{Signing, step};
use crate::app::{Hand, Typist};
use crate::cli::args::SignArgs;
use crate::cli::hand::person;
use crate::cli::stop::Stop;
use crate::exec::sign::Sshsig;
use crate::run::roster::{Auth, Holder};
use crate::run::{Head, Person, Written, statement};
use crate::runbook::plan::Item;

/// How many bytes are read of a file; no statement and no signature has more.
const MOST_BYTES: u64 = 64 * 1024 + 1;

/// Records a statement and its signature, from their files.
pub(super) fn record(hand: &mut Hand, args: &SignArgs, files: (&Path, &Path)) -> Result<Head, Stop> {
    let written = Written::parse(&read(files.0)?).map_err(Stop::no)?;
    let signature = read(files.1)?;
    let run = hand.run();
    let item = written.item(run).map_err(Stop::no)?;
    let who = signer(hand, args, &written)?;
    check_step(hand, args, item)?;
    written.check_age(hand.stamp(&who).at_ms).map_err(Stop::no)?;
    run.check_sign(item, &hand.stamp(&who)).map_err(Stop::no)?;
    let scene = written.scene(who.clone(), auth(&written, &signature)?);
    let now = statement(run, item, written.seen(), &scene);
    written.compare(&now).map_err(Stop::no)?;
    let signing = Signing { step: item.id.to_string(), seen: written.seen(), who };
    let signature = String::from_utf8_lossy(&signature).into_owned();
    let proved = check(hand, &mut Typist::new()?, (scene, now.text, signature))?;
    signing.record(hand, proved)
}

fn read(path: &Path) -> Result<Vec<u8>, Stop> {
    let unreadable = |error: std::io::Error| Stop::usage(format!("{}: {error}", path.display()));
    let mut bytes = Vec::new();
    File::open(path).map_err(unreadable)?.take(MOST_BYTES).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

/// Finds who signed in the roster; if somebody was named it has to be him.
fn signer(hand: &Hand, args: &SignArgs, written: &Written) -> Result<Person, Stop> {
    let id = written.signer();
    let member = hand.run().roster().member(id);
    let who =
        member.ok_or_else(|| Stop::no(format!("the statement is {id}'s, who is not in the roster of this run")))?;
    match &args.who {
        Some(named) if person(hand.run(), Some(named), &[])?.id != *id => {
            Err(Stop::no(format!("the statement is {id}'s, and not {named}'s")))
        }
        _ => Ok(who.person.clone()),
    }
}

/// Makes sure that it is about the step that was named, if one was.
fn check_step(hand: &Hand, args: &SignArgs, item: &Item) -> Result<(), Stop> {
    let Some(wanted) = &args.step else { return Ok(()) };
    match step(hand.run(), Some(wanted))?.id == item.id {
        true => Ok(()),
        false => Err(Stop::no(format!("the statement is about {} ({}), and not about {wanted}", item.number, item.id))),
    }
}

/// Says by what it is proved: by the key of the signature, when the statement names that one.
fn auth(written: &Written, signature: &[u8]) -> Result<Auth, Stop> {
    let signature = Sshsig::parse(signature).map_err(Stop::no)?;
    let ways = [Holder::File, Holder::Agent].map(|holder| Auth::Key { holder, key: signature.key().clone() });
    let named = ways.into_iter().find(|way| way.to_string() == written.auth());
    named.ok_or_else(|| {
        Stop::no(format!("the signature is by another key than the statement names: {}", written.auth()))
    })
}
