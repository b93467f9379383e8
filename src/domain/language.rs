//! The languages that Vizit speaks, and names that exist in each of them.

use std::collections::BTreeMap;

/// A language of the interface. The first is the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    English,
    Russian,
}

impl Language {
    pub const ALL: [Language; 2] = [Language::English, Language::Russian];
    pub const DEFAULT: Language = Language::English;

    /// The two-letter ISO 639-1 code.
    pub fn code(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Russian => "ru",
        }
    }

    /// The language of an ISO 639-1 code or IETF tag ("ru", "en-GB"); `None` for one that Vizit does not speak.
    pub fn from_tag(tag: &str) -> Option<Language> {
        let primary = tag.split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|language| primary.eq_ignore_ascii_case(language.code()))
    }
}

/// A text in one or more languages, keyed by language code; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalText(BTreeMap<String, String>);

impl LocalText {
    /// `None` when there is no text at all.
    pub fn new(texts: BTreeMap<String, String>) -> Option<LocalText> {
        (!texts.is_empty()).then_some(LocalText(texts))
    }

    /// The text in this language, else in the default language, else in any.
    pub fn get(&self, language: Language) -> &str {
        self.0
            .get(language.code())
            .or_else(|| self.0.get(Language::DEFAULT.code()))
            .or_else(|| self.0.values().next())
            .map_or("", String::as_str)
    }

    /// All texts by language code.
    pub fn texts(&self) -> &BTreeMap<String, String> {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_lead_to_a_spoken_language_or_none() {
        assert_eq!(Language::from_tag("ru"), Some(Language::Russian));
        assert_eq!(Language::from_tag("en-GB"), Some(Language::English));
        assert_eq!(Language::from_tag("RU_ru"), Some(Language::Russian));
        assert_eq!(Language::from_tag("de"), None);
        assert_eq!(Language::from_tag(""), None);
    }

    #[test]
    fn a_missing_language_falls_back_to_what_there_is() {
        let only_german = LocalText::new(BTreeMap::from([("de".to_owned(), "Massage".to_owned())]));
        assert_eq!(
            only_german.map(|text| text.get(Language::Russian).to_owned()),
            Some("Massage".to_owned())
        );
        assert_eq!(LocalText::new(BTreeMap::new()), None);
    }
}
