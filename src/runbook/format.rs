//! The runbook format, version 1: every mapping and every key, as they are written.
//!
//! The reader, `mop schema` and the format reference all come from these declarations. What refers to
//! what is settled in `build`; here a step may still check a probe that is not there.

mod action;
mod part;

pub use action::{
    Capture, CaptureParts, Check, CommandText, Expect, Fetch, Http, HttpParts, Line, Opt, Output, Package, Probe,
    RedoParts, Run, RunParts, StatusCode, Tail, TailParts, Then, Wait, WaitParts,
};
pub use part::{
    Estimate, EstimateParts, Input, Kind, Link, LinkParts, Role, RoleParts, Sign, SignLevel, SignParts, Window,
};

use serde_json::Value as Json;

use super::diagnostic::Problems;
use super::place::Place;
use super::shape::{
    Definitions, Free, Ident, Label, Literal, Logic, OneOrMany, Placed, Shape, Spread, Table, Text, mapping, short,
};
use super::yaml::Node;

mapping! {
    /// A method of procedure: what is asked, what is watched, and the activities in their order.
    Book = "a runbook" {
        /// The version of the runbook format: 1.
        mop "mop" required: Placed<u32>,
        /// A stable name for the runbook; by default made from the name of the file.
        id "id": Label,
        /// What the runbook does, as a short sentence.
        title "title" required: Text,
        /// The author's version of this runbook; free text.
        version "version": Text,
        /// What a person should know before starting, as Markdown.
        about "about": Text,
        /// Where the procedure comes from.
        source "source": OneOrMany<Text>,
        /// Whom to reach, and how.
        contacts "contacts": Table<Free, Text>,
        /// Who must be there: each role and what it does. Without it there is one role, operator.
        roles "roles": Table<Label, Role>,
        /// Who signs a step that does not say: a role, a list of roles, a number of people, or none.
        sign "sign": Sign,
        /// The maintenance window; its start and zone are given when the run starts.
        window "window": Window,
        /// What is asked when the run starts, in this order.
        inputs "inputs": Table<Ident, Input>,
        /// What must be true before the first activity; each is confirmed.
        requirements "requirements": Vec<Step>,
        /// Live status panes: each probe by name.
        status "status": Table<Label, Probe>,
        /// The activities, in order.
        activities "activities" required: Vec<Activity>,
        /// How to return to where it began.
        back_out "back_out": BackOut,
    }
}

mapping! {
    /// A part of the procedure with a time of its own, its prerequisites and its steps.
    Activity = "an activity" {
        /// A stable name; by default made from the title.
        id "id": Label,
        /// What the activity achieves, as a short sentence.
        title "title" required: Text,
        /// More about it, as Markdown.
        text "text": Text,
        /// Good to know.
        note "note": OneOrMany<Text>,
        /// What may damage things; shown before what it warns of.
        caution "caution": OneOrMany<Text>,
        /// What may harm people or lose data; shown before what it warns of.
        warning "warning": OneOrMany<Text>,
        /// Where to read more.
        links "links": OneOrMany<Link>,
        /// Does the activity only when the expression is true.
        when "when": Logic,
        /// Does the activity once for each value: a name, and the list it goes through.
        for_each "for_each": Table<Ident, Spread>,
        /// Locks the activity until this time, such as `window.start` or `window.start - 24h`.
        not_before "not_before": Logic,
        /// The activities that must be done first; by default the one before.
        after "after": OneOrMany<Label>,
        /// How long it takes.
        estimate "estimate": Box<Estimate>,
        /// Who signs its steps.
        sign "sign": Sign,
        /// Who acts in its steps.
        role "role": Label,
        /// The host where its steps act.
        on "on": Text,
        /// What must be true before its first step; each is confirmed.
        prerequisites "prerequisites": Vec<Step>,
        /// What is done, in order.
        steps "steps" required: Vec<Step>,
    }
}

mapping! {
    /// How to return to where it began, with a clock of its own.
    BackOut = "the back-out" {
        /// What backing out achieves, as a short sentence.
        title "title" required: Text,
        /// More about it, as Markdown.
        text "text": Text,
        /// When to choose it.
        when_to "when_to": Text,
        /// How long it takes.
        estimate "estimate": Box<Estimate>,
        /// Good to know.
        note "note": OneOrMany<Text>,
        /// What may damage things; shown before what it warns of.
        caution "caution": OneOrMany<Text>,
        /// What may harm people or lose data; shown before what it warns of.
        warning "warning": OneOrMany<Text>,
        /// Who signs its steps.
        sign "sign": Sign,
        /// What is done, in order.
        steps "steps" required: Vec<Step>,
    }
}

mapping! {
    /// One thing to do: a sentence for a person, or one action that the program does.
    StepParts = "a step" {
        /// A stable name; by default made from the title.
        id "id": Label,
        /// What is done, as a sentence.
        title "title" required: Text,
        /// How to do it, as Markdown.
        text "text": Text,
        /// Good to know.
        note "note": OneOrMany<Text>,
        /// What may damage things; shown before what it warns of.
        caution "caution": OneOrMany<Text>,
        /// What may harm people or lose data; shown before what it warns of.
        warning "warning": OneOrMany<Text>,
        /// Where to read more.
        links "links": OneOrMany<Link>,
        /// Does the step only when the expression is true.
        when "when": Logic,
        /// Does the step once for each value: a name, and the list it goes through.
        for_each "for_each": Table<Ident, Spread>,
        /// Who signs the step: a role, a list of roles, a number of people, or none.
        sign "sign": Sign,
        /// Who acts.
        role "role": Label,
        /// The host where the person or the command acts.
        on "on": Text,
        /// How long it takes.
        estimate "estimate": Box<Estimate>,
        /// Why the step is dangerous; asks for a second look.
        danger "danger": Text,
        /// The command that takes the step back.
        undo "undo": Box<Run>,
        /// Says that a back-out can return to here.
        restore_point "restore_point": Placed<bool>,
        /// Values that a person notes down here.
        record "record": Table<Ident, Input>,
        /// Runs a command.
        run "run": Box<Run>,
        /// Holds a status probe, or an expectation of its own, against the system.
        check "check": Box<Check>,
        /// Lets a person choose one of several options.
        choose "choose": Vec<Opt>,
        /// Downloads a file and verifies it.
        fetch "fetch": Box<Fetch>,
        /// Verifies an archive.
        package "package": Box<Package>,
        /// Waits for a time, a length of time or a probe; beside `check`, says how long the check may take.
        wait "wait": Box<Wait>,
        /// Runs another runbook as a part of this one.
        call "call": Text,
        /// The inputs of the called runbook.
        with "with": Table<Ident, Literal>,
        /// Sub-steps: the step is a heading over them.
        steps "steps": Vec<Step>,
    }
}

short! {
    /// A step: a sentence, or a mapping.
    Step(StepParts) or title: Text
}
