//! The title of the terminal: when a new one is sent.
//!
//! At once when the state is another one, and for the time at most once a minute: a title is bytes on the
//! link, and terminals draw their frame anew for it.

use std::time::{Duration, Instant};

use super::means::Means;
use crate::ui::Title;

/// How long a title stays that differs in the time only.
const PAUSE: Duration = Duration::from_secs(60);

/// Remembers the title that the terminal has.
#[derive(Debug, Default)]
pub(super) struct Caption {
    sent: Option<(Title, Instant)>,
}

impl Caption {
    /// Forgets what the terminal has.
    pub(super) fn forget(&mut self) {
        self.sent = None;
    }

    /// Makes what sends a title, where it is worth it.
    pub(super) fn change(&mut self, title: Title, now: Instant) -> Option<Vec<u8>> {
        let is_due = self.sent.as_ref().is_none_or(|(before, at)| {
            before.state != title.state || (before.time != title.time && now.saturating_duration_since(*at) >= PAUSE)
        });
        let bytes = is_due.then(|| Means::title(&title.words()))?;
        self.sent = Some((title, now));
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title(state: &str, time: &str) -> Title {
        Title { state: state.to_owned(), time: time.to_owned() }
    }

    #[test]
    fn a_new_state_is_sent_at_once_and_the_time_once_a_minute() {
        let (mut caption, now) = (Caption::default(), Instant::now());
        let after = |seconds| now + Duration::from_secs(seconds);
        assert_eq!(caption.change(title("a", "2m"), now).as_deref(), Some(&b"\x1b]2;a \xc2\xb7 2m\x07"[..]));
        assert_eq!(caption.change(title("a", "1m"), after(59)), None);
        assert!(caption.change(title("b", "1m"), after(59)).is_some());
        assert_eq!(caption.change(title("b", "0m"), after(118)), None);
        assert!(caption.change(title("b", "0m"), after(119)).is_some());
        assert_eq!(caption.change(title("b", "0m"), after(1_000)), None);
        caption.forget();
        assert!(caption.change(title("b", "0m"), after(1_000)).is_some());
    }
}
