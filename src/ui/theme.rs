//! Colours and signs; without colour or Unicode every difference is still there, in other signs.

use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::border;

use crate::run::forecast::Stage;
use crate::run::{ProbeState, Proof, Standing};

/// Says how things look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Whether colours are used.
    pub colour: bool,
    /// Whether only ASCII is drawn.
    pub ascii: bool,
}

impl Theme {
    fn coloured(&self, colour: Color) -> Style {
        if self.colour { Style::new().fg(colour) } else { Style::new() }
    }

    pub(super) fn dim(&self) -> Style {
        if self.colour { Style::new().fg(Color::DarkGray) } else { Style::new() }
    }

    pub(super) fn good(&self) -> Style {
        self.coloured(Color::Green)
    }

    pub(super) fn accent(&self) -> Style {
        self.coloured(Color::Cyan)
    }

    pub(super) fn loud(&self) -> Style {
        self.coloured(Color::Yellow).add_modifier(Modifier::BOLD)
    }

    pub(super) fn bad(&self) -> Style {
        self.coloured(Color::Red).add_modifier(Modifier::BOLD)
    }

    pub(super) fn strong(&self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    pub(super) fn selected(&self) -> Style {
        if self.colour { Style::new().add_modifier(Modifier::REVERSED) } else { self.strong() }
    }

    /// Gives how the letter looks that the cursor stands on; no colour is needed for that.
    pub(super) fn cursor(&self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// Gives how the marker of the checklist looks: it is all that changes when the selection moves, so it has to be seen.
    pub(super) fn pointer(&self) -> Style {
        if self.colour { self.accent().add_modifier(Modifier::REVERSED) } else { self.strong() }
    }

    /// Gives how the place of the marker looks, with it or without.
    pub(super) fn pointer_if(&self, is_there: bool) -> Style {
        if is_there { self.pointer() } else { Style::new() }
    }

    /// Gives what stands before something new.
    pub(super) fn news(&self) -> &'static str {
        if self.ascii { "*" } else { "•" }
    }

    /// Gives what stands before the selected line.
    pub(super) fn marker(&self) -> &'static str {
        if self.ascii { ">" } else { "▸" }
    }

    /// Gives the mark of a standing, two cells wide, and its style.
    pub fn mark(&self, standing: &Standing) -> (&'static str, Style) {
        let (sign, ascii, style) = match standing {
            Standing::Locked(_) => ("· ", ". ", self.dim()),
            Standing::Ready => ("○ ", "o ", self.accent()),
            Standing::ToSign => ("◇ ", "* ", self.loud()),
            Standing::Running(_) => ("◐ ", "~ ", self.accent()),
            Standing::Done(Proof::Claimed) => ("✓P", "xP", self.good()),
            Standing::Done(Proof::Checked) => ("✓C", "xC", self.good()),
            Standing::Done(Proof::Sensed) => ("✓S", "xS", self.good()),
            Standing::Overridden(_) => ("! ", "! ", self.loud()),
            Standing::Failed(_) | Standing::Regressed(_) => ("✗ ", "X ", self.bad()),
            Standing::EndUnknown(_) => ("? ", "? ", self.loud()),
            Standing::Skipped(_) => ("» ", "> ", self.dim()),
            Standing::Deferred(_) => ("→ ", "->", self.accent()),
            Standing::NotApplicable(_) => ("– ", "- ", self.dim()),
            Standing::Heading { done, of } if done == of => ("✓ ", "x ", self.good()),
            Standing::Heading { .. } => ("▾ ", "v ", self.strong()),
        };
        (if self.ascii { ascii } else { sign }, style)
    }

    /// Gives the sign of how far a part is, one cell wide.
    pub(super) fn stage(&self, stage: Stage) -> &'static str {
        match (stage, self.ascii) {
            (Stage::Done, false) => "✓",
            (Stage::Done, true) => "x",
            (Stage::UnderWay, false) => "◐",
            (Stage::UnderWay, true) => "~",
            _ => " ",
        }
    }

    /// Gives the mark of a heading whose items are folded away, made from its mark.
    pub(super) fn folded(&self, mark: &str) -> &'static str {
        match mark {
            "✓ " => "✓+",
            "x " => "x+",
            _ => "+ ",
        }
    }

    /// Gives the sign of how a probe stands, one cell wide, and its style.
    pub(super) fn probe(&self, state: ProbeState) -> (&'static str, Style) {
        let (sign, ascii) = state.signs();
        let style = match state {
            ProbeState::Ok => self.good(),
            ProbeState::Warn | ProbeState::Stale => self.loud(),
            ProbeState::Unknown => self.dim(),
            ProbeState::Bad => self.bad(),
        };
        (if self.ascii { ascii } else { sign }, style)
    }

    pub(super) fn border(&self) -> border::Set<'static> {
        let ascii = border::Set {
            top_left: "+",
            top_right: "+",
            bottom_left: "+",
            bottom_right: "+",
            vertical_left: "|",
            vertical_right: "|",
            horizontal_top: "-",
            horizontal_bottom: "-",
        };
        if self.ascii { ascii } else { border::PLAIN }
    }
}
