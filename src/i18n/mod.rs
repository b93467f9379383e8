//! Texts in the person's language. Every text that a person sees lives in `locales/`; a missing key does not compile.

mod format;
mod why;

pub use self::format::wall_hour;

use std::sync::LazyLock;

use i18n_embed::{LanguageLoader as _, fluent::FluentLanguageLoader};
use rust_embed::RustEmbed;
use unic_langid::LanguageIdentifier;

use crate::domain::language::Language;

#[derive(RustEmbed)]
#[folder = "locales/"]
struct Locales;

static ENGLISH: LazyLock<FluentLanguageLoader> = LazyLock::new(|| load(Language::English));
static RUSSIAN: LazyLock<FluentLanguageLoader> = LazyLock::new(|| load(Language::Russian));

fn load(language: Language) -> FluentLanguageLoader {
    let id: LanguageIdentifier = language.code().parse().unwrap_or_default();
    let loader = FluentLanguageLoader::new(env!("CARGO_PKG_NAME"), id.clone());
    if let Err(error) = loader.load_languages(&Locales, &[id]) {
        // The texts are compiled in and a test reads them all, so this is a build gone wrong.
        tracing::error!(language = language.code(), %error, "texts cannot be read");
    }
    // Without isolation marks: Telegram shows them as boxes on some systems.
    loader.set_use_isolating(false);
    loader
}

/// A translator into one language.
#[derive(Clone, Copy)]
pub struct Tr {
    language: Language,
    loader: &'static FluentLanguageLoader,
}

impl Tr {
    pub fn to(language: Language) -> Tr {
        let loader = match language {
            Language::English => &*ENGLISH,
            Language::Russian => &*RUSSIAN,
        };
        Tr { language, loader }
    }

    pub fn language(self) -> Language {
        self.language
    }

    /// For the [`crate::t!`] macro.
    pub fn loader(self) -> &'static FluentLanguageLoader {
        self.loader
    }
}

/// The text of a key, with its arguments: `t!(tr, "minutes", minutes = 50)`.
#[macro_export]
macro_rules! t {
    ($tr:expr, $($key_and_arguments:tt)+) => {
        i18n_embed_fl::fl!($tr.loader(), $($key_and_arguments)+)
    };
}
