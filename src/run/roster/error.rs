//! What can be wrong with a roster, in words that name the place and the next step.

use super::key::KeyError;
use super::{MOST_BYTES, MOST_ID, MOST_KEYS, MOST_NAME, MOST_PEOPLE};

/// Says why a roster is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RosterError {
    /// The file is larger than any roster.
    #[error("the roster has more than {MOST_BYTES} bytes; keep in it only those who sign")]
    TooLarge,
    /// It is not the JSON of a roster.
    #[error("the roster cannot be read: {0}")]
    Unreadable(String),
    /// It is of another version.
    #[error("the roster is of version {0}, and this mop reads version 1; update mop")]
    Version(u64),
    /// It lists too many.
    #[error("the roster lists more than {MOST_PEOPLE} people; keep in it only those who sign")]
    TooMany,
    /// Its level is none.
    #[error("`level` of the roster is `{0}`; write name, pin, key or touch")]
    Level(String),
    /// Something about one person is wrong.
    #[error("{place}: {problem}")]
    Person {
        /// Which one: his number in the list, and his id.
        place: String,
        /// What.
        problem: MemberProblem,
    },
}

/// Says what is wrong with one person of a roster.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MemberProblem {
    /// His id is none.
    #[error(
        "an id is made of letters, digits and @ . _ + -, does not begin with . or -, and has 1 to {MOST_ID} characters; write one like alice@example.com"
    )]
    Id,
    /// His name is none.
    #[error(
        "a name is one line of 1 to {MOST_NAME} bytes with a letter or digit, without hidden characters or blanks around it; type it anew"
    )]
    Name,
    /// His level is none.
    #[error("`level` is `{0}`; write name, pin, key or touch")]
    Level(String),
    /// Another has his id.
    #[error("the id is that of {0} too, but for the case of letters; give each person an id of his own")]
    SameId(String),
    /// Another has his key.
    #[error("key {key} is the one of {other} too; each person signs with a key of his own")]
    SameKey {
        /// Which of his keys.
        key: usize,
        /// Whose else.
        other: String,
    },
    /// He has too many keys.
    #[error("more than {MOST_KEYS} keys; keep those that are in use")]
    Keys,
    /// A key is none.
    #[error("key {key}: {problem}")]
    Key {
        /// Which of his keys.
        key: usize,
        /// What is wrong with it.
        problem: KeyError,
    },
    /// A key's comment could drive a terminal, or is too long.
    #[error("key {key}: its comment has hidden characters or more than {MOST_NAME} bytes; shorten it or leave it off")]
    Comment {
        /// Which of his keys.
        key: usize,
    },
    /// A key is a certificate.
    #[error(
        "key {key} is a certificate, which runs out; write `cert-authority` and the authority's key instead, or the plain key"
    )]
    Certificate {
        /// Which of his keys.
        key: usize,
    },
    /// The hash of his PIN is none.
    #[error("`pin` is no argon2id hash; set the PIN anew")]
    Pin,
}
