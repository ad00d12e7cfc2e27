//! Words and signs into a tree, by descent through the binding strengths:
//! `or`, `and`, `not`, comparison, `+`/`-`, `|`, value.

use std::ops::Range;

use super::lex::{Token, lex};
use super::{Compare, Expr, Filter, MOST_BYTES, Node, ParseError, Path};
use crate::id::nearest;
use crate::runbook::value::Value;

/// How deep parentheses, lists and `not` may stand in one another.
const MOST_DEPTH: usize = 32;

type Parsed = Result<Expr<Path>, ParseError>;

/// Parses an expression.
pub fn parse(source: &str) -> Parsed {
    if source.len() > MOST_BYTES {
        return Err(ParseError::new(0..source.len(), format!("the expression is longer than {MOST_BYTES} bytes")));
    }
    let tokens = lex(source)?;
    if tokens.is_empty() {
        return Err(
            ParseError::new(0..source.len(), "there is nothing between the braces").help("write a name: {{ site }}")
        );
    }
    let mut parser = Parser { tokens, next: 0, depth: 0, end: source.len() };
    let expr = parser.either()?;
    match parser.peek() {
        None => Ok(expr),
        Some(_) => Err(parser.unexpected("the end of the expression")),
    }
}

struct Parser {
    tokens: Vec<(Token, Range<usize>)>,
    next: usize,
    depth: usize,
    end: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(token, _)| token)
    }

    fn here(&self) -> Range<usize> {
        self.tokens.get(self.next).map_or(self.end..self.end, |(_, at)| at.clone())
    }

    fn sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Sign(next)) if *next == sign);
        self.next += usize::from(found);
        found
    }

    fn is_word(&self, ahead: usize, word: &str) -> bool {
        let token = self.tokens.get(self.next + ahead);
        matches!(token, Some((Token::Name(parts), _)) if parts.len() == 1 && parts[0] == word)
    }

    fn word(&mut self, word: &str) -> bool {
        let found = self.is_word(0, word);
        self.next += usize::from(found);
        found
    }

    fn unexpected(&self, wanted: &str) -> ParseError {
        let found = match self.peek() {
            None => "the end".to_owned(),
            Some(Token::Sign(sign)) => format!("`{sign}`"),
            Some(Token::Name(parts)) => format!("`{}`", parts.join(".")),
            Some(Token::Text(_)) => "a text".to_owned(),
            Some(Token::Number(_) | Token::Length(_)) => "a number".to_owned(),
        };
        let error = ParseError::new(self.here(), format!("expected {wanted}, found {found}"));
        match self.peek() {
            Some(Token::Name(parts)) if parts[0] == "if" || parts[0] == "else" => {
                error.help("there is no if/else: write two steps, each with a `when`")
            }
            Some(Token::Sign("-" | "+")) => error.help("only a time can be shifted: window.start - 24h"),
            _ => error,
        }
    }

    fn deeper(&mut self, inner: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err(ParseError::new(self.here(), "the expression is nested too deeply"));
        }
        let parsed = inner(self);
        self.depth -= 1;
        parsed
    }

    fn either(&mut self) -> Parsed {
        self.series("or", Self::both, Node::Any)
    }

    fn both(&mut self) -> Parsed {
        self.series("and", Self::negation, Node::All)
    }

    fn series(&mut self, word: &str, part: fn(&mut Self) -> Parsed, node: fn(Vec<Expr<Path>>) -> Node<Path>) -> Parsed {
        let first = part(self)?;
        let mut parts = vec![first];
        while self.word(word) {
            parts.push(part(self)?);
        }
        if parts.len() == 1 {
            return parts.pop().ok_or_else(|| self.unexpected("a value"));
        }
        let at = parts[0].at.start..parts[parts.len() - 1].at.end;
        Ok(Expr { at, node: node(parts) })
    }

    fn negation(&mut self) -> Parsed {
        let start = self.here().start;
        if self.is_word(0, "not") && !self.is_word(1, "in") {
            self.next += 1;
            let inner = self.deeper(Self::negation)?;
            return Ok(Expr { at: start..inner.at.end, node: Node::Not(Box::new(inner)) });
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Parsed {
        let left = self.shift()?;
        if let Some(compare) = self.compare() {
            let right = self.shift()?;
            if self.compare().is_some() {
                self.next -= 1;
                return Err(self.unexpected("`and` between two comparisons"));
            }
            return Ok(pair(left, right, |l, r| Node::Compare(compare, l, r)));
        }
        let negative = self.is_word(0, "not") && self.is_word(1, "in");
        self.next += usize::from(negative);
        if self.word("in") {
            let right = self.shift()?;
            return Ok(pair(left, right, |l, r| Node::In(negative, l, r)));
        }
        Ok(left)
    }

    fn compare(&mut self) -> Option<Compare> {
        let all = [
            Compare::Equal,
            Compare::Unequal,
            Compare::LessOrEqual,
            Compare::GreaterOrEqual,
            Compare::Less,
            Compare::Greater,
        ];
        all.into_iter().find(|compare| self.sign(compare.sign()))
    }

    fn shift(&mut self) -> Parsed {
        let mut left = self.filtered()?;
        loop {
            let minus = match self.peek() {
                Some(Token::Sign("-")) => true,
                Some(Token::Sign("+")) => false,
                _ => return Ok(left),
            };
            self.next += 1;
            let right = self.filtered()?;
            left = pair(left, right, |l, r| Node::Shift(minus, l, r));
        }
    }

    fn filtered(&mut self) -> Parsed {
        let mut value = self.indexed()?;
        while self.sign("|") {
            let filter = self.filter()?;
            let argument = if self.sign("(") { Some(Box::new(self.argument()?)) } else { None };
            let at = value.at.start..self.tokens[self.next - 1].1.end;
            if argument.is_some() != filter.takes_argument() {
                let wrong = if argument.is_some() { "takes no argument" } else { "needs an argument" };
                let help = if argument.is_some() {
                    "remove the parentheses"
                } else {
                    "for example `| join(\", \")` or `| default(\"none\")`"
                };
                return Err(ParseError::new(at, format!("the filter {wrong}")).help(help));
            }
            value = Expr { at, node: Node::Filter(filter, Box::new(value), argument) };
        }
        Ok(value)
    }

    fn filter(&mut self) -> Result<Filter, ParseError> {
        let at = self.here();
        let word = match self.peek() {
            Some(Token::Name(parts)) => parts.join("."),
            _ => return Err(self.unexpected("a filter after `|`")),
        };
        if let Some((_, filter)) = Filter::WORDS.iter().find(|(name, _)| *name == word) {
            self.next += 1;
            return Ok(*filter);
        }
        let words = || Filter::WORDS.iter().map(|(word, _)| *word);
        let help = match nearest(&word, words()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("filters are: {}", words().collect::<Vec<_>>().join(", ")),
        };
        Err(ParseError::new(at, format!("there is no filter `{word}`")).help(help))
    }

    fn argument(&mut self) -> Parsed {
        let argument = self.deeper(Self::either)?;
        if self.sign(")") { Ok(argument) } else { Err(self.unexpected("`)`")) }
    }

    fn indexed(&mut self) -> Parsed {
        let mut value = self.value()?;
        while self.sign("[") {
            let index = self.deeper(Self::either)?;
            if !self.sign("]") {
                return Err(self.unexpected("`]`"));
            }
            value = pair(value, index, Node::Index);
            value.at.end = self.tokens[self.next - 1].1.end;
        }
        Ok(value)
    }

    fn value(&mut self) -> Parsed {
        let at = self.here();
        let Some(token) = self.peek().cloned() else {
            return Err(self.unexpected("a value"));
        };
        let node = match token {
            Token::Text(text) => Node::Literal(Value::Text(text)),
            Token::Number(number) => Node::Literal(Value::Number(number)),
            Token::Length(length) => Node::Literal(Value::Length(length)),
            Token::Name(parts) => match parts.join(".").as_str() {
                "true" => Node::Literal(Value::Bool(true)),
                "false" => Node::Literal(Value::Bool(false)),
                "and" | "or" | "in" | "not" | "if" | "else" => {
                    return Err(self.unexpected("a value"));
                }
                _ => Node::Name(Path(parts)),
            },
            Token::Sign("(") => return self.group(),
            Token::Sign("[") => return self.list(at.start),
            Token::Sign(_) => return Err(self.unexpected("a value")),
        };
        self.next += 1;
        Ok(Expr { at, node })
    }

    fn group(&mut self) -> Parsed {
        self.next += 1;
        self.argument()
    }

    fn list(&mut self, start: usize) -> Parsed {
        self.next += 1;
        let mut items = Vec::new();
        while !self.sign("]") {
            if !items.is_empty() && !self.sign(",") {
                return Err(self.unexpected("`,` or `]`"));
            }
            items.push(self.deeper(Self::either)?);
        }
        let end = self.tokens[self.next - 1].1.end;
        Ok(Expr { at: start..end, node: Node::List(items) })
    }
}

fn pair(
    left: Expr<Path>,
    right: Expr<Path>,
    node: impl FnOnce(Box<Expr<Path>>, Box<Expr<Path>>) -> Node<Path>,
) -> Expr<Path> {
    let at = left.at.start..right.at.end;
    Expr { at, node: node(Box::new(left), Box::new(right)) }
}
