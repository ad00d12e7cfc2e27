//! How a cell looks, and the shortest words that change one look into another.

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// Is a style of which every part is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Look {
    pub fg: Color,
    pub bg: Color,
    pub modifier: Modifier,
}

/// Is brightness, which is taken back as a whole.
const INTENSITY: Modifier = Modifier::BOLD.union(Modifier::DIM);
/// Is what can be seen of a modifier where there is no letter.
const ON_BLANK: Modifier = Modifier::REVERSED
    .union(Modifier::UNDERLINED)
    .union(Modifier::SLOW_BLINK)
    .union(Modifier::RAPID_BLINK)
    .union(Modifier::CROSSED_OUT);

/// Says what turns each modifier on, and off again.
const CODES: [(Modifier, u8, u8); 9] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::RAPID_BLINK, 6, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

impl Look {
    /// Is how a terminal looks that was told nothing.
    pub(super) const PLAIN: Self = Self { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };

    /// Gives the look of a cell.
    pub(super) fn of(cell: &Cell) -> Self {
        Self { fg: cell.fg, bg: cell.bg, modifier: cell.modifier }
    }

    /// Leaves out what cannot be seen where there is no letter.
    pub(super) fn of_blank(self) -> Self {
        let modifier = self.modifier & ON_BLANK;
        // Lines through and under a cell have the colour of its letters, and reversed it is the ground.
        let fg = if modifier.is_empty() { Color::Reset } else { self.fg };
        Self { fg, bg: self.bg, modifier }
    }

    /// Writes the change from this look to another.
    pub(super) fn change(self, to: Self, out: &mut Vec<u8>) {
        if self == to {
            return;
        }
        let anew = to.params_from(Self::PLAIN, vec![String::new()]);
        let words = match self.taken_back(to) {
            Some(off) => shorter(to.params_from(self, off), anew),
            None => anew,
        };
        out.extend_from_slice(b"\x1b[");
        out.extend_from_slice(words.as_bytes());
        out.push(b'm');
    }

    /// Writes a look where it is not known how the terminal looks.
    pub(super) fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\x1b[");
        out.extend_from_slice(self.params_from(Self::PLAIN, vec![String::new()]).as_bytes());
        out.push(b'm');
    }

    /// Gives what takes the modifiers back that the other look has not; nothing where it is unsure that this works.
    fn taken_back(self, to: Self) -> Option<Vec<String>> {
        // Terminals differ in whether bold and dim are one state or two.
        let is_brightness_kept = (self.modifier ^ to.modifier).intersection(INTENSITY).is_empty();
        if !is_brightness_kept && !(self.modifier & INTENSITY).is_empty() && !(to.modifier & INTENSITY).is_empty() {
            return None;
        }
        let gone = self.modifier - to.modifier;
        let mut off: Vec<String> = Vec::new();
        for (modifier, _, code) in CODES {
            let code = code.to_string();
            if gone.contains(modifier) && !off.contains(&code) {
                off.push(code);
            }
        }
        // One word ends both kinds of blinking.
        let blinks = Modifier::SLOW_BLINK | Modifier::RAPID_BLINK;
        (!(gone.intersects(blinks) && to.modifier.intersects(blinks))).then_some(off)
    }

    /// Gives what has to be said after `before`, where everything is as in `from`.
    fn params_from(self, from: Self, before: Vec<String>) -> String {
        let mut params = before;
        let added = self.modifier - from.modifier;
        params.extend(CODES.iter().filter(|(modifier, ..)| added.contains(*modifier)).map(|(_, on, _)| on.to_string()));
        if self.fg != from.fg {
            params.push(colour(self.fg, 30));
        }
        if self.bg != from.bg {
            params.push(colour(self.bg, 40));
        }
        params.join(";")
    }
}

fn shorter(one: String, other: String) -> String {
    if other.len() < one.len() { other } else { one }
}

/// Gives the words for a colour, as a letter's with 30 and as the ground with 40.
fn colour(colour: Color, base: u8) -> String {
    let plain = match colour {
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::Reset => 9,
        Color::DarkGray => 60,
        Color::LightRed => 61,
        Color::LightGreen => 62,
        Color::LightYellow => 63,
        Color::LightBlue => 64,
        Color::LightMagenta => 65,
        Color::LightCyan => 66,
        Color::White => 67,
        Color::Indexed(index) => return format!("{};5;{index}", base + 8),
        Color::Rgb(red, green, blue) => return format!("{};2;{red};{green};{blue}", base + 8),
    };
    (base + plain).to_string()
}
