//! Probes, checks, downloads and packages.

use super::{Builder, Time, some};
use crate::runbook::diagnostic::{Code, Diagnostic};
use crate::runbook::format;
use crate::runbook::model::{self, Check, Fetch, Http, Look, Package, Piece, Probe, ProbeRef, Template};
use crate::runbook::place::Place;
use crate::runbook::shape::{Label, OneOrMany, Table, Text};
use crate::time::Length;

/// How often a probe looks when it does not say.
const EVERY: Length = Length::seconds(10);
/// How long one look may take when it does not say.
const TIMEOUT: Length = Length::seconds(5);

/// The HTTP methods there are.
pub(crate) const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// What one way to look is called, and the look itself.
type Way = (&'static str, Look);

impl Builder<'_> {
    /// Builds the status probes.
    pub(super) fn probes(&mut self, table: Option<Table<Label, format::Probe>>) -> Vec<Probe> {
        let rows = table.unwrap_or_default().0;
        self.at(Time::Any, |this| rows.into_iter().filter_map(|(name, probe)| this.probe(name.0.text, probe)).collect())
    }

    fn probe(&mut self, name: String, mut probe: format::Probe) -> Option<Probe> {
        let each = probe.for_each.take();
        self.in_loop(each, |this, each| {
            let place = probe.place;
            let (word, mut look) = this.look(&mut probe)?;
            let on = this.host(&mut probe, word);
            let alert = probe.alert.map(|pattern| this.pattern(pattern));
            if let (Some(_), Look::Http(_) | Look::Tcp(_) | Look::Run(_) | Look::Disk(_) | Look::Dns(_)) =
                (&alert, &mut look)
            {
                this.report(
                    Diagnostic::new(Code::Misplaced, place, "`alert` is for `tail`")
                        .help("move the expectation into `expect`"),
                );
            }
            Some(Probe {
                name,
                place,
                title: this.maybe_text(probe.title),
                look,
                expect: probe.expect.map(|expect| this.expect(*expect, word)).unwrap_or_default(),
                alert,
                every: probe.every.map_or(EVERY, |every| every.value),
                timeout: probe.timeout.map_or(TIMEOUT, |timeout| timeout.value),
                each,
                on,
                pane: probe.pane.map(|pane| pane.text),
            })
        })
    }

    /// Builds the one way in which a probe looks.
    fn look(&mut self, probe: &mut format::Probe) -> Option<Way> {
        let ways: Vec<Way> = [
            probe.http.take().map(|http| ("http", Look::Http(Box::new(self.http(http.0))))),
            probe.tcp.take().map(|address| ("tcp", Look::Tcp(self.address(address)))),
            probe.run.take().map(|command| ("run", Look::Run(self.command(command)))),
            probe.disk.take().map(|path| ("disk", Look::Disk(self.text(path)))),
            probe.dns.take().map(|name| ("dns", Look::Dns(self.text(name)))),
        ]
        .into_iter()
        .flatten()
        .collect();
        let tail =
            probe.tail.as_mut().and_then(|tail| tail.0.file.take()).map(|file| ("tail", Look::Tail(self.text(file))));
        let mut ways: Vec<Way> = ways.into_iter().chain(tail).collect();
        if ways.len() > 1 {
            let words: Vec<_> = ways.iter().map(|(word, _)| *word).collect();
            let message = format!("a probe looks in one way, and this has {}", words.join(" and "));
            self.report(Diagnostic::new(Code::SeveralActions, probe.place, message).help("make a probe of each"));
        }
        if ways.is_empty() && probe.tail.is_none() {
            let message = "a probe needs a way to look";
            self.report(
                Diagnostic::new(Code::MissingKey, probe.place, message)
                    .help("add one of http, tcp, run, tail, disk and dns"),
            );
        }
        (!ways.is_empty()).then(|| ways.swap_remove(0))
    }

    fn host(&mut self, probe: &mut format::Probe, word: &str) -> Option<Template> {
        let of_tail = probe.tail.as_mut().and_then(|tail| tail.0.on.take());
        let on = probe.on.take().or(of_tail)?;
        if !matches!(word, "run" | "tail" | "disk") {
            let message = format!("`{word}` looks from this machine");
            self.report(
                Diagnostic::new(Code::Misplaced, on.place, message).help("`on` is for `run`, `tail` and `disk`"),
            );
        }
        Some(self.text(on))
    }

    fn http(&mut self, parts: format::HttpParts) -> Http {
        let url = self.template(parts.url.unwrap_or_default());
        self.check_url(&url);
        Http {
            url,
            method: parts.method.map_or_else(|| "GET".to_owned(), |method| self.method(method)),
            headers: self.pairs(parts.headers),
            body: parts.body.map(|body| self.template(body)),
            follow: parts.follow.is_none_or(|flag| flag.value),
            ca: self.maybe_text(parts.ca),
            insecure: parts.insecure.is_some_and(|flag| flag.value),
        }
    }

    fn method(&mut self, method: Text) -> String {
        if !METHODS.contains(&method.text.as_str()) {
            let message = format!("`{}` is not an HTTP method", method.text);
            self.report(
                Diagnostic::new(Code::BadValue, method.place, message)
                    .help(format!("write one of {}", METHODS.join(", "))),
            );
        }
        method.text
    }

    fn check_url(&mut self, url: &Template) {
        let Some(Piece::Text(start)) = url.parts.first() else {
            return;
        };
        let schemes = ["http://", "https://"];
        let whole = url.parts.len() == 1;
        let good = schemes.iter().any(|scheme| start.starts_with(scheme) || (!whole && scheme.starts_with(&**start)));
        if !good {
            let message = "the address does not begin with http:// or https://";
            self.report(
                Diagnostic::new(Code::BadValue, url.place, message)
                    .help("write the whole address: https://site.example/"),
            );
        }
    }

    fn address(&mut self, text: Text) -> Template {
        let address = self.text(text);
        if let [Piece::Text(text)] = address.parts.as_slice() {
            let port =
                text.rsplit_once(':').and_then(|(host, port)| port.parse::<u16>().ok().filter(|_| !host.is_empty()));
            if port.is_none() {
                let message = format!("`{text}` is not HOST:PORT");
                self.report(
                    Diagnostic::new(Code::BadValue, address.place, message)
                        .help("add the port, such as app1.example:443"),
                );
            }
        }
        address
    }

    /// Builds a check, with what a `wait` beside it says.
    pub(super) fn check(&mut self, check: format::Check, wait: Option<format::Wait>) -> Check {
        let probes = match check {
            format::Check::Named(names) => self.probes_called(names),
            format::Check::Own(probe) => {
                self.probe(String::new(), *probe).map(|probe| ProbeRef::Own(Box::new(probe))).into_iter().collect()
            }
        };
        let wait = wait.map(|wait| wait.0).unwrap_or_default();
        for (key, place) in [
            ("for", wait.length.map(|length| length.place)),
            ("until", wait.until.map(|until| until.0.place)),
            ("check", wait.check.map(|_| wait.place)),
        ] {
            if let Some(place) = place {
                let message = format!("beside `check`, a wait has no `{key}`");
                self.report(Diagnostic::new(Code::Misplaced, place, message).help(
                    "write `at_most` for how long the check may take, and `steady` for how long it must stay good",
                ));
            }
        }
        Check {
            probes,
            at_most: wait.at_most.map(|length| length.value),
            steady: wait.steady.map(|length| length.value),
        }
    }

    /// Finds status probes by their names.
    pub(super) fn probes_called(&mut self, names: Vec<Label>) -> Vec<ProbeRef> {
        names.into_iter().filter_map(|name| self.probe_called(name.0)).collect()
    }

    fn probe_called(&mut self, name: Text) -> Option<ProbeRef> {
        let declared = self.declared;
        let here = &declared.books[usize::from(self.scope.book.0)];
        if let Some(at) = here.probe_names.get(&name.text) {
            return Some(ProbeRef::Status(self.scope.book, *at));
        }
        let probes = &here.probes;
        let diagnostic =
            Diagnostic::new(Code::UnknownProbe, name.place, format!("there is no probe called `{}`", name.text));
        if self.problems.is_lost(&name.text) {
            return None;
        }
        let meant = self.meant(&name.text, probes.iter().map(String::as_str));
        self.report(match meant {
            Some(meant) => diagnostic.did_you_mean(Some(meant)),
            None if probes.is_empty() => diagnostic.help("add it under `status`"),
            None => diagnostic
                .help(format!("add it under `status`, or use one of: {}", some(probes.iter().map(String::as_str)))),
        });
        None
    }

    /// Builds a wait that stands alone.
    pub(super) fn wait(&mut self, wait: format::Wait) -> Option<model::Wait> {
        let parts = wait.0;
        let place = parts.place;
        let at_most = parts.at_most.map(|length| length.value);
        let steady = parts.steady.map(|length| length.value);
        let limits = parts.at_most.or(parts.steady).map(|length| length.place);
        let until = match (parts.length, parts.until, parts.check) {
            (Some(length), None, None) => model::Until::Passed(length.value),
            (None, Some(moment), None) => model::Until::Moment(self.moment(moment)?),
            (None, None, Some(OneOrMany(names))) => {
                return Some(model::Wait { until: model::Until::Good(self.probes_called(names)), at_most, steady });
            }
            _ => {
                let message = "a wait is for one of `for`, `until` and `check`";
                self.report(
                    Diagnostic::new(Code::MissingKey, place, message)
                        .help("write `wait: 10m`, or beside a `check`: { at_most: 15m, steady: 1m }"),
                );
                return None;
            }
        };
        if let Some(place) = limits {
            self.report(
                Diagnostic::new(Code::Misplaced, place, "`at_most` and `steady` are for waiting on a check")
                    .help("remove it, or wait for `check: PROBE`"),
            );
        }
        Some(model::Wait { until, at_most: None, steady: None })
    }

    /// Builds a download.
    pub(super) fn fetch(&mut self, fetch: format::Fetch) -> Fetch {
        let url = self.template(fetch.url.unwrap_or_default());
        self.check_url(&url);
        let sha256 = self.maybe_text(fetch.sha256);
        self.check_digest(sha256.as_ref());
        Fetch {
            url,
            to: self.text(fetch.to.unwrap_or_default()),
            sha256,
            size: fetch.size.map(|size| size.value),
            headers: self.pairs(fetch.headers),
            ca: self.maybe_text(fetch.ca),
        }
    }

    fn check_digest(&mut self, digest: Option<&Template>) {
        let Some([Piece::Text(text)]) = digest.map(|digest| digest.parts.as_slice()) else {
            return;
        };
        if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            let place = digest.map_or(Place::default(), |digest| digest.place);
            let message =
                format!("a SHA-256 has 64 hexadecimal digits, and this has {} characters", text.chars().count());
            self.report(Diagnostic::new(Code::BadValue, place, message).help("take it from `sha256sum FILE`"));
        }
    }

    /// Builds a look into an archive.
    pub(super) fn package(&mut self, package: format::Package) -> Package {
        let list = |this: &mut Self, texts: Option<OneOrMany<Text>>| {
            texts.map(|texts| texts.0).unwrap_or_default().into_iter().map(|text| this.text(text)).collect()
        };
        Package {
            file: self.text(package.file.unwrap_or_default()),
            has: list(self, package.has),
            lacks: list(self, package.lacks),
            holds: self.pairs(package.holds),
            under: package.under.map(|size| size.value),
        }
    }
}
