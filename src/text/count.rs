//! Numbers with what is counted: one line, two lines.

/// Says how many there are of something that becomes many by an `s`.
pub fn counted(count: impl Into<u64>, one: &str) -> String {
    let count = count.into();
    let many = if count == 1 { "" } else { "s" };
    format!("{count} {one}{many}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_one_and_all_else_is_many() {
        let said: Vec<_> = [0_u64, 1, 2, 21].into_iter().map(|count| counted(count, "line")).collect();
        assert_eq!(said, ["0 lines", "1 line", "2 lines", "21 lines"]);
    }
}
