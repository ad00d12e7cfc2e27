//! What of a runbook takes time: every activity, item and way back with its estimate, by an id without rounds.
//!
//! The ids are those of a plan, but for the rounds of loops, which only values tell: what runs took is held
//! against the runbook by them.

use super::model::{Action, ActivityId, BookId, Estimate, Runbook, StepId};
use super::plan::MOST_ITEMS;

/// Is something of a runbook that takes time.
#[derive(Clone, Debug)]
pub struct Timed<'a> {
    /// Its id, without rounds.
    pub id: String,
    /// What it is, as it stands in the runbook.
    pub title: String,
    /// How deep it stands.
    pub depth: usize,
    /// What the author says about how long it takes.
    pub estimate: Option<&'a Estimate>,
}

/// Takes the rounds out of an id.
pub fn without_rounds(id: &str) -> String {
    let mut inside = false;
    let is_outside = |c: &char| {
        inside = *c == '[' || inside && *c != ']';
        !inside && *c != ']'
    };
    id.chars().filter(is_outside).collect()
}

/// Lists what takes time, in the order of the file; of what is called more often than any plan holds the rest is left out.
pub fn timed(runbook: &Runbook) -> Vec<Timed<'_>> {
    let mut lister = Lister { runbook, all: Vec::new() };
    lister.book(BookId(0), "", 0);
    if let Some(back_out) = &runbook.main().back_out {
        lister.push("back_out".to_owned(), back_out.title.outline(), (0, back_out.estimate.as_ref()));
        lister.steps(&back_out.steps, "back_out", 1);
    }
    lister.all
}

struct Lister<'a> {
    runbook: &'a Runbook,
    all: Vec<Timed<'a>>,
}

impl<'a> Lister<'a> {
    fn push(&mut self, id: String, title: String, (depth, estimate): (usize, Option<&'a Estimate>)) {
        self.all.push(Timed { id, title, depth, estimate });
    }

    fn book(&mut self, id: BookId, above: &str, depth: usize) {
        let book = self.runbook.book(id);
        let under = |own: &str| if above.is_empty() { own.to_owned() } else { format!("{above}/{own}") };
        if !book.requirements.is_empty() {
            self.push(under("requirements"), "Requirements".to_owned(), (depth, None));
            self.steps(&book.requirements, &under("requirements"), depth + 1);
        }
        for (index, activity) in (0..).zip(&book.activities) {
            let prefix = under(&activity.id);
            let estimate = self.runbook.activity(ActivityId { book: id, index }).estimate.as_ref();
            self.push(prefix.clone(), activity.title.outline(), (depth, estimate));
            self.steps(&activity.prerequisites, &prefix, depth + 1);
            self.steps(&activity.steps, &prefix, depth + 1);
        }
    }

    fn steps(&mut self, steps: &[StepId], above: &str, depth: usize) {
        for id in steps {
            if self.all.len() >= MOST_ITEMS {
                return;
            }
            let step = self.runbook.step(*id);
            let own = format!("{above}/{}", step.id);
            self.push(own.clone(), step.title.outline(), (depth, step.estimate.as_deref()));
            match &step.action {
                Action::Heading(steps) => self.steps(steps, &own, depth + 1),
                Action::Choose(options) => {
                    options
                        .iter()
                        .for_each(|option| self.steps(&option.steps, &format!("{own}/{}", option.id), depth + 1));
                }
                Action::Call(call) => self.book(call.book, &own, depth + 1),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runbook::plan::{Values, plan};
    use crate::runbook::{NoLibrary, load};

    #[test]
    fn rounds_are_taken_out_of_ids() {
        assert_eq!(without_rounds("hop[10.1]/start[a b]/x"), "hop/start/x");
        assert_eq!(without_rounds("hop[‹hops›]/start"), "hop/start");
        assert_eq!(without_rounds("plain/id"), "plain/id");
    }

    #[test]
    fn the_ids_are_those_of_a_plan_without_rounds() {
        let book = "{ mop: 1, title: T, sign: none, requirements: [R], back_out: { title: B, steps: [X] }, activities: [
          { id: a, title: A, for_each: { n: [1, 2] }, prerequisites: [P], steps: [{ id: h, title: H, steps: [{ id: in, title: In }] },
            { id: c, title: C, choose: [{ id: o, title: O, steps: [{ id: deep, title: Deep }] }, { id: q, title: Q }] }] }] }";
        let runbook = load("book.yaml", book.into(), &NoLibrary).runbook.unwrap();
        let mut planned: Vec<_> =
            plan(&runbook, &Values::default()).unwrap().items.iter().map(|item| without_rounds(&item.id)).collect();
        let mut seen = std::collections::HashSet::new();
        planned.retain(|id| seen.insert(id.clone()));
        let listed: Vec<_> = timed(&runbook).into_iter().map(|timed| timed.id).collect();
        assert_eq!(listed, planned);
        assert!(listed.contains(&"a/c/o/deep".to_owned()), "{listed:?}");
    }
}
