//! Somebody at the dialogue who does what is needed next, at whatever prompt he finds himself.

use super::site::Talk;

/// Does what is needed next, until everything is settled.
pub struct Operator {
    /// The option for each step where one is chosen, by the end of its id.
    pub choices: &'static [(&'static str, &'static str)],
    /// The values for each step or question, by the end of the step's id.
    pub values: &'static [(&'static str, &'static str)],
    needs: String,
}

/// Says how far a talk went.
#[derive(Debug, PartialEq, Eq)]
pub enum Went {
    /// Something was recorded of a step, as this line says.
    Recorded(String),
    /// It ended.
    Ended,
}

impl Operator {
    pub fn new(
        choices: &'static [(&'static str, &'static str)],
        values: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { choices, values, needs: String::new() }
    }

    /// Somebody who takes the tour.
    pub fn of_the_tour() -> Self {
        let values = &[
            ("look/animals_noted", "animals = cat, dog"),
            ("work/count_secret", "practice_secret = swordfish"),
            ("decide/way", "remark = fine"),
        ];
        Self::new(&[("decide/way", "remark")], values)
    }

    /// Goes on until something of a step is recorded, or the program ends.
    pub fn go_on(&mut self, talk: &mut Talk) -> Went {
        loop {
            let Some(line) = talk.line() else { return Went::Ended };
            if let Some(needs) = line.strip_prefix("needs: ") {
                self.needs = needs.to_owned();
            }
            let is_record =
                line.strip_prefix("recorded ").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
            if is_record && !is_of_coming(&line) {
                return Went::Recorded(line);
            }
            assert!(!line.starts_with("refused"), "{line}, after:\n{}", talk.seen.join("\n"));
            if let Some(prompt) = line.strip_suffix(")>") {
                self.answer(talk, prompt);
            }
        }
    }

    fn answer(&self, talk: &mut Talk, prompt: &str) {
        let (step, standing) = prompt.rsplit_once(" (").unwrap();
        if standing == "settled" {
            return talk.say("seal practised");
        }
        if standing == "closed" {
            return talk.say("seal");
        }
        let id = step.split_once(' ').unwrap().1;
        let of = |all: &'static [(&'static str, &'static str)]| {
            all.iter().find(|(end, _)| id.ends_with(end)).map(|(_, with)| *with)
        };
        let word = self.needs.split(' ').next().unwrap().to_owned();
        match word.as_str() {
            "choose" => {
                talk.say(&format!("choose {id} {}", of(self.choices).unwrap_or_else(|| panic!("no choice for {id}"))))
            }
            "sign" | "start" | "record" | "retry" => talk.say(&format!("{word} {id}")),
            _ => panic!("`{}` is needed at {prompt}", self.needs),
        }
        if word == "retry" {
            talk.say("mended = nothing");
        }
        if let Some(values) = of(self.values).filter(|_| word != "sign") {
            talk.say(values);
        }
    }
}

/// Tells whether a record only says that somebody came, how the clock or a probe stands, or that what was proved
/// is looked at again, as it is whenever somebody comes.
fn is_of_coming(line: &str) -> bool {
    let words = [
        "resumed the run",
        "is here",
        "has the wheel",
        "clock",
        "started the run",
        "still good",
        " is ok: ",
        " is bad: ",
    ];
    words.iter().any(|words| line.contains(words))
}
