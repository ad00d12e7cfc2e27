//! Mistakes that new authors make, and the whole message that each of them gives.
//!
//! The snapshots are what an author sees. Read them as one: is the caret where the mistake is, and does
//! the help say what to type?

use crate::reading::{read, shown, with_steps};

/// Holds all that is said about a runbook against the snapshot of that name.
fn says(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../mistakes");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, shown(&read(text))));
}

/// Makes a test of each mistake: its name, what stands before the activities, and the steps.
macro_rules! mistakes {
    ($($name:ident: $head:expr, $steps:expr;)+) => {
        $(#[test] fn $name() { says(stringify!($name), &with_steps($head, $steps)); })+
    };
}

const HOST: &str = "inputs:\n  host: { ask: Which host? }\n";
const HOSTS: &str = "inputs:\n  hosts: { ask: Which hosts?, list: true }\n";
const HOP: &str = "inputs:\n  hop: { ask: Which version?, type: version }\n";
const HOME: &str = "status:\n  home: { http: \"https://site.example/\" }\n";
const ROLES: &str = "roles:\n  lead: Runs the steps\n  witness: Watches\n";

mistakes! {
    braces_without_quotes: HOST, "- title: {{ host }} is up";
    braces_alone_without_quotes: HOST, "- title: {{ host }}";
    a_sentence_that_begins_with_braces: HOST, "- {{ host }} is up";
    a_tab_for_indentation: "", "- title: Restart it\n\ttext: Slowly";
    a_colon_in_a_title: "", "- title: Note: all users are away";
    a_colon_in_a_sentence: "", "- Note: all users are away";
    a_misspelt_key: "", "- titel: Restart it\n  txt: Slowly";
    a_key_of_another_tool: "", "- name: Restart it\n  command: restart-site";
    two_actions: HOME, "- title: Restart it\n  run: restart-site\n  choose:\n    - Now\n    - Later";
    a_duration_in_words: "", "- title: Let it settle\n  wait: 30 min";
    a_duration_without_unit: "", "- title: Let it settle\n  wait: 30";
    yes_for_true: "", "- title: Take a copy\n  restore_point: yes";
    a_wrong_probe: HOME, "- title: It answers\n  check: homepage";
    an_unknown_input: HOST, "- \"Restart {{ hots }}\"";
    an_input_with_a_dollar: HOST, "- title: Restart it\n  run: restart ${{ host }}";
    a_dash_in_a_name: "inputs:\n  site-name: { ask: Which site? }\n", "- \"Restart {{ site-name }}\"";
    a_value_before_it_is_recorded: "", "- \"Mend {{ cause }}\"\n- title: Look for the cause\n  record: { cause: { ask: What is it? } }";
    a_step_without_title: "", "- run: restart-site";
    the_same_id_twice: "", "- { id: restart, title: Restart the site }\n- { id: restart, title: Restart the database }";
    the_same_sentence_twice: "", "- Restart the site\n- Restart the site";
    an_undeclared_role: "", "- title: Restart it\n  sign: manager";
    a_misspelt_role: ROLES, "- title: Restart it\n  sign: withness";
    three_people_and_two_roles: ROLES, "- title: Restart it\n  sign: 3";
    a_loop_over_one_value: HOST, "- title: \"Restart {{ one }}\"\n  for_each: { one: host }";
    a_loop_without_a_name: HOSTS, "- title: Restart one\n  for_each: hosts";
    one_equals_sign: HOST, "- title: Restart it\n  when: host = \"a\"";
    a_text_without_quotes_in_a_condition: HOST, "- title: Restart it\n  when: host == main";
    braces_in_a_condition: HOST, "- title: Restart it\n  when: \"{{ host }} == 'a'\"";
    a_version_without_quotes_in_a_condition: HOP, "- title: Restart it\n  when: hop >= 10.2.5";
    a_number_as_a_version_in_a_condition: HOP, "- title: Restart it\n  when: hop >= 10.2";
    an_unclosed_quote: "", "- title: \"Restart it\n- Check it";
    an_unclosed_brace: HOST, "- \"Restart {{ host\"\n- \"Look at {{ host }\"";
    a_value_in_backticks: HOST, "- title: Restart it\n  run: { command: 'restart `cat {{ host }}`', expect: { exit: 0 } }";
    a_value_as_the_command: HOST, "- title: Restart it\n  run: { command: \"{{ host }}\", expect: { exit: 0 } }";
    expect_is_a_status_only: "status:\n  home: { http: \"https://site.example/\", expect: 200 }\n", "- title: It answers\n  check: home";
    a_check_that_is_an_address: "", "- title: It answers\n  check: https://site.example/";
    a_then_that_is_not_there: "", "- title: Is it up?\n  choose:\n    - { title: \"Yes\", id: up }\n    - { title: \"No\", id: down, then: rollback }";
    yes_and_no_as_options: "", "- title: Is it up?\n  choose:\n    - { title: Yes }\n    - { title: No }";
    a_windows_path: "", "- title: \"Look into C:\\logs\\site\"";
    a_star_at_the_beginning: "", "- title: Copy the files\n  text: *.zip";
    a_percent_at_the_beginning: "", "- title: Look at the disk\n  run: { command: df, expect: { number: < 90 } }\n- title: 50% done\n  text: @team";
    a_list_instead_of_a_mapping: "inputs:\n  - host: Which host?\n", "- Restart it";
    an_input_that_is_only_a_question: "inputs:\n  host: Which host?\n", "- \"Restart {{ host }}\"";
    a_type_that_is_not_there: "inputs:\n  port: { ask: Which port?, type: integer }\n", "- \"Open {{ port }}\"";
    versions_without_quotes: "inputs:\n  hops: { ask: Which versions?, type: version, list: true, default: [10.9, 10.10] }\n", "- title: \"Install {{ hop }}\"\n  for_each: { hop: hops }";
    nothing_after_a_key: "", "- title: Restart it\n  note:\n- title:";
    a_step_that_is_a_list: "", "- [Restart it, Look at it]";
    a_wait_for_a_probe: HOME, "- title: Wait for the page\n  wait: home";
    a_pattern_that_is_none: "", "- title: Look\n  run: { command: uptime, expect: { matches: \"load (\" } }";
    an_if_in_a_text: HOST, "- \"Restart {{ host if host else 'all' }}\"";
    a_template_of_another_tool: "", "- title: Look\n  run: { command: \"docker ps --format '{{.Names}}'\", expect: { exit: 0 } }";
    a_window_as_a_time: "window: 22:00-02:00\n", "- Restart it";
    a_format_of_the_future: "mop_version: 2\n", "- Restart it";
}

#[test]
fn no_activities_at_all() {
    says("no_activities_at_all", "mop: 1\ntitle: Restart the site\nsteps:\n  - Restart it\n");
}

#[test]
fn steps_that_are_a_sentence() {
    says(
        "steps_that_are_a_sentence",
        "mop: 1\ntitle: Restart\nactivities:\n  - title: Restart\n    estimate: 5m\n    steps: Restart it\n",
    );
}

#[test]
fn a_list_of_sentences_for_activities() {
    says("a_list_of_sentences_for_activities", "mop: 1\ntitle: Restart\nactivities:\n  - Restart it\n  - Look at it\n");
}

#[test]
fn wrong_indentation() {
    says(
        "wrong_indentation",
        "mop: 1\ntitle: Restart\nactivities:\n  - title: Restart\n    estimate: 5m\n   steps:\n      - Restart it\n",
    );
}

#[test]
fn steps_at_the_wrong_level() {
    says(
        "steps_at_the_wrong_level",
        "mop: 1\ntitle: Restart\nactivities:\n  - title: Restart\n    estimate: 5m\n  steps:\n    - Restart it\n",
    );
}

#[test]
fn a_dash_is_missing() {
    says(
        "a_dash_is_missing",
        "mop: 1\ntitle: Restart\nactivities:\n  - title: Restart\n    estimate: 5m\n    steps:\n      Restart it\n      title: Look at it\n",
    );
}

#[test]
fn an_estimate_as_people_write_it() {
    let book = |estimate: &str| with_steps("", "- Restart it").replace("5m", estimate);
    let all: String = ["1-2h", "30 minutes", "1:30", "90", "2h to 3h", "~1h"].map(|e| shown(&read(&book(e)))).concat();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../mistakes");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("an_estimate_as_people_write_it", all));
}

#[test]
fn the_word_mop_is_missing() {
    says(
        "the_word_mop_is_missing",
        "title: Restart\nactivities:\n  - title: Restart\n    estimate: 5m\n    steps:\n      - Restart it\n",
    );
}

#[test]
fn a_file_that_is_no_runbook() {
    says("a_file_that_is_no_runbook", "# How to restart\n\nFirst, log in. Then restart.\n");
}
