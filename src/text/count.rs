//! Numbers as people read them, and with what is counted: 1 line, 1,204 lines.

/// Says how many there are of something that becomes many by an `s`.
pub fn counted(count: impl TryInto<u64>, one: &str) -> String {
    let count = count.try_into().unwrap_or(u64::MAX);
    let many = if count == 1 { "" } else { "s" };
    format!("{} {one}{many}", grouped(count))
}

/// Writes a number in groups of three digits.
pub fn grouped(number: impl TryInto<u64>) -> String {
    let digits = number.try_into().unwrap_or(u64::MAX).to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_one_and_all_else_is_many() {
        let said = [0_u64, 1, 2, 21, 1_204].map(|count| counted(count, "line"));
        assert_eq!(said, ["0 lines", "1 line", "2 lines", "21 lines", "1,204 lines"]);
    }

    #[test]
    fn numbers_are_written_in_groups_of_three_digits() {
        let written = [0_u64, 7, 999, 1_000, 18_233, 1_204_000].map(grouped);
        assert_eq!(written, ["0", "7", "999", "1,000", "18,233", "1,204,000"]);
    }
}
