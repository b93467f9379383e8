//! Which addresses Telegram takes for a link.

/// Where a link leads.
pub(crate) enum Link {
    /// A page.
    Url(String),
    /// A person, by id.
    User(i64),
}

/// Checks a link as Telegram does: a web or `tg` address, the scheme may be left out; anything else is no link at all.
pub(crate) fn link(target: &str) -> Option<Link> {
    let target = target.trim();
    if let Some(id) = target.strip_prefix("tg://user?id=") {
        return id.parse().ok().map(Link::User);
    }
    if target.is_empty() || target.contains(char::is_whitespace) {
        return None;
    }
    match target.split_once("://") {
        Some((scheme, host)) if !host.is_empty() => ["http", "https", "tg", "ton"]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(scheme))
            .then(|| Link::Url(target.to_owned())),
        None if target.contains('.') && !target.contains(':') => Some(Link::Url(format!("http://{target}"))),
        Some(_) | None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_and_telegram_addresses_are_links() {
        let url = |target| match link(target) {
            Some(Link::Url(url)) => Some(url),
            Some(Link::User(_)) | None => None,
        };
        assert_eq!(url("https://example.org/a?b").as_deref(), Some("https://example.org/a?b"));
        assert_eq!(url("example.org").as_deref(), Some("http://example.org"));
        assert!(matches!(link("tg://user?id=7"), Some(Link::User(7))));
        for target in ["", "word", "javascript:alert(1)", "file:///etc/passwd", "a b.c", "https://"] {
            assert!(link(target).is_none(), "{target}");
        }
    }
}
