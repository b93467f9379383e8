//! What is wrong with a catalog file, and where.

use std::cell::RefCell;

/// One thing that is wrong with a catalog file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {text}")]
pub struct Fault {
    /// Counted from one.
    pub line: usize,
    pub text: String,
}

/// Collects faults by their place in the text. Readers share it, so it is added to behind a shared reference.
pub(super) struct Faults {
    lines: Lines,
    found: RefCell<Vec<(usize, String)>>,
}

impl Faults {
    pub(super) fn new(text: &str) -> Faults {
        Faults { lines: Lines::of(text), found: RefCell::default() }
    }

    pub(super) fn add(&self, offset: usize, text: String) {
        self.found.borrow_mut().push((offset, text));
    }

    pub(super) fn line(&self, offset: usize) -> usize {
        self.lines.at(offset)
    }

    /// All faults in the order of the text.
    pub(super) fn into_sorted(self) -> Vec<Fault> {
        let mut found = self.found.into_inner();
        found.sort_by_key(|(offset, _)| *offset);
        found.into_iter().map(|(offset, text)| Fault { line: self.lines.at(offset), text }).collect()
    }
}

/// Faults of the TOML itself. One a line: what the parser says next about a line it has lost track of is noise.
pub(super) fn syntax_faults(text: &str, errors: &[toml::de::Error]) -> Vec<Fault> {
    let lines = Lines::of(text);
    let last = text.trim_end().len();
    let mut placed: Vec<(usize, &str)> = errors
        .iter()
        .map(|error| (error.span().map_or(0, |span| span.start.min(last)), error.message()))
        .collect();
    placed.sort_by_key(|(offset, _)| *offset);
    let mut faults: Vec<Fault> = placed
        .into_iter()
        .map(|(offset, message)| Fault {
            line: lines.at(offset),
            text: format!("this is not TOML: {message}"),
        })
        .collect();
    faults.dedup_by_key(|fault| fault.line);
    faults
}

/// Where each line of a text ends.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Lines {
        Lines(text.match_indices('\n').map(|(offset, _)| offset).collect())
    }

    fn at(&self, offset: usize) -> usize {
        self.0.partition_point(|end| *end < offset).saturating_add(1)
    }
}
