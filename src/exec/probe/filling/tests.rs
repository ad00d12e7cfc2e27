//! A runbook of every kind of probe, with and without its values.

use super::*;
use crate::runbook::plan::plan;
use crate::runbook::value::Value;
use crate::runbook::{NoLibrary, load};

const BOOK: &str = r#"
mop: 1
title: Book
inputs:
  agents: { ask: Which, type: host, list: true }
  site: { ask: Where, type: url }
  token: { ask: The token, type: secret }
  app: { ask: Which machine, type: host }
status:
  home:
    title: "Home of {{ site }}"
    http: { url: "{{ site }}", headers: { Authorization: "Bearer {{ token }}" } }
  agent: { for_each: { agent: agents }, tcp: "{{ agent }}:443", pane: Agents, every: 30s }
  load: { run: "echo {{ token }} | wc -c", on: "{{ app }}" }
  log: { tail: { file: /var/log/it's.log, on: "{{ app }}" }, alert: "ERROR" }
  room: { disk: "/a b", on: "{{ app }}", expect: { more_than: 10% } }
  name: { dns: site.example, expect: { is: ["{{ app }}"] } }
activities:
  - { title: Do, estimate: 5m, steps: [One] }
"#;

fn watched(values: &[(&str, Value)], secrets: &BTreeMap<String, Secret>) -> Vec<Watched> {
    let loaded = load("book.yaml", BOOK.as_bytes().to_vec(), &NoLibrary);
    let runbook = loaded.runbook.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics));
    let mut all = Values::default();
    all.take_defaults(&runbook);
    values.iter().for_each(|(name, value)| all.answer("", name, value.clone()));
    let plan = plan(&runbook, &all).unwrap();
    Sight { plan: &plan, runbook: &runbook, values: &all, secrets }.probes()
}

fn known() -> [(&'static str, Value); 3] {
    let text = |text: &str| Value::Text(text.to_owned());
    [
        ("site", text("https://site.example/")),
        ("app", text("192.0.2.7")),
        ("agents", Value::List(vec![text("web1"), text("::1")])),
    ]
}

#[test]
fn probes_that_wait_for_values_say_for_which() {
    let waits: Vec<_> = watched(&[], &BTreeMap::new())
        .iter()
        .map(|probe| {
            format!("{} {}", probe.id, probe.target.as_ref().map_or_else(ToString::to_string, |_| "ready".to_owned()))
        })
        .collect();
    let expected = [
        "home waits for ‹site›, ‹token›",
        "agent[‹agents›] waits for ‹agents›",
        "load waits for ‹app›, ‹token›",
        "log waits for ‹app›",
        "room waits for ‹app›",
        "name waits for ‹app›",
    ];
    assert_eq!(waits, expected);
}

#[test]
fn with_its_values_each_says_what_it_looks_at_and_no_secret() {
    let secrets = BTreeMap::from([("token".to_owned(), Secret::new("hunter22".to_owned()))]);
    let probes = watched(&known(), &secrets);
    assert!(!format!("{probes:?}").contains("hunter22"));
    let ids: Vec<_> = probes.iter().map(|probe| &*probe.id).collect();
    assert_eq!(ids, ["home", "agent[web1]", "agent[::1]", "load", "log", "room", "name"]);
    assert_eq!(probes[0].title.as_str(), "Home of https://site.example/");
    assert_eq!((probes[1].pane.as_ref().unwrap().as_str(), probes[1].every), ("Agents", Length::seconds(30)));
    let asks: Vec<_> = probes.iter().map(|probe| &probe.target.as_ref().unwrap().ask).collect();
    let Ask::Http(http) = asks[0] else { panic!("{asks:?}") };
    assert_eq!((http.url.reveal(), http.headers[0].1.reveal()), ("https://site.example/", "Bearer hunter22"));
    assert!(matches!(asks[1], Ask::Tcp { host, port: 443 } if host == "web1"));
    assert!(matches!(asks[2], Ask::Tcp { host, port: 443 } if host == "::1"));
    let Ask::Run(order) = asks[3] else { panic!("{asks:?}") };
    assert_eq!((order.host.as_deref(), order.secrets[0].0.as_str()), (Some("192.0.2.7"), "MOP_SECRET_token"));
    assert!(matches!(asks[4], Ask::Tail { host: Some(_), alert: Some(_), .. }));
    assert!(
        matches!(asks[5], Ask::DiskOn(order) if order.line == Line::Words(["df", "-Pk", "--", "/a b"].map(str::to_owned).into()))
    );
    assert_eq!(probes[6].target.as_ref().unwrap().wanted.is, ["192.0.2.7"]);
}

#[test]
fn what_makes_no_sense_is_said() {
    for text in ["web1", "web1:", ":443", "web1:0", "web1:70000", "web1:x", "[]:1"] {
        assert!(address_of(text).unwrap_err().ends_with("is not HOST:PORT"), "{text}");
    }
    assert!(matches!(address_of("[2001:db8::1]:80"), Ok(Ask::Tcp { host, port: 80 }) if host == "2001:db8::1"));
}
