//! Signing at this terminal: by a key of the ssh-agent or of a file, by PIN, or by name.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use super::{Signing, shown, signs, step};
use crate::app::{Hand, Keys, Proof, Typist, prove};
use crate::cli::args::SignArgs;
use crate::cli::hand::{check_can_ask, confirm, keys, person};
use crate::cli::output::Output;
use crate::cli::stop::Stop;
use crate::run::roster::{Auth, Holder, PublicKey};
use crate::run::{Head, Person, Refusal, Run};
use crate::runbook::model::Sign;
use crate::runbook::plan::Item;
use crate::text::Shown;

/// What is asked, and the word that signs.
const SIGN: (&str, &str) = ("sign? type yes: ", "yes");
/// What is asked where nobody signs.
const CONFIRM: (&str, &str) = ("done? type yes: ", "yes");

/// Prints the step and the statement, asks, and signs.
pub(super) fn sign(
    hand: &mut Hand,
    args: &SignArgs,
    output: &mut Output<impl Write, impl Write>,
) -> Result<Head, Stop> {
    let mut typist = Typist::new()?;
    check_can_ask(&typist, args.yes)?;
    let ssh = hand.ssh().clone();
    let named = args.key.as_deref();
    let Keys { all, file } = typist.meanwhile(|cancel| keys(&ssh, named, cancel))?.map_err(Stop::usage)?;
    let item = step(hand.run(), args.step.as_deref())?;
    let who = person(hand.run(), args.who.as_deref(), &all)?;
    hand.run().check_sign(item, &hand.stamp(&who)).map_err(Stop::no)?;
    if *hand.run().signers(item) == Sign::None {
        let signing = Signing::begin((hand.run(), item), who, output);
        output.print("\n");
        ask(args, (&mut typist, CONFIRM), output)?;
        return signing.put(hand, None);
    }
    let auth = way(hand.run(), (item, &who), (&all, named))?;
    let words = words(&signs(hand.run(), (item, &who)), &auth);
    let signing = Signing::begin((hand.run(), item), who, output);
    let scene = hand.scene(&signing.who, auth);
    let statement = signing.statement(hand.run(), &scene)?;
    output.print(&format!("\n{}\n\n{words}\n", shown(&statement)));
    ask(args, (&mut typist, SIGN), output)?;
    let pin = if scene.auth == Auth::Pin { Some(ask_pin(&mut typist, (&signing.who, output))?) } else { None };
    if matches!(scene.auth, Auth::Key { .. }) {
        output.tell("Signing; touch the key, or confirm, if it asks. ctrl-c stops.");
    }
    let proof = Proof { scene, statement, pin, roster: Arc::clone(hand.run().roster()), file };
    let proved = typist.meanwhile(|cancel| prove(&ssh, proof, cancel))?;
    signing.record(hand, proved)
}

/// Asks whether to sign, unless that was said already.
fn ask(
    args: &SignArgs,
    (typist, question): (&mut Typist, (&str, &str)),
    output: &mut Output<impl Write, impl Write>,
) -> Result<(), Stop> {
    // With --yes, too, the step is on the screen before it is signed.
    let _ = output.flush();
    if args.yes { Ok(()) } else { confirm(typist, question, output) }
}

/// Finds by what a person signs here: the strongest way there is, and a key that was named or nothing.
pub(in crate::cli) fn way(
    run: &Run,
    (item, who): (&Item, &Person),
    (keys, named): (&[(Holder, PublicKey)], Option<&Path>),
) -> Result<Auth, Stop> {
    let way = run.ways(item, who, keys).into_iter().next();
    match (way, named) {
        (Some(auth @ Auth::Key { .. }), _) | (Some(auth), None) => Ok(auth),
        (None, None) => Err(Stop::no(run.why_no_way(item, who))),
        (_, Some(named)) => Err(Stop::no(why_not_with(run, (item, who), (keys, named)))),
    }
}

/// Says why a person cannot sign with the key that was named.
fn why_not_with(run: &Run, (item, who): (&Item, &Person), (keys, named): (&[(Holder, PublicKey)], &Path)) -> String {
    let has_key = |key| run.roster().member(&who.id).is_some_and(|member| member.has_key(key));
    match keys.iter().find(|(_, key)| has_key(key)) {
        Some((holder, key)) => {
            let has = Auth::Key { holder: *holder, key: key.clone() }.level();
            Refusal::TooWeak { needs: run.needed_level(item, who), has }.to_string()
        }
        None => {
            let key = Shown::line_limited(&named.to_string_lossy(), 200);
            format!("the key {key} is not in the roster of this run under {}", who.id)
        }
    }
}

fn ask_pin(typist: &mut Typist, (who, output): (&Person, &mut Output<impl Write, impl Write>)) -> Result<String, Stop> {
    let is_terminal = typist.is_terminal();
    // Hidden first, asked then: what is typed at the question is never on the screen.
    let mut hidden = typist.hide()?;
    if is_terminal {
        output.ask(&format!("PIN of {}: ", Shown::line_limited(&who.name, 60)));
    }
    Ok(hidden.line()?.to_string())
}

/// Says who is going to sign what, and what proves it.
fn words(signs: &str, auth: &Auth) -> String {
    let words = match auth {
        Auth::NameOnly => format!("{signs}, by name only: nothing proves who it is."),
        Auth::Pin => format!("{signs}, with the PIN."),
        Auth::Key { .. } => format!("{signs}, with {auth}."),
    };
    Shown::line(&words).as_str().to_owned()
}
