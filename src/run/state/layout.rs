//! How the items of a plan hang together: what stands below what, in which order they are done, and
//! which parts wait for which.
//!
//! It is made anew with each plan. What was done with an item comes in one item at a time, so that a
//! long run is as quick as a short one.

use std::collections::HashSet;

use super::Run;
use crate::run::outline::is_heading;
use crate::runbook::model::{Activity, Runbook, Sign};
use crate::runbook::plan::{Item, ItemKind, Plan};

/// Says how far something is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// How many of the items that apply are settled.
    pub done: usize,
    /// How many there are.
    pub of: usize,
}

/// Says how an item counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::run) enum Count {
    /// Not at all: it stands for others, or does not apply.
    #[default]
    Out,
    /// It is open.
    Open,
    /// It is open, and what comes after it need not wait.
    Aside,
    /// It is settled.
    Closed,
}

/// Is a part of a plan with an order of its own: the requirements, an activity, the way back.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::run) struct Section {
    /// The place of its heading.
    pub head: usize,
    /// Which group of parts it belongs to.
    group: usize,
    /// Where its items begin and end in the order.
    ranks: (usize, usize),
    /// Where the first item stands in the order that those behind it wait for.
    gate: usize,
    /// How many of its items are open.
    open: usize,
}

/// Is all the rounds of one activity, or one part that has no rounds; they are done one after the other.
#[derive(Clone, Debug, PartialEq)]
struct Group {
    /// Which groups come first by themselves; nothing when all before it do.
    after: Option<Vec<usize>>,
    /// Where its parts begin and end.
    parts: (usize, usize),
    /// The first of its parts with something open.
    first_open: usize,
}

/// Is how the items of a plan hang together.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::run) struct Layout {
    parents: Vec<Option<usize>>,
    /// The items that are acted on, in the order in which that is done.
    order: Vec<usize>,
    /// The place of each item in the order.
    ranks: Vec<Option<usize>>,
    sections: Vec<Section>,
    groups: Vec<Group>,
    section_of: Vec<usize>,
    counts: Vec<Count>,
    tallies: Vec<Progress>,
    /// The first section with something open.
    first_open: usize,
    back_at: usize,
    forward: Progress,
    back: Progress,
}

impl Layout {
    /// Finds how the items of a run's plan hang together, and counts them.
    pub fn of(run: &Run) -> Self {
        let (plan, runbook) = (run.plan(), run.runbook());
        let mut layout = Self { parents: parents(&plan.items), back_at: plan.forward().len(), ..Self::default() };
        layout.counts = vec![Count::Out; plan.items.len()];
        layout.tallies = vec![Progress::default(); plan.items.len()];
        layout.ranks = vec![None; plan.items.len()];
        layout.section_of = Vec::with_capacity(plan.items.len());
        let mut head = 0;
        while head < plan.items.len() {
            let end = end_of(&plan.items, head);
            layout.add_section(run, (head, end));
            head = end;
        }
        layout.add_groups(runbook, plan);
        for at in 0..plan.items.len() {
            layout.update(run, at);
        }
        // What does not count from the start was passed over above; parts of nothing else are over too.
        for at in 0..plan.items.len() {
            layout.move_gate(at, layout.counts[at]);
            layout.move_first_open(layout.section_of[at]);
        }
        layout
    }

    fn add_section(&mut self, run: &Run, (head, end): (usize, usize)) {
        let first = self.order.len();
        self.put_in_order(run, (head, end));
        for (rank, at) in self.order.iter().enumerate().skip(first) {
            self.ranks[*at] = Some(rank);
        }
        self.section_of.resize(end, self.sections.len());
        let ranks = (first, self.order.len());
        self.sections.push(Section { head, group: 0, ranks, gate: first, open: 0 });
    }

    /// Puts the parts into groups: the requirements, each activity, the way back. One without rounds is empty.
    fn add_groups(&mut self, runbook: &Runbook, plan: &Plan) {
        let activities = &runbook.main().activities;
        let one_before = |(index, activity): &(u32, &Activity)| activity.after.iter().copied().eq(index.checked_sub(1));
        let in_turn = (0..).zip(activities).take_while(one_before).count();
        let mut first = 0;
        for group in 0..activities.len() + 2 {
            let activity = group.checked_sub(1).filter(|index| *index < activities.len());
            let is_in = |section: &&mut Section| match (plan.items[section.head].kind, activity) {
                (ItemKind::Requirements(_), _) => group == 0,
                (ItemKind::Activity(id), Some(index)) => id.index as usize == index,
                (ItemKind::Activity(_), None) => false,
                _ => group > activities.len(),
            };
            let parts = self.sections[first..].iter_mut().take_while(is_in).map(|section| section.group = group);
            let end = first + parts.count();
            let said = activity.filter(|index| *index >= in_turn).map(|index| &activities[index].after);
            // The requirements are no activity, and come first in any case.
            let after = said.map(|said| [0].into_iter().chain(said.iter().map(|index| *index as usize + 1)).collect());
            self.groups.push(Group { after, parts: (first, end), first_open: first });
            first = end;
        }
    }

    /// Puts items in the order in which they are done: a heading after what stands below it.
    fn put_in_order(&mut self, run: &Run, (head, end): (usize, usize)) {
        let items = run.items();
        let mut headings: Vec<usize> = Vec::new();
        for at in head..end {
            while let Some(last) = headings.pop_if(|last| items[*last].depth >= items[at].depth) {
                self.order.push(last);
            }
            let item = &items[at];
            match item.kind {
                ItemKind::Undo(_) => {}
                _ if !is_heading(run, item) => self.order.push(at),
                _ if *run.signers(item) != Sign::None => headings.push(at),
                _ => {}
            }
        }
        self.order.extend(headings.into_iter().rev());
    }

    /// Counts an item as it stands now.
    pub fn update(&mut self, run: &Run, at: usize) {
        let (was, is) = (self.counts[at], run.count(&run.items()[at]));
        if was == is {
            return;
        }
        self.counts[at] = is;
        self.recount(at, (was, is));
        let section = self.section_of[at];
        let is_open = |count| matches!(count, Count::Open | Count::Aside);
        let part = &mut self.sections[section];
        match (self.ranks[at], is_open(was), is_open(is)) {
            (None, ..) => {}
            (_, false, true) => part.open += 1,
            (_, true, false) => part.open -= 1,
            _ => {}
        }
        self.move_gate(at, is);
        self.move_first_open(section);
    }

    fn recount(&mut self, at: usize, (was, is): (Count, Count)) {
        let mut above = self.parents[at];
        while let Some(parent) = above {
            change(&mut self.tallies[parent], (was, is));
            above = self.parents[parent];
        }
        change(if at < self.back_at { &mut self.forward } else { &mut self.back }, (was, is));
    }

    fn move_gate(&mut self, at: usize, is: Count) {
        let Some(rank) = self.ranks[at] else { return };
        let part = &mut self.sections[self.section_of[at]];
        if is == Count::Open {
            part.gate = part.gate.min(rank);
        }
        while part.gate < part.ranks.1 && self.counts[self.order[part.gate]] != Count::Open {
            part.gate += 1;
        }
    }

    fn move_first_open(&mut self, section: usize) {
        let is_open = self.sections[section].open > 0;
        let group = &mut self.groups[self.sections[section].group];
        for (first, end) in [(&mut self.first_open, self.sections.len()), (&mut group.first_open, group.parts.1)] {
            if is_open {
                *first = (*first).min(section);
            }
            while *first < end && self.sections[*first].open == 0 {
                *first += 1;
            }
        }
    }

    /// Gives the part that an item is in.
    pub fn section(&self, at: usize) -> &Section {
        &self.sections[self.section_of[at]]
    }

    /// Gives the parts, in order.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// Tells whether everything in a part is settled.
    pub fn is_over(&self, section: &Section) -> bool {
        section.open == 0
    }

    /// Gives how far what stands below an item is.
    pub fn below(&self, at: usize) -> Progress {
        self.tallies[at]
    }

    /// Gives how far the way forward is, or the way back.
    pub fn progress(&self, is_back: bool) -> Progress {
        if is_back { self.back } else { self.forward }
    }

    /// Finds the item that comes before another one in their part.
    pub fn gate_before(&self, at: usize) -> Option<usize> {
        let part = self.section(at);
        let rank = self.ranks[at]?;
        (part.gate < rank).then(|| self.order[part.gate])
    }

    /// Finds the item that a whole part waits for.
    pub fn gate_of_section(&self, at: usize) -> Option<usize> {
        let own = self.section_of[at];
        let group = self.sections[own].group;
        let of_group = Some(self.groups[group].first_open).filter(|first| *first < own);
        let blocking = self.open_before(group).into_iter().chain(of_group).min()?;
        self.open_in(&self.sections[blocking])
    }

    /// Finds the first part with something open among all that come before a group, however far back:
    /// one that does not apply opens nothing that waits for what is before it.
    fn open_before(&self, group: usize) -> Option<usize> {
        let (mut found, mut seen) = (None, HashSet::new());
        let mut waiting = vec![group];
        while let Some(at) = waiting.pop() {
            let Some(after) = &self.groups[at].after else {
                let first = Some(self.first_open).filter(|first| *first < self.groups[at].parts.0);
                found = found.into_iter().chain(first).min();
                continue;
            };
            for before in after.iter().copied().filter(|before| seen.insert(*before)) {
                let Group { parts: (_, end), first_open, .. } = self.groups[before];
                found = found.into_iter().chain(Some(first_open).filter(|first| *first < end)).min();
                waiting.push(before);
            }
        }
        found
    }

    /// Gives the places of what an item stands below, from the nearest on.
    pub fn above(&self, at: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(self.parents[at], |parent| self.parents[*parent])
    }

    /// Finds the item of a part whose turn it is.
    pub fn turn_in(&self, section: &Section) -> Option<usize> {
        (section.gate < section.ranks.1).then(|| self.order[section.gate])
    }

    /// Finds the items of a part that go on beside others.
    pub fn aside_in<'a>(&'a self, section: &Section) -> impl Iterator<Item = usize> + 'a {
        let (first, last) = (section.ranks.0, section.gate.min(section.ranks.1));
        self.order[first..last].iter().copied().filter(|at| self.counts[*at] == Count::Aside)
    }

    fn open_in(&self, section: &Section) -> Option<usize> {
        self.turn_in(section).or_else(|| self.aside_in(section).next())
    }
}

fn change(tally: &mut Progress, (was, is): (Count, Count)) {
    tally.of = tally.of + usize::from(is != Count::Out) - usize::from(was != Count::Out);
    tally.done = tally.done + usize::from(is == Count::Closed) - usize::from(was == Count::Closed);
}

/// Finds what stands directly above each item.
fn parents(items: &[Item]) -> Vec<Option<usize>> {
    let mut above: Vec<usize> = Vec::new();
    let mut parents = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        while above.last().is_some_and(|last| items[*last].depth >= item.depth) {
            above.pop();
        }
        parents.push(above.last().copied());
        above.push(at);
    }
    parents
}

/// Finds the place behind all that stands deeper than an item.
fn end_of(items: &[Item], at: usize) -> usize {
    let deeper = items[at + 1..].iter().take_while(|item| item.depth > items[at].depth);
    at + 1 + deeper.count()
}

#[cfg(test)]
mod tests;
