//! Orders and expectations made of a runbook's steps, run and judged.

use mop::exec::command::{Filling, Line, Order, Secret, Unready, Verdict, judge, printed};
use mop::runbook::model::{Action, Run, Runbook};
use mop::runbook::plan::{Values, plan};

use super::ground::{Ground, ended};
use crate::reading::{read, shown, with_steps};

const HEAD: &str = "inputs:\n  site: { ask: Address of the site }\n  password: { ask: The password, type: secret }\n";
const STEPS: &str = r#"
- title: Ask the site
  on: "{{ site }}"
  run:
    command: "printf '%s\n' {{ site }}; test {{ password }} = sword'fish' && echo same; echo \"$LOGIN\"; echo job 17"
    dir: /tmp
    timeout: 5m
    env: { LOGIN: "me:{{ password }}", SITE: "{{ site }}" }
    expect: { contains: ["{{ site }}", same], number: "> 16" }
    capture: { job: "job (\\d+)" }
- title: Look at it
  run: { command: "ls {{ site }}", expect: { exit: 0 } }
- title: Write it down
  run: { command: [echo, "{{ job }}"], expect: { exit: 0 } }
"#;

fn runbook() -> Runbook {
    let loaded = read(&with_steps(HEAD, STEPS));
    let serious =
        loaded.diagnostics.iter().any(|found| found.code.severity() == mop::runbook::diagnostic::Severity::Error);
    assert!(!serious, "{}", shown(&loaded));
    loaded.runbook.unwrap()
}

fn run_of(runbook: &Runbook, at: usize) -> &Run {
    match &runbook.steps[at].action {
        Action::Run(run) => run,
        other => panic!("{}", other.word()),
    }
}

/// Calls with what an item is filled with.
fn filling<T>(
    runbook: &Runbook,
    (site, secret): (&str, Option<&str>),
    call: impl FnOnce(&Filling<'_>, &Run) -> T,
) -> T {
    let mut values = Values::default();
    values.set(runbook, "site", &[site]).unwrap();
    values.take_defaults(runbook);
    let plan = plan(runbook, &values).unwrap();
    let item = plan.items.iter().find(|item| item.kind.step().is_some()).unwrap();
    let secrets = |name: &str| secret.filter(|_| name == "password").map(|value| Secret::new(value.to_owned()));
    let filling = Filling { plan: &plan, runbook, values: &values, item, secrets: &secrets };
    call(&filling, run_of(runbook, 0))
}

#[test]
fn a_step_becomes_an_order_that_runs_and_is_judged() {
    let (runbook, ground) = (runbook(), Ground::new());
    filling(&runbook, ("it's here", Some("swordfish")), |filling, run| {
        let order = filling.order(run, None).unwrap();
        assert!(
            matches!(&order.line, Line::Shell(line) if line.contains("$MOP_SECRET_password") && !line.contains("swordfish"))
        );
        assert_eq!(order.environment, [("SITE".to_owned(), "it's here".to_owned())]);
        assert_eq!(order.limits.timeout.unwrap().as_secs(), 300);
        let ended = ended(&mut ground.start(&order));
        assert_eq!(ended.good(), "it's here\nsame\nredacted:2\njob 17\n");
        let expected = filling.expected(run.expect.as_ref().unwrap()).unwrap();
        let printed = printed(&ground.dir(), &ended.end).unwrap();
        let judged = judge(Some(&expected), &run.capture, &ended.end, &printed);
        assert_eq!((judged.verdict, judged.captured[0].text.as_str()), (Verdict::Passed, "17"));
    });
}

#[test]
fn a_step_on_a_host_names_it_and_an_unknown_value_or_secret_is_told() {
    let runbook = runbook();
    let on = runbook.steps[0].on.as_deref().unwrap();
    let order: Order = filling(&runbook, ("app1", Some("x")), |filling, run| filling.order(run, Some(on)).unwrap());
    assert_eq!((order.host.as_deref(), order.folder.as_deref()), (Some("app1"), Some("/tmp")));
    let unready = |at: usize| -> Unready {
        filling(&runbook, ("app1", None), |filling, _| filling.order(run_of(&runbook, at), None).unwrap_err())
    };
    assert_eq!(unready(0).to_string(), "waits for ‹password›");
    assert_eq!(unready(2).to_string(), "waits for ‹job›");
}

#[test]
fn a_value_that_would_be_an_option_is_refused() {
    let runbook = runbook();
    let refused = filling(&runbook, ("-rf", Some("x")), |filling, _| filling.order(run_of(&runbook, 1), None));
    match refused {
        Err(unready) => assert_eq!(unready.refused.iter().collect::<Vec<_>>(), ["-rf"]),
        Ok(order) => panic!("{order:?}"),
    }
}
