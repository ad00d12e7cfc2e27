//! Figures with the gates they are held against, and whether one was missed.

use std::time::Duration;

/// Prints figures, and remembers whether one was beyond its gate.
#[derive(Debug, Default)]
pub struct Gates {
    missed: Vec<String>,
    held: usize,
}

impl Gates {
    /// Holds a figure against the most it may be; `about` says how it came about.
    pub fn hold(&mut self, name: &str, (figure, most, unit): (f64, f64, &str), about: &str) {
        let fits = figure <= most;
        let verdict = if fits { "ok" } else { "MISSED" };
        println!("{name:<46} {figure:>9.2}{unit:<3} gate {most:>7.2}{unit:<3} {verdict:<6}  {about}");
        if fits {
            self.held += 1;
        } else {
            self.missed.push(name.to_owned());
        }
    }

    /// Says how it went, and whether all gates were held.
    pub fn is_held(&self) -> bool {
        let missed = if self.missed.is_empty() { String::new() } else { format!(": {}", self.missed.join("; ")) };
        println!("{} gates held, {} missed{missed}", self.held, self.missed.len());
        self.missed.is_empty()
    }
}

/// Gives the figure below which so many in a hundred are.
pub fn percentile(times: &[Duration], percent: usize) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times[(times.len() - 1) * percent / 100]
}

pub fn median(times: &[Duration]) -> Duration {
    percentile(times, 50)
}

pub fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

pub fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
