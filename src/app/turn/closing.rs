//! The end of a run on the full screen: once it is closed it is sealed, here or in another terminal.

use crate::app::{App, Hand};
use crate::journal::read_seal;
use crate::ui::seal_form;

impl App {
    /// Asks whether the run that was closed just now is to be sealed.
    pub(super) fn offer_seal(&mut self) {
        if let Some(open) = self.open.as_ref().filter(|open| open.run.closed().is_some()) {
            self.screen.ask(seal_form(&open.run));
        }
    }

    /// Seals the run; done again it goes on where it ended.
    pub(super) fn seal(&mut self) {
        let Some(open) = &self.open else { return };
        let (id, who) = (open.run.start().run.clone(), open.who.clone());
        let place = (self.store.clone(), open.name.as_str());
        let hand = Hand::open_in(self.session.clone(), self.surroundings.clone(), place);
        let hand = hand.map_err(|error| error.to_string());
        let sealed = hand.and_then(|mut hand| hand.seal(&who, "").map_err(|error| error.to_string()));
        self.look_for_seal();
        match sealed {
            Ok(()) => self.screen.say(format!("sealed; mop seal {id} adds the signature of your key to the seal")),
            Err(why) => self.screen.say(format!("not sealed: {why}")),
        }
    }

    /// Looks whether a run that was closed has been sealed since, in another terminal.
    pub(super) fn look_for_seal(&mut self) {
        let Some(open) = &mut self.open else { return };
        if open.is_sealed || open.pending.is_some() || open.run.closed().is_none() {
            return;
        }
        if matches!(read_seal(&*self.surroundings.world.storage, &open.path), Ok(Some(_))) {
            open.end_recording();
            self.stale = true;
        }
    }
}
