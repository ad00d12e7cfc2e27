//! Plans: ids and numbers, growing, conditions and calls, and what stays the same while values come in.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{Item, ItemState, Plan, Values, plan};
use crate::runbook::model::Runbook;
use crate::runbook::value::Value;
use crate::runbook::{Library, load};

/// Runbooks by name.
struct Shelf(Vec<(&'static str, String)>);

impl Library for Shelf {
    fn read(&self, _: &str, path: &str) -> Result<(String, Vec<u8>), String> {
        let found = self.0.iter().find(|(name, _)| *name == path).ok_or("no such runbook")?;
        Ok((path.to_owned(), found.1.clone().into_bytes()))
    }
}

fn book(text: &str, shelf: Vec<(&'static str, String)>) -> Runbook {
    let loaded = load("book.yaml", format!("mop: 1\ntitle: Book\n{text}").into_bytes(), &Shelf(shelf));
    let found: Vec<_> = loaded.diagnostics.iter().map(|found| (&found.message, found.place)).collect();
    loaded.runbook.unwrap_or_else(|| panic!("{found:#?}\n{text}"))
}

fn texts(items: &[&str]) -> Value {
    Value::List(items.iter().map(|item| Value::Text((*item).to_owned())).collect())
}

fn made(runbook: &Runbook, values: &Values) -> Plan {
    plan(runbook, values).unwrap()
}

/// Returns `number id: title` of each item.
fn lines(runbook: &Runbook, values: &Values) -> Vec<String> {
    let plan = made(runbook, values);
    let line = |item: &Item| format!("{} {}: {}", item.number, item.id, plan.title(runbook, values, item).text);
    plan.items.iter().map(line).collect()
}

fn ids(runbook: &Runbook, values: &Values) -> Vec<String> {
    made(runbook, values).items.into_iter().map(|item| item.id.to_string()).collect()
}

const WHOLE: &str = r#"
inputs:
  hops: { ask: Versions, type: version, list: true }
requirements: [Access to the server, A second person]
activities:
  - id: prepare
    title: Prepare
    prerequisites: [The check passed, Nobody works]
    steps:
      - { id: list, title: List them, record: { functions: { ask: One a line, list: true } } }
      - id: backup
        title: Take a backup
        choose:
          - { id: snapshot, title: Snapshot }
          - { id: files, title: Files, steps: [Copy the files, { title: "Look at {{ step.list }}" }] }
  - id: hop
    title: "Upgrade to {{ hop }}"
    for_each: { hop: hops }
    steps:
      - { id: start, title: "Start {{ hop }}, {{ hop.index }} of many", when: not hop.first }
      - { id: works, title: "{{ function }} works", for_each: { function: functions } }
back_out:
  title: Go back
  steps: ["Restore {{ chosen.backup.title }}", { title: Two, steps: [Inner] }]
"#;

#[test]
fn every_item_has_a_number_and_an_id() {
    let runbook = book(WHOLE, Vec::new());
    let mut values = Values::default();
    values.set(&runbook, "hops", &["10.1", "10.10"]).unwrap();
    values.record("prepare/list", "functions", texts(&["mail", "a/b"]));
    values.choose("prepare/backup", "files");
    let expected = "\
R requirements: Requirements
R1 requirements/access-to-the-server: Access to the server
R2 requirements/a-second-person: A second person
1 prepare: Prepare
1a prepare/the-check-passed: The check passed
1b prepare/nobody-works: Nobody works
1.1 prepare/list: List them
1.2 prepare/backup: Take a backup
1.2.1 prepare/backup/files/copy-the-files: Copy the files
1.2.2 prepare/backup/files/look-at: Look at 1.1 List them
2 hop[10.1]: Upgrade to 10.1
2.1 hop[10.1]/start: Start 10.1, 1 of many
2.2 hop[10.1]/works[mail]: mail works
2.3 hop[10.1]/works[a%2Fb]: a/b works
3 hop[10.10]: Upgrade to 10.10
3.1 hop[10.10]/start: Start 10.10, 2 of many
3.2 hop[10.10]/works[mail]: mail works
3.3 hop[10.10]/works[a%2Fb]: a/b works
B back_out: Go back
B1 back_out/restore: Restore Files
B2 back_out/two: Two
B2.1 back_out/two/inner: Inner";
    assert_eq!(lines(&runbook, &values), expected.lines().collect::<Vec<_>>());
}

#[test]
fn a_loop_over_what_is_not_known_is_one_item_that_grows() {
    let runbook = book(WHOLE, Vec::new());
    let values = Values::default();
    let plan = made(&runbook, &values);
    let waits = |name: &str| BTreeSet::from([name.to_owned()]);
    let hop = plan.item("hop[‹hops›]").unwrap();
    assert_eq!(hop.state, ItemState::Growing(waits("hops")));
    assert_eq!(plan.title(&runbook, &values, hop).text, "Upgrade to ‹hop›");
    let inner = plan.item("hop[‹hops›]/works[‹functions›]").unwrap();
    assert_eq!(inner.state, ItemState::Growing(waits("functions")));

    let mut values = Values::default();
    values.record("prepare/list", "functions", texts(&[]));
    values.set(&runbook, "hops", &["10.1"]).unwrap();
    let plan = made(&runbook, &values);
    assert_eq!(plan.forward().last().map(|item| &*item.id), Some("hop[10.1]/start"), "an empty list has no items");
}

#[test]
fn what_is_not_done_says_which_answer_decided_so() {
    let runbook = book(WHOLE, Vec::new());
    let mut values = Values::default();
    values.set(&runbook, "hops", &["10.1"]).unwrap();
    values.choose("prepare/backup", "snapshot");
    let plan = made(&runbook, &values);
    let state = |id: &str| plan.item(id).unwrap().state.clone();
    assert_eq!(
        state("prepare/backup/files/copy-the-files"),
        ItemState::NotApplicable("chosen.backup: snapshot".to_owned())
    );
    assert_eq!(state("hop[10.1]/start"), ItemState::NotApplicable("hop.first: yes".to_owned()));

    let plan = made(&runbook, &Values::default());
    let undecided = BTreeSet::from(["chosen.backup".to_owned()]);
    assert_eq!(plan.item("prepare/backup/files/copy-the-files").unwrap().state, ItemState::Undecided(undecided));
}

#[test]
fn a_value_that_stands_twice_in_a_list_has_two_ids() {
    let runbook = book(WHOLE, Vec::new());
    let mut values = Values::default();
    values.set(&runbook, "hops", &["10.1", "10.2", "10.1", "10.1"]).unwrap();
    let found: Vec<_> =
        ids(&runbook, &values).into_iter().filter(|id| id.starts_with("hop") && !id.contains('/')).collect();
    assert_eq!(found, ["hop[10.1]", "hop[10.2]", "hop[10.1#2]", "hop[10.1#3]"]);
}

#[test]
fn a_loop_knows_its_place() {
    let text = r#"
activities:
  - title: Go
    steps:
      - title: "{{ x }} {{ x.index }} {{ x.first }} {{ x.last }} {{ x.previous | default('-') }}"
        id: s
        for_each: { x: [a, b, c] }
"#;
    let runbook = book(text, Vec::new());
    let found = lines(&runbook, &Values::default());
    assert_eq!(found[1..], ["1.1 go/s[a]: a 1 yes no -", "1.2 go/s[b]: b 2 no no a", "1.3 go/s[c]: c 3 no yes b"]);
}

#[test]
fn a_value_that_will_never_come_is_told_from_one_that_is_waited_for() {
    let text = r#"
inputs: { deep: { ask: Look deep?, type: bool } }
activities:
  - title: Go
    steps:
      - { id: look, title: Look, when: deep, record: { cause: { ask: What was it? } } }
      - { id: say, title: "It was {{ cause | default('nothing') }}" }
"#;
    let runbook = book(text, Vec::new());
    let title = |values: &Values| lines(&runbook, values)[2].clone();
    let mut values = Values::default();
    assert_eq!(title(&values), "1.2 go/say: It was ‹cause›");
    values.answer("", "deep", Value::Bool(true));
    assert_eq!(title(&values), "1.2 go/say: It was ‹cause›");
    let mut skipped = values.clone();
    skipped.end("go/look", "skipped");
    assert_eq!(title(&skipped), "1.2 go/say: It was nothing");
    values.record("go/look", "cause", Value::Text("rain".to_owned()));
    assert_eq!(title(&values), "1.2 go/say: It was rain");
    values.answer("", "deep", Value::Bool(false));
    values.record("go/look", "cause", Value::Text("rain".to_owned()));
    assert_eq!(title(&Values::clone(&values)), "1.2 go/say: It was rain", "what was recorded stays");
}

fn part(uses: &str) -> String {
    format!(
        "mop: 1\ntitle: Part\ninputs: {{ a: {{ ask: A, default: plain }} }}\nactivities:\n  - {{ title: Part, steps: [{uses}] }}\n"
    )
}

#[test]
fn a_called_runbook_has_ids_numbers_and_values_of_its_own() {
    let text = r#"
inputs: { site: { ask: Site } }
activities:
  - title: Go
    steps:
      - { id: one, title: One, call: part.yaml, with: { a: "{{ site }}" } }
      - { id: two, title: Two, call: part.yaml, with: { a: "at {{ site }}!" } }
      - { id: three, title: Three, call: part.yaml }
"#;
    let part =
        part("{ id: use, title: \"Use {{ a }}\", record: { b: { ask: B } } }, \"See {{ b }} of {{ step.use }}\"");
    let runbook = book(text, vec![("part.yaml", part)]);
    let mut values = Values::default();
    values.answer("", "site", Value::Text("x".to_owned()));
    values.record("go/two/part/use", "b", Value::Text("seen".to_owned()));
    let expected = "\
1 go: Go
1.1 go/one: One
1.1.1 go/one/part: Part
1.1.1.1 go/one/part/use: Use x
1.1.1.2 go/one/part/see-of: See ‹b› of 1.1.1.1 Use x
1.2 go/two: Two
1.2.1 go/two/part: Part
1.2.1.1 go/two/part/use: Use at x!
1.2.1.2 go/two/part/see-of: See seen of 1.2.1.1 Use at x!
1.3 go/three: Three
1.3.1 go/three/part: Part
1.3.1.1 go/three/part/use: Use plain
1.3.1.2 go/three/part/see-of: See ‹b› of 1.3.1.1 Use plain";
    assert_eq!(lines(&runbook, &values), expected.lines().collect::<Vec<_>>());
}

#[test]
fn values_that_double_in_each_call_do_not_take_the_machine_with_them() {
    let calls = |next: &str| {
        format!(
            "{{ id: next, title: Next, call: {next}, with: {{ a: \"{{{{ a }}}}{{{{ a }}}}\" }} }}, \"Use {{{{ a }}}}\""
        )
    };
    let names: Vec<&'static str> = (0..60).map(|at| &*format!("b{at}.yaml").leak()).collect();
    let mut shelf: Vec<_> = names.windows(2).map(|pair| (pair[0], part(&calls(pair[1])))).collect();
    shelf.push((names[59], part("\"Use {{ a }}\"")));
    let text = format!("activities:\n  - {{ title: Go, steps: [{{ title: Call, call: {} }}] }}", names[0]);
    let runbook = book(&text, shelf);
    let values = Values::default();
    assert!(plan(&runbook, &values).is_err(), "2^60 letters");
}

#[test]
fn ids_of_any_length_do_not_take_the_machine_with_them() {
    let long = "x".repeat(60_000);
    let steps = (0..5000).map(|at| format!("s{at}, ")).collect::<String>();
    let text =
        format!("activities:\n  - {{ title: \"{{{{ x }}}}\", id: a, for_each: {{ x: [{long}] }}, steps: [{steps}] }}");
    let runbook = book(&text, Vec::new());
    assert!(plan(&runbook, &Values::default()).is_err());
}

#[test]
fn a_back_out_returns_from_the_round_that_was_named() {
    let text = r#"
inputs: { hops: { ask: Versions, list: true } }
activities:
  - { id: hop, title: "To {{ hop }}", for_each: { hop: hops }, steps: [{ id: go, title: Go }] }
back_out: { title: Go back, steps: ["From {{ hop }}"] }
"#;
    let runbook = book(text, Vec::new());
    let mut values = Values::default();
    values.answer("", "hops", texts(&["a", "b", "a"]));
    let last = |values: &Values| lines(&runbook, values).pop().unwrap();
    assert_eq!(last(&values), "B1 back_out/from: From a");
    values.go_through("hop", "b");
    assert_eq!(last(&values), "B1 back_out/from: From b");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn a_plan_is_the_same_each_time_and_its_ids_name_one_item_each(
        hops in prop::collection::vec("[0-9]{1,2}(\\.[0-9]){0,2}", 0..5),
        functions in prop::option::of(prop::collection::vec("[a-c/#\\[\\]%é ]{0,3}", 0..5)),
        option in prop::option::of(prop::sample::select(vec!["snapshot", "files"])),
    ) {
        let runbook = book(WHOLE, Vec::new());
        let mut values = Values::default();
        if !hops.is_empty() {
            let hops: Vec<_> = hops.iter().map(String::as_str).collect();
            values.set(&runbook, "hops", &[&hops[..], &["1"]].concat()).unwrap();
        }
        let before = ids(&runbook, &values);
        if let Some(functions) = &functions {
            values.record("prepare/list", "functions", texts(&functions.iter().map(String::as_str).collect::<Vec<_>>()));
        }
        if let Some(option) = option {
            values.choose("prepare/backup", option);
        }
        let found = ids(&runbook, &values);
        prop_assert_eq!(lines(&runbook, &values), lines(&runbook, &values));
        prop_assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), found.len());
        let kept = before.iter().filter(|id| functions.is_none() || !id.contains('‹'));
        for id in kept {
            prop_assert!(found.contains(id), "{} is gone", id);
        }
    }
}
