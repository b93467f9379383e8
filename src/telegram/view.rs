//! A screen as data: what to say and which buttons to show.

use crate::domain::conversation::Action;

/// A screen in the person's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Telegram's HTML; whatever came from outside is escaped.
    pub text: String,
    pub keyboard: Keyboard,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keyboard {
    Inline(Vec<Vec<Button>>),
    /// Under the input field: the button that shares the phone number, and the one that skips.
    Phone {
        share: String,
        skip: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    pub label: String,
    pub action: Action,
}

/// The longest label; longer ones are cut, since phones would cut them anyway.
const LABEL_CHARS: usize = 60;

impl Button {
    pub fn new(label: impl Into<String>, action: Action) -> Button {
        let label: String = label.into();
        let label = match label.char_indices().nth(LABEL_CHARS) {
            Some((end, _)) => format!("{}…", label.get(..end).unwrap_or_default().trim_end()),
            None => label,
        };
        Button { label, action }
    }

    /// A label that only looks like a button.
    pub fn label(label: impl Into<String>) -> Button {
        Button::new(label, Action::Nothing)
    }
}

/// Buttons side by side, `columns` a row.
pub(super) fn grid(buttons: &[Button], columns: usize) -> Vec<Vec<Button>> {
    buttons.chunks(columns.max(1)).map(<[Button]>::to_vec).collect()
}

/// Text from outside, made safe for Telegram's HTML.
pub(super) fn escape(text: &str) -> String {
    teloxide::utils::html::escape(text)
}

/// Telegram takes 4096 characters.
const MOST_CHARS: usize = 3900;

/// At most so many characters; an ellipsis stands for the others.
pub(super) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Lines below each other, as many as fit into one message; an ellipsis stands for the others.
pub(super) fn lines_that_fit(lines: impl IntoIterator<Item = String>) -> String {
    let mut text = String::new();
    let mut count = 0usize;
    for line in lines {
        count = count.saturating_add(line.chars().count()).saturating_add(1);
        if count > MOST_CHARS {
            text.push_str("\n…");
            break;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&line);
    }
    text
}
