//! Colours and signs; without colour or Unicode every difference is still there, in other signs.

use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::border;

use crate::run::forecast::Stage;
use crate::run::{ProbeState, Proof, Standing};

/// Says how things look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Which colours are used.
    pub palette: Palette,
    /// Whether only ASCII is drawn.
    pub ascii: bool,
}

/// Is a choice of colours out of the sixteen that every terminal has.
///
/// Good and bad are never apart by red and green alone, which many people cannot tell from each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Palette {
    /// Letters that can be read on a dark ground.
    #[default]
    Dark,
    /// Letters that can be read on a light ground.
    Light,
    /// What matters stands on a ground of its own, and nothing is dim.
    HighContrast,
    /// No colours.
    None,
}

const BOLD: Style = Style::new().add_modifier(Modifier::BOLD).remove_modifier(Modifier::DIM);

/// What a style is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Dim,
    Good,
    Accent,
    Loud,
    Bad,
    Selected,
    Pointer,
}

impl Palette {
    /// Every choice, with the word for it.
    pub const ALL: [(&'static str, Self); 4] =
        [("dark", Self::Dark), ("light", Self::Light), ("high-contrast", Self::HighContrast), ("none", Self::None)];

    /// Gives the word for it.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, palette)| *palette == self).map_or("", |(word, _)| word)
    }

    fn style(self, role: Role) -> Style {
        // Terminals differ in what is both bold and dim.
        let (plain, bold) = (Style::new(), BOLD);
        match (self, role) {
            // What is only brighter or darker than its ground cannot be read on some; half of the usual can.
            (Self::Dark | Self::Light, Role::Dim) => plain.add_modifier(Modifier::DIM).remove_modifier(Modifier::BOLD),
            (Self::Dark, Role::Good) => plain.fg(Color::Cyan),
            (Self::Dark, Role::Accent) => plain.fg(Color::LightBlue),
            (Self::Dark, Role::Loud) => bold.fg(Color::Yellow),
            (Self::Dark, Role::Bad) => bold.fg(Color::LightRed),
            (Self::Light, Role::Good | Role::Accent) => plain.fg(Color::Blue),
            (Self::Light, Role::Loud) => bold.fg(Color::Magenta),
            (Self::Light, Role::Bad) => bold.fg(Color::Red),
            (Self::HighContrast, Role::Loud) => bold.fg(Color::Black).bg(Color::Yellow),
            (Self::HighContrast, Role::Bad) => bold.fg(Color::White).bg(Color::Red),
            (Self::HighContrast | Self::None, Role::Dim | Role::Good) => plain,
            (Self::None, Role::Accent) => plain,
            (Self::HighContrast, Role::Accent) | (Self::None, _) => bold,
            (_, Role::Pointer) => self.style(Role::Accent).add_modifier(Modifier::REVERSED),
            (_, Role::Selected) => plain.add_modifier(Modifier::REVERSED),
        }
    }
}

impl Theme {
    /// Is how anything looks that is only measured.
    pub(super) const PLAIN: Self = Self { palette: Palette::None, ascii: false };

    /// Tells whether there are colours, so that those of others are shown too.
    pub(super) fn has_colour(&self) -> bool {
        self.palette != Palette::None
    }

    pub(super) fn dim(&self) -> Style {
        self.palette.style(Role::Dim)
    }

    pub(super) fn good(&self) -> Style {
        self.palette.style(Role::Good)
    }

    pub(super) fn accent(&self) -> Style {
        self.palette.style(Role::Accent)
    }

    pub(super) fn loud(&self) -> Style {
        self.palette.style(Role::Loud)
    }

    pub(super) fn bad(&self) -> Style {
        self.palette.style(Role::Bad)
    }

    pub(super) fn strong(&self) -> Style {
        BOLD
    }

    pub(super) fn selected(&self) -> Style {
        self.palette.style(Role::Selected)
    }

    /// Gives how the letter looks that the cursor stands on; no colour is needed for that.
    pub(super) fn cursor(&self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// Gives how the marker of the checklist looks: it is all that changes when the selection moves, so it has to be seen.
    pub(super) fn pointer(&self) -> Style {
        self.palette.style(Role::Pointer)
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

#[cfg(test)]
mod tests {
    use super::*;

    const ROLES: [Role; 7] =
        [Role::Dim, Role::Good, Role::Accent, Role::Loud, Role::Bad, Role::Selected, Role::Pointer];

    /// Gives the colours that a palette writes on the ground of the terminal.
    fn letters(palette: Palette) -> Vec<Color> {
        let styles = ROLES.into_iter().map(|role| palette.style(role)).filter(|style| style.bg.is_none());
        styles.filter_map(|style| style.fg).collect()
    }

    #[test]
    fn nothing_is_written_in_a_colour_that_its_ground_may_have() {
        let on_light = [Color::Yellow, Color::Cyan, Color::Green, Color::White, Color::Gray, Color::LightYellow];
        let on_dark = [Color::Black, Color::DarkGray, Color::Blue, Color::Gray];
        assert!(letters(Palette::Light).iter().all(|colour| !on_light.contains(colour)));
        assert!(letters(Palette::Dark).iter().all(|colour| !on_dark.contains(colour)));
        assert!(letters(Palette::HighContrast).is_empty() && letters(Palette::None).is_empty());
    }

    #[test]
    fn good_and_bad_are_never_red_and_green() {
        let reds = [Color::Red, Color::LightRed];
        let greens = [Color::Green, Color::LightGreen];
        for (word, palette) in Palette::ALL {
            let colours = letters(palette);
            let has = |some: &[Color]| some.iter().any(|colour| colours.contains(colour));
            assert!(!(has(&reds) && has(&greens)), "{word}");
        }
    }

    #[test]
    fn what_is_bad_loud_or_selected_never_looks_like_the_rest() {
        for (word, palette) in Palette::ALL {
            for role in [Role::Loud, Role::Bad, Role::Selected, Role::Pointer] {
                assert_ne!(palette.style(role), Style::new(), "{word}");
                assert_ne!(palette.style(role), palette.style(Role::Good), "{word}");
            }
        }
    }

    #[test]
    fn only_the_sixteen_colours_are_used_and_none_without_colour() {
        let all = |palette: Palette| {
            ROLES.into_iter().flat_map(move |role| {
                let style = palette.style(role);
                style.fg.into_iter().chain(style.bg)
            })
        };
        for (word, palette) in Palette::ALL {
            assert!(all(palette).all(|colour| !matches!(colour, Color::Rgb(..) | Color::Indexed(_))), "{word}");
        }
        assert_eq!(all(Palette::None).count(), 0);
    }
}
