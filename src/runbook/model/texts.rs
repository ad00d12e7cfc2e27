//! Walks over every text of a runbook, so that nothing that looks at texts forgets one.

use super::{Action, Callout, CommandLine, Look, Output, Part, Probe, ProbeRef, Run, Runbook, Step, Template, Until};

/// What a text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// People read it.
    Prose,
    /// A shell or a program reads it.
    Command,
    /// It is an address or a path.
    Address,
    /// It is sent along: environment and headers; the name stands before it.
    Setting,
}

/// A text, what it is for, and the name it is set under.
pub struct Found<'a> {
    /// The text.
    pub template: &'a Template,
    /// What it is for.
    pub usage: Use,
    /// The name it is set under; empty when it is not a setting.
    pub name: &'a str,
}

/// Calls a function with every text of the runbook and those it calls.
pub fn each_text<'a>(runbook: &'a Runbook, call: &mut dyn FnMut(Found<'a>)) {
    let mut walk = Walk { call };
    for book in &runbook.books {
        walk.prose([Some(&book.title), book.about.as_ref()]);
        for input in &book.inputs {
            walk.prose([Some(&input.ask), input.text.as_ref()]);
        }
        for probe in &book.probes {
            walk.probe(probe);
        }
        for activity in &book.activities {
            walk.prose([Some(&activity.title), activity.text.as_ref()]);
            walk.callouts(&activity.callouts);
        }
        if let Some(back_out) = &book.back_out {
            walk.prose([Some(&back_out.title), back_out.text.as_ref(), back_out.when_to.as_ref()]);
            walk.callouts(&back_out.callouts);
        }
    }
    for step in &runbook.steps {
        walk.step(step);
        walk.afterwards(step);
    }
}

/// Calls a function with every text that is needed to do a step, not with those that are needed after it.
pub fn each_text_of<'a>(step: &'a Step, call: &mut dyn FnMut(Found<'a>)) {
    Walk { call }.step(step);
}

/// Calls a function with every text that is needed to look at a probe.
pub fn each_text_of_probe<'a>(probe: &'a Probe, call: &mut dyn FnMut(Found<'a>)) {
    Walk { call }.probe(probe);
}

struct Walk<'a, 'c> {
    call: &'c mut dyn FnMut(Found<'a>),
}

impl<'a> Walk<'a, '_> {
    fn found(&mut self, template: &'a Template, usage: Use, name: &'a str) {
        (self.call)(Found { template, usage, name });
    }

    fn prose(&mut self, templates: impl IntoIterator<Item = Option<&'a Template>>) {
        for template in templates.into_iter().flatten() {
            self.found(template, Use::Prose, "");
        }
    }

    fn addresses(&mut self, templates: impl IntoIterator<Item = &'a Template>) {
        for template in templates {
            self.found(template, Use::Address, "");
        }
    }

    fn settings(&mut self, pairs: &'a [(String, Template)]) {
        for (name, template) in pairs {
            self.found(template, Use::Setting, name);
        }
    }

    fn callouts(&mut self, callouts: &'a [Callout]) {
        self.prose(callouts.iter().map(|callout| Some(&callout.text)));
    }

    fn command(&mut self, command: &'a CommandLine) {
        match command {
            CommandLine::Shell(template, _) => self.found(template, Use::Command, ""),
            CommandLine::Words(words) => {
                for word in words {
                    self.found(word, Use::Command, "");
                }
            }
        }
    }

    fn run(&mut self, run: &'a Run) {
        self.command(&run.command);
        self.addresses(&run.dir);
        self.settings(&run.env);
        if let Some(expect) = &run.expect {
            for output in [Some(&expect.output), expect.stdout.as_ref(), expect.stderr.as_ref()].into_iter().flatten() {
                self.output(output);
            }
        }
    }

    fn output(&mut self, output: &'a Output) {
        self.addresses(&output.contains);
    }

    fn probe(&mut self, probe: &'a Probe) {
        self.prose([probe.title.as_ref()]);
        match &probe.look {
            Look::Http(http) => {
                self.addresses([&http.url]);
                self.addresses(&http.ca);
                self.settings(&http.headers);
                self.addresses(&http.body);
            }
            Look::Tcp(address) | Look::Tail(address) | Look::Disk(address) | Look::Dns(address) => {
                self.addresses([address])
            }
            Look::Run(command) => self.command(command),
        }
        self.addresses(&probe.on);
        self.addresses(&probe.expect.is);
        self.output(&probe.expect.output);
    }

    fn probes(&mut self, probes: &'a [ProbeRef]) {
        for probe in probes {
            if let ProbeRef::Own(probe) = probe {
                self.probe(probe);
            }
        }
    }

    fn step(&mut self, step: &'a Step) {
        self.prose([Some(&step.title), step.text.as_deref(), step.danger.as_deref()]);
        self.callouts(&step.callouts);
        self.prose([step.on.as_deref()]);
        match &step.action {
            Action::Manual | Action::Heading(_) => {}
            Action::Run(run) => self.run(run),
            Action::Check(check) => self.probes(&check.probes),
            Action::Choose(options) => {
                for option in options {
                    self.prose([Some(&option.title), option.text.as_ref()]);
                }
            }
            Action::Fetch(fetch) => {
                self.addresses([&fetch.url, &fetch.to]);
                self.addresses(fetch.sha256.iter().chain(&fetch.ca));
                self.settings(&fetch.headers);
            }
            Action::Package(package) => {
                self.addresses([&package.file]);
                self.addresses(package.has.iter().chain(&package.lacks));
                self.addresses(package.holds.iter().map(|(_, text)| text));
            }
            Action::Wait(wait) => {
                if let Until::Good(probes) = &wait.until {
                    self.probes(probes);
                }
            }
            Action::Call(call) => {
                for (_, part) in &call.with {
                    if let Part::Text(template) = part {
                        self.found(template, Use::Address, "");
                    }
                }
            }
        }
    }

    /// Walks over what is asked and offered once a step was done.
    fn afterwards(&mut self, step: &'a Step) {
        let options = match &step.action {
            Action::Choose(options) => options.as_slice(),
            _ => &[],
        };
        for input in step.record.iter().chain(options.iter().flat_map(|option| &option.record)) {
            self.prose([Some(&input.ask), input.text.as_ref()]);
        }
        if let Some(undo) = &step.undo {
            self.run(undo);
        }
    }
}
