//! Small readers over the spanned tree of a TOML text: each tells its own fault and leaves the others to go on.

use std::{collections::BTreeMap, fmt::Display};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::faults::Faults;

/// The longest text of a file that a fault repeats, in characters.
const LONGEST_QUOTE: usize = 40;

/// How far a word may be from what it was meant to be.
const MOST_EDITS: usize = 2;

/// A table, with what to call it in a fault.
pub(super) struct Fields<'a> {
    table: &'a DeTable<'a>,
    at: usize,
    path: String,
    faults: &'a Faults,
}

/// A value, with what to call it in a fault.
pub(super) struct Value<'a> {
    node: &'a DeValue<'a>,
    at: usize,
    path: String,
    faults: &'a Faults,
}

impl<'a> Fields<'a> {
    pub(super) fn root(table: &'a DeTable<'a>, faults: &'a Faults) -> Fields<'a> {
        Fields { table, at: 0, path: String::new(), faults }
    }

    /// Tells every field that is not among the known ones.
    pub(super) fn only(&self, known: &[&str]) {
        for name in self.table.keys().filter(|name| !known.contains(&name.get_ref().as_ref())) {
            let hint = did_you_mean(name.get_ref(), known.iter().copied());
            let text = format!("unknown field {}{hint}", quoted(name.get_ref()));
            self.faults.add(name.span().start, self.in_context(&text));
        }
    }

    /// A field that may be absent.
    pub(super) fn get(&self, name: &str) -> Option<Value<'a>> {
        self.table.get(name).map(|value| self.value(name, value))
    }

    /// A field that must be there.
    pub(super) fn need(&self, name: &str) -> Option<Value<'a>> {
        self.get(name).or_else(|| self.refuse(&format!("{name} is missing")))
    }

    /// A field that must be there, as `read` understands it.
    pub(super) fn required<T>(&self, name: &str, read: impl FnOnce(&Value<'a>) -> Option<T>) -> Option<T> {
        self.need(name).and_then(|value| read(&value))
    }

    /// The default for an absent field; `None` only after a fault.
    pub(super) fn optional<T>(
        &self,
        name: &str,
        default: T,
        read: impl FnOnce(&Value<'a>) -> Option<T>,
    ) -> Option<T> {
        match self.get(name) {
            Some(value) => read(&value),
            None => Some(default),
        }
    }

    /// All fields, in the order of their names.
    pub(super) fn all(&self) -> impl Iterator<Item = (&'a str, Value<'a>)> {
        self.table.iter().map(|(name, value)| (name.get_ref().as_ref(), self.value(name.get_ref(), value)))
    }

    /// Tells a fault of the whole table.
    pub(super) fn tell(&self, what: &str) {
        self.faults.add(self.at, self.in_context(what));
    }

    pub(super) fn refuse<T>(&self, why: &str) -> Option<T> {
        self.tell(why);
        None
    }

    fn value(&self, name: &str, value: &'a Spanned<DeValue<'a>>) -> Value<'a> {
        let path = self.in_context(name);
        Value { node: value.get_ref(), at: value.span().start, path, faults: self.faults }
    }

    fn in_context(&self, text: &str) -> String {
        if self.path.is_empty() { text.to_owned() } else { format!("{}: {text}", self.path) }
    }
}

impl<'a> Value<'a> {
    /// Tells a fault; `what` goes on from the value's name: "must be …".
    pub(super) fn tell(&self, what: impl Display) {
        self.faults.add(self.at, format!("{} {what}", self.path));
    }

    pub(super) fn refuse<T>(&self, why: impl Display) -> Option<T> {
        self.tell(why);
        None
    }

    pub(super) fn refuse_type<T>(&self, wanted: &str) -> Option<T> {
        self.refuse(format_args!("must be {wanted}, not {}", self.kind()))
    }

    /// The same value under another name.
    pub(super) fn called(self, path: String) -> Value<'a> {
        Value { path, ..self }
    }

    pub(super) fn is_text(&self) -> bool {
        self.node.is_str()
    }

    pub(super) fn is_table(&self) -> bool {
        self.node.is_table()
    }

    pub(super) fn is_float(&self) -> bool {
        self.node.is_float()
    }

    pub(super) fn text(&self) -> Option<&'a str> {
        self.node.as_str().or_else(|| self.refuse_type("a text in quotes"))
    }

    pub(super) fn truth(&self) -> Option<bool> {
        self.node.as_bool().or_else(|| self.refuse_type("true or false"))
    }

    /// A text; TOML's own dates and times, which need no quotes, count as well.
    pub(super) fn moment(&self) -> Option<String> {
        match self.node.as_datetime() {
            Some(moment) => Some(moment.to_string()),
            None => self.text().map(str::to_owned),
        }
    }

    /// A whole number as it is written; `None` without a fault for anything else.
    pub(super) fn number_text(&self) -> Option<String> {
        self.node.as_integer().map(ToString::to_string)
    }

    /// A whole number. One that no number type holds is as wrong as the largest.
    pub(super) fn number(&self) -> Option<i64> {
        let number = self.node.as_integer()?;
        let beyond = if number.as_str().starts_with('-') { i64::MIN } else { i64::MAX };
        Some(i64::from_str_radix(number.as_str(), number.radix()).unwrap_or(beyond))
    }

    pub(super) fn list(&self) -> Option<Vec<Value<'a>>> {
        let Some(items) = self.node.as_array() else { return self.refuse_type("a list in [ ]") };
        let item = |(number, item): (usize, &'a Spanned<DeValue<'a>>)| Value {
            node: item.get_ref(),
            at: item.span().start,
            path: format!("{} {number}", self.path),
            faults: self.faults,
        };
        Some((1..).zip(items.iter()).map(item).collect())
    }

    pub(super) fn fields(&self) -> Option<Fields<'a>> {
        match self.node.as_table() {
            Some(table) => Some(Fields { table, at: self.at, path: self.path.clone(), faults: self.faults }),
            None => self.refuse_type("a table in { }"),
        }
    }

    /// A field's text, without a word about what is wrong with it.
    pub(super) fn peek(&self, name: &str) -> Option<&'a str> {
        self.node.as_table()?.get(name)?.get_ref().as_str()
    }

    /// Refuses what was seen before.
    pub(super) fn once<K: Ord>(&self, seen: &mut BTreeMap<K, usize>, key: K) -> Option<()> {
        let line = self.faults.line(self.at);
        if let Some(first) = seen.get(&key) {
            return self.refuse(format_args!("is already used in line {first}"));
        }
        seen.insert(key, line);
        Some(())
    }

    fn kind(&self) -> &'static str {
        match self.node {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "a number",
            DeValue::Float(_) => "a number with decimals",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        }
    }
}

/// A text of the file in quotes, cut where it is too long to be read.
pub(super) fn quoted(text: &str) -> String {
    let short: String = text.chars().take(LONGEST_QUOTE).collect();
    let dots = if short.len() < text.len() { "…" } else { "" };
    format!("{short:?}{dots}")
}

/// " (did you mean …?)" for the nearest of the known words, or nothing when none is near: one edit in three letters.
pub(super) fn did_you_mean<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    let word = word.to_lowercase();
    let length = word.chars().count();
    let most = MOST_EDITS.min(length / 3);
    known
        .into_iter()
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= most)
        .map(|candidate| (distance(&word, &candidate.to_lowercase()), candidate))
        .filter(|(edits, _)| *edits <= most)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| format!(" (did you mean {candidate:?}?)"))
        .unwrap_or_default()
}

/// How many letters to add, drop or replace to come from one word to the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (done, letter) in (1..).zip(from.chars()) {
        let mut left: usize = done;
        let mut next = vec![left];
        for (other, (diagonal, above)) in to.iter().zip(row.iter().zip(row.iter().skip(1))) {
            let replaced = diagonal.saturating_add(usize::from(letter != *other));
            left = replaced.min(above.saturating_add(1)).min(left.saturating_add(1));
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
