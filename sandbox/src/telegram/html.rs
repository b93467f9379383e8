//! Telegram's HTML subset: the parser that a bot's text meets, with Telegram's refusals.

use super::entities::{Entity, FormattedText};
use super::error::ApiError;
use super::links::{Link, link};

const TAGS: [&str; 16] = [
    "a",
    "b",
    "strong",
    "i",
    "em",
    "s",
    "strike",
    "del",
    "u",
    "ins",
    "tg-spoiler",
    "tg-emoji",
    "span",
    "pre",
    "code",
    "blockquote",
];

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

struct OpenTag {
    name: String,
    argument: String,
    offset: usize,
    text_start: usize,
}

struct Parser<'a> {
    rest: &'a str,
    at: usize,
    plain: String,
    offset: usize,
    open: Vec<OpenTag>,
    entities: Vec<Entity>,
}

impl<'a> Parser<'a> {
    fn run(&mut self) -> Result<(), String> {
        while let Some(next) = self.peek() {
            if next == '<' {
                let begin = self.at;
                self.bump();
                if self.peek() == Some('/') {
                    self.bump();
                    self.end_tag(begin)?;
                } else {
                    self.start_tag(begin)?;
                }
            } else {
                let character = self.character(next);
                self.offset += character.len_utf16();
                self.plain.push(character);
            }
        }
        match self.open.last() {
            Some(tag) => Err(format!("Can't find end tag corresponding to start tag \"{}\"", tag.name)),
            None => Ok(()),
        }
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn bump(&mut self) {
        if let Some(character) = self.peek() {
            self.skip(character.len_utf8());
        }
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
        self.at += bytes;
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|character| !keep(character)).unwrap_or(self.rest.len());
        let taken = self.rest.get(..end).unwrap_or_default();
        self.skip(end);
        taken
    }

    fn spaces(&mut self) {
        self.take_while(|c| c.is_ascii_whitespace());
    }

    /// One character of the text, a reference decoded.
    fn character(&mut self, next: char) -> char {
        if next == '&'
            && let Some((character, length)) = reference(self.rest)
        {
            self.skip(length);
            return character;
        }
        self.bump();
        next
    }

    fn start_tag(&mut self, begin: usize) -> Result<(), String> {
        let name = self.take_while(|c| !c.is_ascii_whitespace() && c != '>').to_ascii_lowercase();
        if self.rest.is_empty() {
            return Err(format!("Unclosed start tag at byte offset {begin}"));
        }
        if !TAGS.contains(&name.as_str()) {
            return Err(format!("Unsupported start tag \"{name}\" at byte offset {begin}"));
        }
        let mut argument = String::new();
        loop {
            self.spaces();
            match self.peek() {
                None => return Err(format!("Unclosed start tag at byte offset {begin}")),
                Some('>') => break,
                Some(_) => {}
            }
            let (attribute, value) = self.attribute(&name, begin)?;
            match (name.as_str(), attribute.as_str()) {
                ("a", "href") => argument = value,
                ("code", "class") => {
                    if let Some(language) = value.strip_prefix("language-") {
                        language.clone_into(&mut argument);
                    }
                }
                ("span", "class") => {
                    if let Some(style) = value.strip_prefix("tg-") {
                        style.clone_into(&mut argument);
                    }
                }
                ("blockquote", "expandable") => "1".clone_into(&mut argument),
                _ => {}
            }
        }
        self.bump();
        if name == "span" && argument != "spoiler" {
            return Err(format!("Tag \"span\" must have class \"tg-spoiler\" at byte offset {begin}"));
        }
        self.open.push(OpenTag { name, argument, offset: self.offset, text_start: self.plain.len() });
        Ok(())
    }

    fn attribute(&mut self, tag: &str, begin: usize) -> Result<(String, String), String> {
        let name = self.take_while(|c| !c.is_ascii_whitespace() && c != '=' && c != '>').to_ascii_lowercase();
        if name.is_empty() {
            return Err(format!("Empty attribute name in the tag \"{tag}\" at byte offset {begin}"));
        }
        self.spaces();
        if self.peek() != Some('=') {
            // Only `expandable` may stand alone.
            if tag == "blockquote" && name == "expandable" {
                return Ok((name, String::new()));
            }
            return Err(format!(
                "Expected equal sign in declaration of an attribute of the tag \"{tag}\" at byte offset {begin}"
            ));
        }
        self.bump();
        self.spaces();
        let unclosed = || format!("Unclosed start tag at byte offset {begin}");
        let value = match self.peek() {
            None => return Err(unclosed()),
            Some(quote @ ('"' | '\'')) => {
                self.bump();
                let mut value = String::new();
                loop {
                    match self.peek() {
                        None => return Err(unclosed()),
                        Some(end) if end == quote => break,
                        Some(next) => value.push(self.character(next)),
                    }
                }
                self.bump();
                value
            }
            Some(_) => {
                let token = self.at;
                let value = self
                    .take_while(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-')
                    .to_ascii_lowercase();
                let ends = self.peek().is_none_or(|c| c.is_ascii_whitespace() || c == '>');
                if !ends {
                    return Err(format!("Unexpected end of name token at byte offset {token}"));
                }
                value
            }
        };
        if self.rest.is_empty() {
            return Err(unclosed());
        }
        Ok((name, value))
    }

    fn end_tag(&mut self, begin: usize) -> Result<(), String> {
        let Some(tag) = self.open.pop() else {
            return Err(format!("Unexpected end tag at byte offset {begin}"));
        };
        let name = self.take_while(|c| !c.is_ascii_whitespace() && c != '>').to_ascii_lowercase();
        self.spaces();
        if self.peek() != Some('>') {
            return Err(format!("Unclosed end tag at byte offset {begin}"));
        }
        if !name.is_empty() && name != tag.name {
            return Err(format!(
                "Unmatched end tag at byte offset {begin}, expected \"</{}>\", found \"</{name}>\"",
                tag.name
            ));
        }
        self.bump();
        self.close(&tag);
        Ok(())
    }

    fn close(&mut self, tag: &OpenTag) {
        let length = self.offset - tag.offset;
        let entity = |kind| Entity::new(kind, tag.offset, length);
        let finished = match tag.name.as_str() {
            "b" | "strong" => entity("bold"),
            "i" | "em" => entity("italic"),
            "u" | "ins" => entity("underline"),
            "s" | "strike" | "del" => entity("strikethrough"),
            "span" | "tg-spoiler" => entity("spoiler"),
            "blockquote" if tag.argument.is_empty() => entity("blockquote"),
            "blockquote" => entity("expandable_blockquote"),
            "pre" | "code" => {
                self.close_code(tag, length);
                return;
            }
            "a" => {
                let shown = self.plain.get(tag.text_start..).unwrap_or_default();
                let target = if tag.argument.is_empty() { shown } else { &tag.argument };
                match link(target) {
                    Some(Link::User(id)) => Entity { user_id: Some(id), ..entity("text_mention") },
                    Some(Link::Url(url)) => Entity { url: Some(url), ..entity("text_link") },
                    None => return,
                }
            }
            // A custom emoji from an ordinary bot is shown as the emoji it stands for.
            _ => return,
        };
        self.entities.push(finished);
    }

    /// `<pre><code class="language-x">` is one block with a language.
    fn close_code(&mut self, tag: &OpenTag, length: usize) {
        let other = if tag.name == "pre" { "code" } else { "pre" };
        if let Some(inner) = self.entities.last_mut()
            && inner.kind == other
            && inner.offset == tag.offset
            && inner.length == length
        {
            inner.kind = "pre";
            if inner.language.is_none() && !tag.argument.is_empty() {
                inner.language = Some(tag.argument.clone());
            }
            return;
        }
        let kind = if tag.name == "pre" { "pre" } else { "code" };
        let mut entity = Entity::new(kind, tag.offset, length);
        entity.language = (!tag.argument.is_empty()).then(|| tag.argument.clone());
        self.entities.push(entity);
    }
}

/// Decodes the character reference at the start of `text`: the character and the bytes it took.
fn reference(text: &str) -> Option<(char, usize)> {
    let body = text.strip_prefix('&')?;
    let (character, length) = if let Some(number) = body.strip_prefix('#') {
        let (digits, radix, prefix) = match number.strip_prefix(['x', 'X']) {
            Some(hex) => (hex, 16, 2),
            None => (number, 10, 1),
        };
        let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
        let code = u32::from_str_radix(digits.get(..end)?, radix).ok()?;
        (char::from_u32(code).filter(|c| *c != '\0')?, prefix + end)
    } else {
        [("lt", '<'), ("gt", '>'), ("amp", '&'), ("quot", '"')]
            .into_iter()
            .find(|(name, _)| {
                body.strip_prefix(name)
                    .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphabetic()))
            })
            .map(|(name, character)| (character, name.len()))?
    };
    let semicolon = body.get(length..).is_some_and(|rest| rest.starts_with(';'));
    Some((character, 1 + length + usize::from(semicolon)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        parse(text).map_or_else(|error| error.description, |parsed| parsed.text)
    }

    #[test]
    fn styles_links_and_references() -> Result<(), ApiError> {
        let parsed =
            parse("<b>a😀</b> &lt;&amp;&#128512;&#x41; <a href=\"https://example.org/?a=1&amp;b=2\">x</a>")?;
        assert_eq!(parsed.text, "a😀 <&😀A x");
        assert_eq!(
            parsed.entities,
            vec![
                Entity::new("bold", 0, 3),
                Entity {
                    url: Some("https://example.org/?a=1&b=2".to_owned()),
                    ..Entity::new("text_link", 10, 1)
                }
            ]
        );
        Ok(())
    }

    #[test]
    fn blocks_and_nesting() -> Result<(), ApiError> {
        let parsed = parse(
            "<blockquote expandable><i>q</i></blockquote><pre><code class=\"language-rust\">x</code></pre><span class=\"tg-spoiler\">s</span>",
        )?;
        let kinds: Vec<_> = parsed.entities.iter().map(|entity| entity.kind).collect();
        assert_eq!(kinds, ["italic", "expandable_blockquote", "pre", "spoiler"]);
        assert_eq!(parsed.entities.iter().find_map(|entity| entity.language.as_deref()), Some("rust"));
        Ok(())
    }

    #[test]
    fn what_telegram_refuses() {
        for (text, reason) in [
            ("a <br> b", "Unsupported start tag \"br\" at byte offset 2"),
            ("x < y", "Unsupported start tag \"\" at byte offset 2"),
            ("x <y", "Unclosed start tag at byte offset 2"),
            ("é</b>", "Unexpected end tag at byte offset 2"),
            ("<b>x</i>", "Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\""),
            ("<b>x", "Can't find end tag corresponding to start tag \"b\""),
            ("<span>x</span>", "Tag \"span\" must have class \"tg-spoiler\" at byte offset 0"),
        ] {
            assert_eq!(refusal(text), format!("Bad Request: can't parse entities: {reason}"));
        }
        assert_eq!(refusal("1 > 0 & &nbsp; &copy"), "1 > 0 & &nbsp; &copy");
    }

    #[test]
    fn an_unsafe_link_is_plain_text() -> Result<(), ApiError> {
        assert!(parse("<a href=\"javascript:alert(1)\">x</a>")?.entities.is_empty());
        Ok(())
    }
}
