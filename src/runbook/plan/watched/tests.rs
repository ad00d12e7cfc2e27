//! Probes in loops and in called runbooks, as far as values tell.

use super::*;
use crate::runbook::model::Action;
use crate::runbook::plan::{TooLarge, plan};
use crate::runbook::{Library, load};

struct Shelf(&'static str);

impl Library for Shelf {
    fn read(&self, _: &str, path: &str) -> Result<(String, Vec<u8>), String> {
        Ok((path.to_owned(), self.0.as_bytes().to_vec()))
    }
}

const BOOK: &str = r#"
mop: 1
title: Book
inputs:
  agents: { ask: Which, type: host, list: true }
status:
  home: { http: "https://site.example/" }
  agent: { tcp: "{{ agent }}:443", for_each: { agent: agents } }
activities:
  - id: all
    title: All
    for_each: { agent: agents }
    steps:
      - { id: look, title: Look, check: agent }
  - id: part
    title: Part
    steps:
      - { id: below, title: Below, call: part.yaml }
      - { id: own, title: Own, check: { disk: /tmp, expect: { more_than: 1B } } }
      - { id: every, title: Every, check: [home, agent] }
"#;
const PART: &str = r#"
mop: 1
title: Part
status:
  room: { disk: /tmp, expect: { more_than: 1B } }
activities:
  - title: Do
    steps: [One]
"#;

fn made(agents: Option<&[&str]>) -> (Runbook, Values, Plan) {
    let loaded = load("book.yaml", BOOK.as_bytes().to_vec(), &Shelf(PART));
    let runbook = loaded.runbook.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics));
    let mut values = Values::default();
    let texts = |agents: &[&str]| agents.iter().map(|agent| Value::Text((*agent).to_owned())).collect();
    agents.into_iter().for_each(|agents| values.answer("", "agents", Value::List(texts(agents))));
    let made: Result<Plan, TooLarge> = plan(&runbook, &values);
    (runbook, values, made.unwrap())
}

fn ids(probes: &[ProbeItem<'_>]) -> Vec<String> {
    probes.iter().map(|probe| probe.id.to_string()).collect()
}

fn checked(made: &(Runbook, Values, Plan), item: &str) -> Vec<String> {
    let (runbook, values, plan) = made;
    let item = plan.item(item).unwrap();
    let Action::Check(check) = &runbook.step(item.kind.step().unwrap()).action else { panic!("no check") };
    check.probes.iter().flat_map(|probe| ids(&plan.probes_of(runbook, values, (item, probe)))).collect()
}

#[test]
fn a_looped_probe_has_one_item_for_each_value_and_a_called_runbook_brings_its_own() {
    let (runbook, values, plan) = made(Some(&["web1", "web2"]));
    let probes = plan.probes(&runbook, &values);
    assert_eq!(ids(&probes), ["home", "agent[web1]", "agent[web2]", "part/below/room"]);
    assert!(probes.iter().all(|probe| probe.state == ItemState::Open));
    let template = match &probes[1].probe.look {
        crate::runbook::model::Look::Tcp(template) => template,
        other => panic!("{other:?}"),
    };
    assert_eq!(plan.fill(&runbook, &values, &probes[1], template).text, "web1:443");
}

#[test]
fn a_loop_whose_list_is_not_known_waits_for_it_by_name() {
    let (runbook, values, plan) = made(None);
    let probes = plan.probes(&runbook, &values);
    assert_eq!(ids(&probes), ["home", "agent[‹agents›]", "part/below/room"]);
    assert_eq!(probes[1].state, ItemState::Growing(BTreeSet::from(["agents".to_owned()])));
}

#[test]
fn a_check_in_the_same_loop_means_the_probe_of_its_round_and_elsewhere_all() {
    let made = made(Some(&["web1", "web2"]));
    assert_eq!(checked(&made, "all[web2]/look"), ["agent[web2]"]);
    assert_eq!(checked(&made, "part/every"), ["home", "agent[web1]", "agent[web2]"]);
    assert_eq!(checked(&made, "part/own"), ["part/own"]);
}

#[test]
fn there_are_never_more_probes_than_can_be_watched() {
    let names: Vec<_> = (0..3_000).map(|number| format!("web{number}")).collect();
    let (runbook, values, plan) = made(Some(&names.iter().map(String::as_str).collect::<Vec<_>>()));
    assert_eq!(plan.probes(&runbook, &values).len(), MOST_PROBES);
}
