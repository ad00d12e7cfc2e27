//! The titles and texts of the steps that are shown, the same in both programs.

const VERBS: [&str; 9] = ["Restart", "Drain", "Stop", "Back up", "Look at", "Upgrade", "Silence", "Start", "Check"];
const THINGS: [&str; 7] = [
    "the web server of the main site",
    "the database and its replica",
    "the queue",
    "the load balancer in front",
    "the mail relay",
    "the agent that reports to the office",
    "the page that says that work is going on",
];
const ENDS: [&str; 5] =
    ["and write down the time", "with the second operator", "as the sheet says", "and wait for its log", "once more"];

/// Is the title of a step, which is none of any other one nearby.
pub fn title(step: usize) -> String {
    let [verb, thing, end] = [VERBS[step % VERBS.len()], THINGS[step % THINGS.len()], ENDS[step % ENDS.len()]];
    format!("{verb} {thing} {end}")
}
