//! Filters (RFC 7644 §3.4.2.2): reading them, and writing them down again.

use std::fmt;

use serde_json::Value;

use super::fault::ScimFault;

/// The longest filter, in bytes.
const LONGEST: usize = 4096;
/// How deep parentheses may nest.
const DEEPEST: usize = 16;
/// The most comparisons of a filter.
const MOST_TERMS: usize = 64;

/// A condition on a resource.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// All of these; two or more.
    And(Vec<Filter>),
    /// Any of these; two or more.
    Or(Vec<Filter>),
    /// Not this.
    Not(Box<Filter>),
    /// It has a value.
    Present(Attr),
    /// A value compares like this.
    Compare(Attr, Op, Value),
    /// One value of a complex attribute fulfils all of this at once.
    Any(Attr, Box<Filter>),
}

/// An attribute as a filter or a path names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attr {
    /// The schema, where it is named.
    pub urn: Option<String>,
    /// The attribute.
    pub name: String,
    /// One of its sub-attributes.
    pub sub: Option<String>,
}

/// How two values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Contains.
    Co,
    /// Starts with.
    Sw,
    /// Ends with.
    Ew,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
}

impl Op {
    const ALL: [(Op, &'static str); 9] = [
        (Op::Eq, "eq"),
        (Op::Ne, "ne"),
        (Op::Co, "co"),
        (Op::Sw, "sw"),
        (Op::Ew, "ew"),
        (Op::Gt, "gt"),
        (Op::Ge, "ge"),
        (Op::Lt, "lt"),
        (Op::Le, "le"),
    ];
}

impl Filter {
    /// Reads a filter.
    pub fn parse(text: &str) -> Result<Filter, ScimFault> {
        let mut reader = Reader::new(text)?;
        let filter = reader.any(0)?;
        reader.end()?;
        Ok(filter)
    }

    /// How many comparisons it consists of.
    pub(super) fn terms(&self) -> usize {
        match self {
            Filter::And(parts) | Filter::Or(parts) => parts.iter().map(Filter::terms).sum(),
            Filter::Not(inside) | Filter::Any(_, inside) => inside.terms(),
            Filter::Present(_) | Filter::Compare(..) => 1,
        }
    }
}

/// Reads a path with an optional filter in brackets and an optional sub-attribute after it.
pub(super) fn parse_path(text: &str) -> Result<(Attr, Option<Filter>), ScimFault> {
    let mut reader = Reader::new(text)?;
    let mut attr = reader.attr()?;
    let filter = if reader.take("[") {
        let inside = reader.any(1)?;
        reader.expect("]")?;
        Some(inside)
    } else {
        None
    };
    if filter.is_some() && reader.take(".") {
        if attr.sub.is_some() {
            return Err(reader.wrong("one sub-attribute"));
        }
        attr.sub = Some(reader.word()?.to_owned());
    }
    reader.end()?;
    Ok((attr, filter))
}

impl Attr {
    /// Reads the name of an attribute, with its schema in front where one is named.
    pub fn parse(text: &str) -> Result<Attr, ScimFault> {
        let bad = || ScimFault::Path(format!("`{}` is no attribute", shortened(text)));
        let (urn, rest) = match text.get(..4) {
            Some(start) if start.eq_ignore_ascii_case("urn:") => {
                let (urn, rest) = text.rsplit_once(':').ok_or_else(bad)?;
                (Some(urn.to_owned()), rest)
            }
            _ => (None, text),
        };
        // The version of a schema that is named as a whole holds a dot too; who resolves the name knows.
        let (name, sub) = match rest.split_once('.') {
            Some((name, sub)) => (name, Some(sub)),
            None => (rest, None),
        };
        let is_name = |name: &str| {
            let mut letters = name.strip_prefix('$').unwrap_or(name).chars();
            letters.next().is_some_and(|first| first.is_ascii_alphabetic())
                && letters.all(|one| one.is_ascii_alphanumeric() || one == '-' || one == '_')
        };
        if !is_name(name) || !sub.is_none_or(is_name) {
            return Err(bad());
        }
        Ok(Attr { urn, name: name.to_owned(), sub: sub.map(str::to_owned) })
    }
}

/// What is quoted back of what somebody sent.
fn shortened(text: &str) -> String {
    text.chars().filter(|one| !one.is_control()).take(80).collect()
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    terms: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Result<Reader<'a>, ScimFault> {
        if text.len() > LONGEST {
            return Err(ScimFault::Filter(format!("a filter has at most {LONGEST} bytes")));
        }
        Ok(Reader { text, at: 0, terms: 0 })
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn wrong(&self, wanted: &str) -> ScimFault {
        ScimFault::Filter(format!("expected {wanted} at byte {} of the filter", self.at))
    }

    fn take(&mut self, sign: &str) -> bool {
        let found = self.rest().starts_with(sign);
        self.at += if found { sign.len() } else { 0 };
        found
    }

    fn expect(&mut self, sign: &str) -> Result<(), ScimFault> {
        self.skip_blanks();
        if self.take(sign) { Ok(()) } else { Err(self.wrong(&format!("`{sign}`"))) }
    }

    fn end(&mut self) -> Result<(), ScimFault> {
        self.skip_blanks();
        if self.rest().is_empty() { Ok(()) } else { Err(self.wrong("the end")) }
    }

    /// A run of what names consist of.
    fn word(&mut self) -> Result<&'a str, ScimFault> {
        let rest = self.rest();
        let fits = |one: char| one.is_ascii_alphanumeric() || "-_.:$".contains(one);
        let end = rest.find(|one| !fits(one)).unwrap_or(rest.len());
        if end == 0 {
            return Err(self.wrong("a name"));
        }
        self.at += end;
        Ok(&rest[..end])
    }

    /// The next word, if it is this one and a blank or a parenthesis follows.
    fn keyword(&mut self, word: &str) -> bool {
        let before = self.at;
        self.skip_blanks();
        let rest = self.rest();
        let found = rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
            && rest[word.len()..].starts_with([' ', '\t', '(']);
        self.at = if found { self.at + word.len() } else { before };
        found
    }

    fn attr(&mut self) -> Result<Attr, ScimFault> {
        Attr::parse(self.word()?)
    }

    fn any(&mut self, depth: usize) -> Result<Filter, ScimFault> {
        let mut parts = vec![self.all(depth)?];
        while self.keyword("or") {
            parts.push(self.all(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Filter::Or(parts) })
    }

    fn all(&mut self, depth: usize) -> Result<Filter, ScimFault> {
        let mut parts = vec![self.one(depth)?];
        while self.keyword("and") {
            parts.push(self.one(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Filter::And(parts) })
    }

    fn one(&mut self, depth: usize) -> Result<Filter, ScimFault> {
        if depth > DEEPEST {
            return Err(ScimFault::Filter(format!("a filter nests at most {DEEPEST} deep")));
        }
        let not = self.keyword("not");
        self.skip_blanks();
        if not || self.rest().starts_with('(') {
            self.expect("(")?;
            let inside = self.any(depth + 1)?;
            self.expect(")")?;
            return Ok(if not { Filter::Not(Box::new(inside)) } else { inside });
        }
        self.term(depth)
    }

    fn term(&mut self, depth: usize) -> Result<Filter, ScimFault> {
        self.terms += 1;
        if self.terms > MOST_TERMS {
            return Err(ScimFault::Filter(format!("a filter has at most {MOST_TERMS} comparisons")));
        }
        let attr = self.attr()?;
        if self.take("[") {
            let inside = self.any(depth + 1)?;
            self.expect("]")?;
            return Ok(Filter::Any(attr, Box::new(inside)));
        }
        self.skip_blanks();
        let word = self.word()?;
        if word.eq_ignore_ascii_case("pr") {
            return Ok(Filter::Present(attr));
        }
        let op = Op::ALL.iter().find(|(_, name)| word.eq_ignore_ascii_case(name));
        let Some((op, _)) = op else {
            return Err(ScimFault::Filter(format!("`{}` is no comparison", shortened(word))));
        };
        self.skip_blanks();
        Ok(Filter::Compare(attr, *op, self.value()?))
    }

    fn value(&mut self) -> Result<Value, ScimFault> {
        let rest = self.rest();
        let end = if rest.starts_with('"') {
            let mut escaped = false;
            let close = rest.char_indices().skip(1).find(|(_, one)| {
                let closes = *one == '"' && !escaped;
                escaped = *one == '\\' && !escaped;
                closes
            });
            close.map(|(at, _)| at + 1)
        } else {
            let end = rest.find(|one: char| !one.is_ascii_alphanumeric() && !"+-.".contains(one));
            Some(end.unwrap_or(rest.len()))
        };
        let read =
            end.and_then(|end| serde_json::from_str::<Value>(&rest[..end]).ok().map(|value| (end, value)));
        let Some((end, value)) = read else { return Err(self.wrong("a value")) };
        self.at += end;
        Ok(value)
    }
}

impl fmt::Display for Attr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(urn) = &self.urn {
            write!(f, "{urn}:")?;
        }
        f.write_str(&self.name)?;
        match &self.sub {
            Some(sub) => write!(f, ".{sub}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |f: &mut fmt::Formatter<'_>, parts: &[Filter], word: &str| {
            for (at, part) in parts.iter().enumerate() {
                if at > 0 {
                    write!(f, " {word} ")?;
                }
                match part {
                    Filter::And(_) | Filter::Or(_) => write!(f, "({part})")?,
                    _ => write!(f, "{part}")?,
                }
            }
            Ok(())
        };
        match self {
            Filter::And(parts) => joined(f, parts, "and"),
            Filter::Or(parts) => joined(f, parts, "or"),
            Filter::Not(inside) => write!(f, "not ({inside})"),
            Filter::Present(attr) => write!(f, "{attr} pr"),
            Filter::Compare(attr, op, value) => {
                let name = Op::ALL.iter().find(|(one, _)| one == op).map_or("eq", |(_, name)| name);
                write!(f, "{attr} {name} {value}")
            }
            Filter::Any(attr, inside) => write!(f, "{attr}[{inside}]"),
        }
    }
}

#[cfg(test)]
#[path = "filter_tests.rs"]
mod tests;
