//! What a runbook watches, made ready with the values so far.
//!
//! A probe that waits for a value is there all the same, and says for which. What may be secret in a
//! probe is put where nobody reads it, as for commands.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use regex::bytes::Regex;

use super::target::{Ask, HttpAsk, Target, Wanted};
use crate::exec::command::{Filling, Line, Order, Secret, Unready, mask_of};
use crate::exec::http::Trust;
use crate::journal::Mask;
use crate::runbook::model::{Http, Look, Probe, ProbeRef, Runbook, Template};
use crate::runbook::plan::{Item, ItemState, Plan, ProbeItem, Values};
use crate::text::Shown;
use crate::time::Length;

/// How many cells of a title are shown.
const MOST_TITLE: usize = 120;

/// Is one probe of a run, ready to be looked at, or with what keeps it from that.
#[derive(Clone, Debug)]
pub struct Watched {
    /// Its stable name, such as `agent[web1]`.
    pub id: Arc<str>,
    /// What is watched, in a few words.
    pub title: Shown,
    /// The pane it is shown in.
    pub pane: Option<Shown>,
    /// The word for how it looks: http, tcp, run, tail, disk or dns.
    pub kind: &'static str,
    /// How often it looks.
    pub every: Length,
    /// How long one look may take.
    pub timeout: Length,
    /// What it looks at.
    pub target: Result<Arc<Target>, Unwatched>,
}

/// Says why a probe cannot look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unwatched {
    /// It waits for values.
    Unready(Unready),
    /// Its values make no sense.
    Wrong(Shown),
}

impl fmt::Display for Unwatched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unready(unready) => unready.fmt(f),
            Self::Wrong(why) => why.fmt(f),
        }
    }
}

/// Is what probes are made ready with.
#[derive(Clone, Copy)]
pub struct Sight<'a> {
    /// The plan of the run.
    pub plan: &'a Plan,
    /// The runbook.
    pub runbook: &'a Runbook,
    /// The values so far.
    pub values: &'a Values,
    /// The secrets that are known, by the names of their inputs.
    pub secrets: &'a BTreeMap<String, Secret>,
}

impl Sight<'_> {
    /// Makes ready all status probes of the run.
    #[must_use]
    pub fn probes(&self) -> Vec<Watched> {
        self.all(self.plan.probes(self.runbook, self.values))
    }

    /// Makes ready the probes that a step refers to, its own among them.
    #[must_use]
    pub fn probes_of(&self, item: &Item, probes: &[ProbeRef]) -> Vec<Watched> {
        let of = |probe| self.plan.probes_of(self.runbook, self.values, (item, probe));
        self.all(probes.iter().flat_map(of).collect())
    }

    fn all(&self, probes: Vec<ProbeItem<'_>>) -> Vec<Watched> {
        let mask = mask_of(self.secrets.values()).map(Arc::new);
        probes.iter().map(|probe| self.watched(probe, mask.as_ref())).collect()
    }

    fn watched(&self, one: &ProbeItem<'_>, mask: Option<&Arc<Mask>>) -> Watched {
        let probe = one.probe;
        let secrets = |name: &str| self.secrets.get(name).cloned();
        let filling =
            Filling { plan: self.plan, runbook: self.runbook, values: self.values, item: one, secrets: &secrets };
        let fill = |template: &Template| self.plan.fill(self.runbook, self.values, one, template).text;
        let title = probe.title.as_ref().map_or_else(|| one.id.to_string(), fill);
        Watched {
            id: Arc::clone(&one.id),
            title: Shown::line_limited(&title, MOST_TITLE),
            pane: probe.pane.as_deref().map(|pane| Shown::line_limited(pane, MOST_TITLE)),
            kind: probe.look.word(),
            every: probe.every,
            timeout: probe.timeout,
            target: self.target((one, &filling), mask).map(Arc::new),
        }
    }

    fn target(
        &self,
        (one, filling): (&ProbeItem<'_>, &Filling<'_>),
        mask: Option<&Arc<Mask>>,
    ) -> Result<Target, Unwatched> {
        if let ItemState::Growing(names) | ItemState::Undecided(names) = &one.state {
            return Err(Unwatched::Unready(Unready { missing: names.clone(), ..Unready::default() }));
        }
        let mut unready = Unready::default();
        let asked = self.ask(one.probe, filling, &mut unready);
        let wanted = wanted(one.probe, filling, &mut unready);
        // A value that is missing is the reason, where without it nothing makes sense.
        unready.or(()).map_err(Unwatched::Unready)?;
        let ask = asked.map_err(|why| Unwatched::Wrong(Shown::line_limited(&why, 200)))?;
        Ok(Target::new((ask, wanted), one.probe.timeout, (self.secrets, mask)))
    }

    fn ask(&self, probe: &Probe, filling: &Filling<'_>, unready: &mut Unready) -> Result<Ask, String> {
        let on = probe.on.as_ref();
        match &probe.look {
            Look::Http(http) => Ok(Ask::Http(Box::new(web(http, filling, unready)))),
            Look::Tcp(address) => address_of(&filling.text(address, unready)),
            Look::Run(command) => {
                let mut order = filling.plain(command, on, unready);
                order.masked = self.secrets.values().cloned().collect();
                order.check().map(|()| Ask::Run(Box::new(order)))
            }
            Look::Tail(file) => {
                let host = on.map(|on| filling.text(on, unready));
                let alert = probe.alert.as_deref().map(Regex::new).transpose();
                let alert = alert.map_err(|_| "the pattern of its alerts is no regular expression".to_owned())?;
                let file = filling.text(file, unready);
                far(&["tail", &file], host.clone()).check()?;
                Ok(Ask::Tail { file: file.into(), host, alert })
            }
            Look::Disk(path) => {
                let path = filling.text(path, unready);
                let Some(on) = on else { return Ok(Ask::Disk(path.into())) };
                let order = far(&["df", "-Pk", "--", &path], Some(filling.text(on, unready)));
                order.check().map(|()| Ask::DiskOn(Box::new(order)))
            }
            Look::Dns(name) => Ok(Ask::Dns(filling.text(name, unready))),
        }
    }
}

fn wanted(probe: &Probe, filling: &Filling<'_>, unready: &mut Unready) -> Wanted {
    let expect = &probe.expect;
    let plain = filling.expected(expect).unwrap_or_else(|more| {
        unready.missing.extend(more.missing);
        unready.refused.extend(more.refused);
        Default::default()
    });
    Wanted {
        plain,
        status: expect.status.clone(),
        not_after: expect.not_after,
        none_for: expect.none_for,
        more_than: expect.more_than,
        is: expect.is.iter().map(|text| filling.text(text, unready)).collect(),
    }
}

fn web(http: &Http, filling: &Filling<'_>, unready: &mut Unready) -> HttpAsk {
    let trust = match &http.ca {
        _ if http.insecure => Trust::Anything,
        Some(ca) => Trust::File(filling.text(ca, unready).into()),
        None => Trust::System,
    };
    HttpAsk {
        url: filling.hidden(&http.url, unready),
        method: http.method.clone(),
        headers: http.headers.iter().map(|(name, value)| (name.clone(), filling.hidden(value, unready))).collect(),
        body: http.body.as_ref().map(|body| filling.hidden(body, unready)),
        follow: http.follow,
        trust,
    }
}

/// Reads `HOST:PORT`; an address of many colons stands in brackets.
fn address_of(text: &str) -> Result<Ask, String> {
    let wrong = || format!("`{}` is not HOST:PORT", Shown::line_limited(text, 80));
    let (host, port) = text.trim().rsplit_once(':').ok_or_else(wrong)?;
    let port = port.parse().ok().filter(|port| *port > 0).ok_or_else(wrong)?;
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    if host.is_empty() { Err(wrong()) } else { Ok(Ask::Tcp { host: host.to_owned(), port }) }
}

fn far(words: &[&str], host: Option<String>) -> Order {
    let words = words.iter().map(|&word| word.to_owned()).collect();
    Order { host, ..Order::new(Line::Words(words)) }
}

#[cfg(test)]
mod tests;
