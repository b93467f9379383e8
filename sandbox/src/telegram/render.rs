//! Formatted text as HTML for the page: always well formed, and safe whatever a bot or a person wrote.

use super::entities::{Entity, utf16_len};
use super::links::{Link, link};

/// Writes a formatted text as HTML that is safe in a page, whatever its entities are.
pub(crate) fn render(text: &str, entities: &[Entity]) -> String {
    let mut edges: Vec<usize> = entities.iter().flat_map(|entity| [entity.offset, entity.end()]).collect();
    edges.push(utf16_len(text));
    edges.sort_unstable();
    edges.dedup();

    let mut html = String::with_capacity(text.len() * 2);
    let mut open: Vec<&Entity> = Vec::new();
    let mut characters = text.chars();
    let mut at = 0;
    for edge in edges {
        while at < edge {
            let Some(character) = characters.next() else {
                break;
            };
            at += character.len_utf16();
            escape_into(&mut html, character);
        }
        let mut reopen = Vec::new();
        while open.iter().any(|entity| entity.end() <= at) {
            let Some(entity) = open.pop() else { break };
            html.push_str(tags(entity).1);
            if entity.end() > at {
                reopen.push(entity);
            }
        }
        reopen.reverse();
        reopen.extend(entities.iter().filter(|e| e.offset == at && e.end() > at));
        for entity in reopen {
            html.push_str(&tags(entity).0);
            open.push(entity);
        }
    }
    while let Some(entity) = open.pop() {
        html.push_str(tags(entity).1);
    }
    html
}

fn tags(entity: &Entity) -> (String, &'static str) {
    let simple = |open: &str, close| (open.to_owned(), close);
    match entity.kind {
        "bold" => simple("<b>", "</b>"),
        "italic" => simple("<i>", "</i>"),
        "underline" => simple("<u>", "</u>"),
        "strikethrough" => simple("<s>", "</s>"),
        "spoiler" => simple("<span class=\"spoiler\">", "</span>"),
        "code" => simple("<code>", "</code>"),
        "pre" => simple("<pre>", "</pre>"),
        "blockquote" => simple("<blockquote>", "</blockquote>"),
        "expandable_blockquote" => simple("<blockquote class=\"expandable\">", "</blockquote>"),
        "bot_command" => simple("<span class=\"command\">", "</span>"),
        "text_mention" => simple("<span class=\"mention\">", "</span>"),
        "text_link" => match entity.url.as_deref().and_then(link) {
            Some(Link::Url(url)) => (
                format!("<a href=\"{}\" target=\"_blank\" rel=\"noopener noreferrer\">", escaped(&url)),
                "</a>",
            ),
            Some(Link::User(_)) | None => simple("<span>", "</span>"),
        },
        _ => simple("<span>", "</span>"),
    }
}

fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for character in text.chars() {
        escape_into(&mut html, character);
    }
    html
}

fn escape_into(html: &mut String, character: char) {
    match character {
        '&' => html.push_str("&amp;"),
        '<' => html.push_str("&lt;"),
        '>' => html.push_str("&gt;"),
        '"' => html.push_str("&quot;"),
        '\'' => html.push_str("&#39;"),
        other => html.push(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_entities_stay_well_formed() {
        let html = render("ab<c", &[Entity::new("bold", 0, 3), Entity::new("italic", 1, 3)]);
        assert_eq!(html, "<b>a<i>b&lt;</i></b><i>c</i>");
    }

    #[test]
    fn nothing_unsafe_gets_through() {
        let mut entity = Entity::new("text_link", 0, 2);
        entity.url = Some("javascript:alert(1)".to_owned());
        assert_eq!(render("😀\"", &[entity]), "<span>😀</span>&quot;");
    }
}
