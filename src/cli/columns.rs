//! A table in the terminal: columns that line up, no line wider than the terminal.
//!
//! One column gives way and is wrapped. Where there is no room even so, each row becomes a few lines below
//! its first words. Every text in it comes from outside and is made safe here.

use super::page::lines;
use crate::text::{Shown, pad, width, wrap};

/// How narrow the column that gives way may become.
const LEAST: usize = 16;
/// What stands between two columns.
const GAP: &str = "  ";

/// Is a table, its first column the one that gives way.
#[derive(Debug)]
pub(super) struct Columns {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    indents: Vec<usize>,
}

impl Columns {
    /// Begins a table with what stands above its columns.
    pub(super) fn new<const N: usize>(head: [&str; N]) -> Self {
        Self { head: head.map(|cell| Shown::line(cell).to_string()).to_vec(), rows: Vec::new(), indents: Vec::new() }
    }

    /// Adds a row, whose first cell stands so far in.
    pub(super) fn push<const N: usize>(&mut self, indent: usize, row: [&str; N]) {
        self.rows.push(row.map(|cell| Shown::line(cell).to_string()).to_vec());
        self.indents.push(indent);
    }

    /// Writes the table in lines of so many cells; columns in which nothing stands are left out.
    pub(super) fn text(mut self, cells: usize) -> String {
        let is_used = |at: usize| at == 0 || self.rows.iter().any(|row| row.get(at).is_some_and(|cell| !is_none(cell)));
        let used: Vec<_> = (0..self.head.len()).map(is_used).collect();
        for row in self.rows.iter_mut().chain([&mut self.head]) {
            let mut used = used.iter();
            row.retain(|_| used.next().is_none_or(|is_used| *is_used));
        }
        let widths = self.widths();
        let others: usize = widths.iter().skip(1).map(|wide| wide + GAP.len()).sum();
        let first = widths.first().copied().unwrap_or_default();
        let room = cells.saturating_sub(others);
        if room < LEAST.min(first) {
            return self.stacked(cells);
        }
        let widths: Vec<_> = std::iter::once(first.min(room)).chain(widths.into_iter().skip(1)).collect();
        let rows = self.rows.iter().zip(&self.indents);
        let body: String = rows.map(|(row, indent)| line(row, *indent, &widths)).collect();
        line(&self.head, 0, &widths) + &body
    }

    /// Gives the width of each column.
    fn widths(&self) -> Vec<usize> {
        let mut widths: Vec<_> = self.head.iter().map(|cell| width(cell)).collect();
        for (row, indent) in self.rows.iter().zip(&self.indents) {
            for (at, (cell, wide)) in row.iter().zip(&mut widths).enumerate() {
                *wide = (*wide).max(width(cell) + if at == 0 { *indent } else { 0 });
            }
        }
        widths
    }

    /// Writes each row as lines of their own.
    fn stacked(&self, cells: usize) -> String {
        let one = |row: &Vec<String>| {
            let named = self.head.iter().zip(row).skip(1).filter(|(_, cell)| !is_none(cell));
            let facts: Vec<_> = named.map(|(name, cell)| format!("{name} {cell}")).collect();
            let title = row.first().map(|cell| lines(cell, (cells, 2))).unwrap_or_default();
            if facts.is_empty() { title } else { title + &lines(&format!("  {}", facts.join(", ")), (cells, 4)) }
        };
        self.rows.iter().map(one).collect()
    }
}

/// Tells whether a cell says that there is nothing.
fn is_none(cell: &str) -> bool {
    matches!(cell, "" | "-")
}

fn line(row: &[String], indent: usize, widths: &[usize]) -> String {
    let (Some(first), Some(room)) = (row.first(), widths.first()) else { return String::new() };
    let indent = indent.min(room / 2);
    let mut wrapped = wrap(first, room - indent, 2).into_iter();
    let begin = " ".repeat(indent);
    let mut line = pad(&format!("{begin}{}", wrapped.next().unwrap_or_default()), *room);
    for (cell, wide) in row.iter().zip(widths).skip(1) {
        line += GAP;
        line += &pad(cell, *wide);
    }
    let rest: String = wrapped.map(|more| format!("{begin}{more}\n")).collect();
    format!("{}\n{rest}", line.trim_end())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn table() -> Columns {
        let mut table = Columns::new(["step", "took", "end"]);
        table.push(0, ["Prepare", "30m", "-"]);
        table.push(2, ["Tell the users of the site", "1m", "done"]);
        table
    }

    #[test]
    fn columns_line_up_and_the_first_gives_way() {
        assert_eq!(
            table().text(80),
            "step                          took  end\nPrepare                       30m   -\n  Tell the users of the site  1m    done\n"
        );
        assert_eq!(
            table().text(30),
            "step                took  end\nPrepare             30m   -\n  Tell the users    1m    done\n    of the site\n"
        );
        assert_eq!(table().text(20), "Prepare\n  took 30m\nTell the users of\n  the site\n  took 1m, end done\n");
    }

    #[test]
    fn a_column_in_which_nothing_stands_is_left_out() {
        let mut table = Columns::new(["step", "trend", "end"]);
        table.push(0, ["Prepare", "-", "done"]);
        table.push(0, ["Load", "", "-"]);
        assert_eq!(table.text(80), "step     end\nPrepare  done\nLoad     -\n");
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_terminal(rows in prop::collection::vec(("\\PC{0,40}", "[a-z ]{0,12}", 0..6usize), 0..5), cells in 8..100usize) {
            let mut table = Columns::new(["step", "took"]);
            rows.iter().for_each(|(title, took, indent)| table.push(*indent, [title, took]));
            for line in table.text(cells).lines() {
                prop_assert!(width(line) <= cells, "{line:?}");
            }
        }
    }
}
