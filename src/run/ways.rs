//! The ways in which a person can prove a signature, and the words when there is none.
//!
//! Where keys are is found out elsewhere and comes in as a list. Whether what a signer brings is
//! enough is decided in `gate`, whatever was offered here.

use super::event::Person;
use super::roster::{Auth, Holder, Level, PublicKey};
use super::state::Run;
use crate::runbook::plan::Item;

impl Run {
    /// Gives the ways in which a person can prove a signature of an item with these keys: keys, PIN, name.
    pub fn ways(&self, item: &Item, who: &Person, keys: &[(Holder, PublicKey)]) -> Vec<Auth> {
        let member = self.roster().member(&who.id);
        let keys = keys.iter().filter(|(_, key)| member.is_some_and(|member| member.has_key(key)));
        let keys = keys.map(|(holder, key)| Auth::Key { holder: *holder, key: key.clone() });
        let has_pin = member.is_some_and(|member| member.pin.is_some()) && !self.is_pin_locked(who);
        let needs = self.needed_level(item, who);
        let all = keys.chain(has_pin.then_some(Auth::Pin)).chain([Auth::NameOnly]);
        all.filter(|auth| auth.level() >= needs).collect()
    }

    /// Says why a person has no way to prove a signature of an item, and what can be done.
    pub fn why_no_way(&self, item: &Item, who: &Person) -> String {
        let (needs, name) = (self.needed_level(item, who), &who.name);
        let (number, id) = (&item.number, &self.start().run);
        match self.roster().member(&who.id) {
            None => format!("this needs a signature proved by {needs}, and {name} is not in the roster of this run"),
            Some(member) if member.reach() < needs => {
                format!("this needs a signature proved by {needs}, and the roster has nothing of {name} that can")
            }
            Some(_) if needs <= Level::Pin && self.is_pin_locked(who) => {
                format!("too many wrong PINs for {name}; a key has to sign in this run")
            }
            Some(_) => format!(
                "no key of {name} is in this ssh-agent: ssh-add it, or mop sign {id} {number} with --key or --paste"
            ),
        }
    }
}
