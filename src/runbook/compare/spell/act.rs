//! What a step does, what a probe looks at and what a person is asked, written out.

use super::Pen;
use crate::runbook::model::{
    Action, Call, Capture, Check, Choice, CommandLine, Expect, Fetch, Http, Input, Look, Output, Package, Part, Probe,
    ProbeRef, Run, Then, Until, Wait,
};

impl Pen<'_> {
    pub(super) fn action(self, action: &Action) -> String {
        let spelled = match action {
            Action::Manual => String::new(),
            // What was signed as a whole is not signed any more when more stands below it.
            Action::Heading(steps) => self.steps(steps),
            Action::Run(run) => self.run(run),
            Action::Check(check) => self.check(check),
            Action::Choose(options) => format!("{:?}", options.iter().map(|one| self.choice(one)).collect::<Vec<_>>()),
            Action::Fetch(fetch) => self.fetch(fetch),
            Action::Package(package) => self.package(package),
            Action::Wait(wait) => self.wait(wait),
            Action::Call(call) => self.call(call),
        };
        format!("{} {spelled}", action.word())
    }

    pub(super) fn run(self, run: &Run) -> String {
        let Run { command, place: _, timeout, expect, dir, env, capture, interactive, safe, parallel } = run;
        let taken = |Capture { name, from, kind }: &Capture| format!("{name:?} {from:?} {kind:?}");
        let parts = [
            self.command(command),
            format!("{timeout:?}"),
            expect.as_ref().map(|expect| self.expect(expect)).unwrap_or_default(),
            self.maybe(dir.as_ref()),
            self.named_texts(env),
            format!("{:?}", capture.iter().map(taken).collect::<Vec<_>>()),
            format!("{interactive} {safe} {parallel}"),
        ];
        format!("{parts:?}")
    }

    fn command(self, command: &CommandLine) -> String {
        match command {
            // How values are quoted in it follows from the line.
            CommandLine::Shell(line, _) => format!("sh {}", self.text(line)),
            CommandLine::Words(words) => self.texts(words),
        }
    }

    fn expect(self, expect: &Expect) -> String {
        let Expect { exit, output, unit, stdout, stderr, status, within, json, not_after, none_for, .. } = expect;
        let Expect { more_than, is, .. } = expect;
        let outputs = [Some(output), stdout.as_ref(), stderr.as_ref()];
        let outputs = outputs.map(|output| output.map(|output| self.output(output)));
        let plain =
            format!("{exit:?} {unit:?} {status:?} {within:?} {json:?} {not_after:?} {none_for:?} {more_than:?}");
        format!("{outputs:?} {plain} {}", self.texts(is))
    }

    fn output(self, output: &Output) -> String {
        let Output { contains, matches, number } = output;
        format!("{} {matches:?} {number:?}", self.texts(contains))
    }

    fn check(self, check: &Check) -> String {
        let Check { probes, at_most, steady } = check;
        format!("{} {at_most:?} {steady:?}", self.probes(probes))
    }

    fn probes(self, probes: &[ProbeRef]) -> String {
        let spelled = |probe: &ProbeRef| match probe {
            ProbeRef::Status(book, at) => {
                let probe = self.0.book(*book).probes.get(*at as usize);
                probe.map(|probe| self.probe(probe)).unwrap_or_default()
            }
            ProbeRef::Own(probe) => self.probe(probe),
        };
        format!("{:?}", probes.iter().map(spelled).collect::<Vec<_>>())
    }

    pub(super) fn probe(self, probe: &Probe) -> String {
        let Probe { name, place: _, title, look, expect, alert, every, timeout, each, on, pane } = probe;
        let parts = [
            self.maybe(title.as_ref()),
            self.look(look),
            self.expect(expect),
            format!("{name:?} {alert:?} {every:?} {timeout:?} {pane:?}"),
            self.each(each.as_ref()),
            self.maybe(on.as_ref()),
        ];
        format!("{parts:?}")
    }

    fn look(self, look: &Look) -> String {
        let spelled = match look {
            Look::Http(http) => {
                let Http { url, method, headers, body, follow, ca, insecure } = &**http;
                let texts = [self.text(url), self.maybe(body.as_ref()), self.maybe(ca.as_ref())];
                format!("{texts:?} {method:?} {} {follow} {insecure}", self.named_texts(headers))
            }
            Look::Run(command) => self.command(command),
            Look::Tcp(place) | Look::Tail(place) | Look::Disk(place) | Look::Dns(place) => self.text(place),
        };
        format!("{} {spelled}", look.word())
    }

    /// Writes out an option; the steps below it are items of their own.
    fn choice(self, choice: &Choice) -> String {
        let Choice { id, title, text, recommended, record, steps: _, then } = choice;
        let texts = [self.text(title), self.maybe(text.as_ref()), self.inputs(record)];
        let then = match then {
            Then::Next | Then::BackOut | Then::Stop => format!("{then:?}"),
            Then::RedoActivity(activity) => format!("redo activity {:?}", self.0.activity(*activity).id),
            Then::RedoStep(step) => format!("redo {}", self.step_name(*step)),
        };
        format!("{id:?} {texts:?} {recommended} {then}")
    }

    fn fetch(self, fetch: &Fetch) -> String {
        let Fetch { url, to, sha256, size, headers, ca } = fetch;
        let texts = [self.text(url), self.text(to), self.maybe(sha256.as_ref()), self.maybe(ca.as_ref())];
        format!("{texts:?} {size:?} {}", self.named_texts(headers))
    }

    fn package(self, package: &Package) -> String {
        let Package { file, has, lacks, holds, under } = package;
        let texts = [self.text(file), self.texts(has), self.texts(lacks), self.named_texts(holds)];
        format!("{texts:?} {under:?}")
    }

    fn wait(self, wait: &Wait) -> String {
        let Wait { until, at_most, steady } = wait;
        let until = match until {
            Until::Passed(length) => format!("{length:?}"),
            Until::Moment(moment) => self.logic(moment),
            Until::Good(probes) => self.probes(probes),
        };
        format!("{until} {at_most:?} {steady:?}")
    }

    fn call(self, call: &Call) -> String {
        let Call { book, with } = call;
        let book = self.0.book(*book);
        let given = |(at, part): &(u32, Part)| {
            let name = book.inputs.get(*at as usize).map(|input| &input.name);
            let part = match part {
                Part::Value(value) => format!("{value:?}"),
                Part::Logic(logic) => self.logic(logic),
                Part::Text(template) => self.text(template),
            };
            format!("{name:?} {part}")
        };
        format!("{:?} {:?}", book.id, with.iter().map(given).collect::<Vec<_>>())
    }

    pub(super) fn inputs(self, inputs: &[Input]) -> String {
        format!("{:?}", inputs.iter().map(|input| self.input(input)).collect::<Vec<_>>())
    }

    pub(super) fn input(self, input: &Input) -> String {
        let Input { name, place: _, ask, kind, list, min, max, default, one_of, matches, example, .. } = input;
        let Input { text, each, .. } = input;
        let texts = [self.text(ask), self.maybe(text.as_ref()), self.each(each.as_ref())];
        format!("{name:?} {texts:?} {kind:?} {list} {min:?} {max:?} {default:?} {one_of:?} {matches:?} {example:?}")
    }
}
