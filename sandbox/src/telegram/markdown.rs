//! Telegram's `MarkdownV2`. The older `Markdown` mode is refused: nothing new should be written in it.

use super::entities::{Entity, FormattedText};
use super::error::ApiError;
use super::links::{Link, link};

const RESERVED: &str = "_*[]()~`>#+-=|{}.!";

struct Open {
    mark: &'static str,
    kind: &'static str,
    offset: usize,
    begin: usize,
}

/// Parses `text`; offsets in the errors count its bytes.
pub(crate) fn parse(text: &str) -> Result<FormattedText, ApiError> {
    let mut parser = Parser {
        rest: text,
        at: 0,
        plain: String::with_capacity(text.len()),
        offset: 0,
        open: Vec::new(),
        entities: Vec::new(),
    };
    parser.run().map_err(|reason| ApiError::bad_request(format!("can't parse entities: {reason}")))?;
    Ok(FormattedText::tidied(&parser.plain, parser.entities))
}

struct Parser<'a> {
    rest: &'a str,
    at: usize,
    plain: String,
    offset: usize,
    open: Vec<Open>,
    entities: Vec<Entity>,
}

impl Parser<'_> {
    fn run(&mut self) -> Result<(), String> {
        while let Some(next) = self.rest.chars().next() {
            if self.escaped() {
                continue;
            }
            if self.code_is_open() {
                self.inside_code(next)?;
            } else if next == '>' && self.line_starts() && !self.quote_is_open() {
                self.quote();
            } else if let Some((mark, kind)) = self.mark() {
                self.toggle(mark, kind);
            } else if next == '[' || self.rest.starts_with("![") {
                let skipped = if next == '[' { 1 } else { 2 };
                self.begin("[", "text_link", skipped);
            } else if next == ']' && self.open.last().is_some_and(|open| open.mark == "[") {
                self.link()?;
            } else if RESERVED.contains(next) {
                return Err(format!(
                    "Character '{next}' is reserved and must be escaped with the preceding '\\'"
                ));
            } else {
                if next == '\n' {
                    self.end_quote();
                }
                self.push(next);
            }
        }
        self.end_quote();
        match self.open.last() {
            Some(open) => {
                Err(format!("Can't find end of {} entity at byte offset {}", open.kind, open.begin))
            }
            None => Ok(()),
        }
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
        self.at += bytes;
    }

    fn push(&mut self, character: char) {
        self.skip(character.len_utf8());
        self.plain.push(character);
        self.offset += character.len_utf16();
    }

    /// A backslash before any printable ASCII character makes it plain.
    fn escaped(&mut self) -> bool {
        let Some(next) =
            self.rest.strip_prefix('\\').and_then(|rest| rest.chars().next()).filter(char::is_ascii_graphic)
        else {
            return false;
        };
        self.skip(1);
        self.push(next);
        true
    }

    fn line_starts(&self) -> bool {
        self.plain.is_empty() || self.plain.ends_with('\n')
    }

    fn quote_is_open(&self) -> bool {
        self.open.first().is_some_and(|open| open.mark == ">")
    }

    fn code_is_open(&self) -> bool {
        self.open.last().is_some_and(|open| matches!(open.mark, "`" | "```"))
    }

    fn mark(&self) -> Option<(&'static str, &'static str)> {
        [
            ("```", "pre"),
            ("`", "code"),
            ("||", "spoiler"),
            ("__", "underline"),
            ("_", "italic"),
            ("*", "bold"),
            ("~", "strikethrough"),
        ]
        .into_iter()
        .find(|(mark, _)| self.rest.starts_with(mark))
    }

    fn inside_code(&mut self, next: char) -> Result<(), String> {
        let Some(open) = self.open.last() else {
            return Err("Can't find the open code entity".to_owned());
        };
        if self.rest.starts_with(open.mark) {
            let mark = open.mark;
            self.skip(mark.len());
            self.finish(None);
        } else {
            self.push(next);
        }
        Ok(())
    }

    fn begin(&mut self, mark: &'static str, kind: &'static str, bytes: usize) {
        self.open.push(Open { mark, kind, offset: self.offset, begin: self.at });
        self.skip(bytes);
    }

    fn toggle(&mut self, mark: &'static str, kind: &'static str) {
        if self.open.last().is_some_and(|open| open.mark == mark) {
            self.skip(mark.len());
            self.finish(None);
            return;
        }
        // `___` closes an italic that is open before it may open or close an underline.
        if mark == "__" && self.open.last().is_some_and(|open| open.mark == "_") {
            self.skip(1);
            self.finish(None);
            return;
        }
        self.begin(mark, kind, mark.len());
        if mark == "```" {
            self.language();
        }
    }

    fn language(&mut self) {
        let end = self.rest.find(|c: char| c.is_whitespace() || c == '`').unwrap_or(0);
        let name = self.rest.get(..end).unwrap_or_default().to_owned();
        let newline = self.rest.get(end..).is_some_and(|rest| rest.starts_with('\n'));
        if newline {
            self.skip(end + 1);
            if !name.is_empty() {
                self.entities.push(Entity { language: Some(name), ..Entity::new("pre", self.offset, 0) });
            }
        }
    }

    fn finish(&mut self, url: Option<Link>) {
        let Some(open) = self.open.pop() else { return };
        let mut entity = Entity::new(open.kind, open.offset, self.offset - open.offset);
        match url {
            Some(Link::Url(url)) => entity.url = Some(url),
            Some(Link::User(id)) => {
                entity.kind = "text_mention";
                entity.user_id = Some(id);
            }
            None if open.kind == "text_link" => return,
            None => {}
        }
        if open.kind == "pre"
            && let Some(named) = self
                .entities
                .iter_mut()
                .find(|known| known.kind == "pre" && known.length == 0 && known.offset == open.offset)
        {
            named.length = entity.length;
            return;
        }
        self.entities.push(entity);
    }

    fn link(&mut self) -> Result<(), String> {
        self.skip(1);
        let begin = self.at;
        if !self.rest.starts_with('(') {
            self.finish(None);
            return Ok(());
        }
        self.skip(1);
        let mut url = String::new();
        loop {
            let mut ahead = self.rest.chars();
            match (ahead.next(), ahead.next()) {
                (None, _) => {
                    return Err(format!("Can't find end of a URL at byte offset {begin}"));
                }
                (Some(')'), _) => break,
                (Some('\\'), Some(next)) if next.is_ascii_graphic() => {
                    url.push(next);
                    self.skip(1 + next.len_utf8());
                }
                (Some(next), _) => {
                    url.push(next);
                    self.skip(next.len_utf8());
                }
            }
        }
        self.skip(1);
        self.finish(link(&url));
        Ok(())
    }

    fn quote(&mut self) {
        self.skip(1);
        let joins = self
            .entities
            .last()
            .is_some_and(|last| last.kind == "blockquote" && last.end() + 1 == self.offset);
        let start = match self.entities.last() {
            Some(last) if joins => last.offset,
            Some(_) | None => self.offset,
        };
        if joins {
            self.entities.pop();
        }
        self.open.insert(0, Open { mark: ">", kind: "blockquote", offset: start, begin: self.at });
    }

    fn end_quote(&mut self) {
        if self.quote_is_open() && self.open.len() == 1 {
            self.finish(None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_and_links() -> Result<(), ApiError> {
        let parsed = parse("*bold _both_* [x](https://example.org/a\\)b) `c*d` 1\\.5")?;
        assert_eq!(parsed.text, "bold both x c*d 1.5");
        let kinds: Vec<_> =
            parsed.entities.iter().map(|entity| (entity.kind, entity.offset, entity.length)).collect();
        assert_eq!(kinds, [("bold", 0, 9), ("italic", 5, 4), ("text_link", 10, 1), ("code", 12, 3)]);
        Ok(())
    }

    #[test]
    fn quotes_and_blocks() -> Result<(), ApiError> {
        let parsed = parse(">one\n>two\n```rust\nlet x;```")?;
        assert_eq!(parsed.text, "one\ntwo\nlet x;");
        assert_eq!(
            parsed.entities,
            vec![
                Entity::new("blockquote", 0, 7),
                Entity { language: Some("rust".to_owned()), ..Entity::new("pre", 8, 6) }
            ]
        );
        Ok(())
    }

    #[test]
    fn reserved_characters_must_be_escaped() {
        let refusal = |text| parse(text).map_or_else(|error| error.description, |ok| ok.text);
        assert_eq!(
            refusal("1.5"),
            "Bad Request: can't parse entities: Character '.' is reserved and must be escaped with the preceding '\\'"
        );
        assert_eq!(
            refusal("*x"),
            "Bad Request: can't parse entities: Can't find end of bold entity at byte offset 0"
        );
    }
}
