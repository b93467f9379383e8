//! From settings to a configuration, with every fault told at once and no secret in any of them.

use std::{collections::HashSet, fmt, path::PathBuf};

use chrono::NaiveTime;
use chrono_tz::Tz;
use reqwest::Url;
use secrecy::SecretString;

use super::{Backup, Config, Google, Nightly, Settings, Telegram, Webhook};
use crate::{
    domain::ids::TelegramId,
    services::{ACCOUNTING_YEARS, outbox::Limits},
};

/// Everything that is wrong with the settings, a line each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Faults(pub Vec<String>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration cannot be used:")?;
        self.0.iter().try_for_each(|fault| write!(f, "\n  - {fault}"))
    }
}

/// What Telegram takes of every bot in a second, and of one that pays for more.
const PER_SECOND: u32 = 30;
const MOST_PER_SECOND: u32 = 1000;

const MOST_YEARS: u32 = 100;

/// The shortest passphrase that protects a backup.
const PASSPHRASE_CHARS: usize = 16;
/// In a random one of that length there are hardly ever fewer.
const DIFFERENT_CHARS: usize = 8;
const MAKE_ONE: &str = "`openssl rand -base64 24` makes a good one";

impl Settings {
    /// The configuration of a running bot.
    pub fn check(&self) -> Result<Config, Faults> {
        let mut faults = Vec::new();
        let token = token(self.telegram_token.as_deref(), &mut faults);
        let api = url("TELOXIDE_API_URL", self.telegram_api_url.as_deref(), &["http", "https"], &mut faults);
        let database_url = database_url(self.database_url.as_deref(), &mut faults);
        let listen = optional(self.http_listen.as_deref(), &mut faults, |text| {
            text.parse()
                .map_err(|_| "HTTP_LISTEN is not an address and port, such as 0.0.0.0:8080".to_owned())
        });
        let webhook = self.webhook(listen.is_some(), &mut faults);
        let config = Config {
            telegram: Telegram { token: token.unwrap_or_default(), api, webhook },
            database_url: database_url.unwrap_or_default(),
            admins: admins(self.admin_ids.as_deref(), &mut faults),
            business_zone: zone(self.business_tz.as_deref(), &mut faults),
            listen,
            nightly: self.nightly(&mut faults),
            payment_provider_token: provider(self.payment_provider_token.as_deref(), &mut faults),
            google: self.google(&mut faults),
            accounting_years: years(self.accounting_years.as_deref(), &mut faults),
            limits: limits(self.messages_per_second.as_deref(), &mut faults),
        };
        if faults.is_empty() { Ok(config) } else { Err(Faults(faults)) }
    }

    /// The database alone, for commands that need nothing else.
    pub fn check_database(&self) -> Result<SecretString, Faults> {
        let mut faults = Vec::new();
        let url = database_url(self.database_url.as_deref(), &mut faults);
        url.ok_or(Faults(faults))
    }

    /// What backups need: the database, the passphrase unless there is to be none, and where the programs are.
    pub fn check_backup(&self, encrypts: bool) -> Result<Backup, Faults> {
        let mut faults = Vec::new();
        let database_url = database_url(self.database_url.as_deref(), &mut faults);
        let text = self.backup_passphrase.as_deref().filter(|_| encrypts);
        let passphrase = passphrase(text, &mut faults);
        if encrypts && given(text).is_none() {
            faults.push(format!("BACKUP_PASSPHRASE is missing, and backups are encrypted: {MAKE_ONE}"));
        }
        self.backup(database_url, passphrase, faults)
    }

    /// What restoring needs. Whatever the passphrase is worth, the archive was made with it.
    pub fn check_restore(&self) -> Result<Backup, Faults> {
        let mut faults = Vec::new();
        let database_url = database_url(self.database_url.as_deref(), &mut faults);
        let passphrase = given(self.backup_passphrase.as_deref()).map(SecretString::from);
        self.backup(database_url, passphrase, faults)
    }

    fn backup(
        &self,
        database_url: Option<SecretString>,
        passphrase: Option<SecretString>,
        faults: Vec<String>,
    ) -> Result<Backup, Faults> {
        let programs = given(self.pg_bin.as_deref()).map(PathBuf::from);
        match database_url {
            Some(database_url) if faults.is_empty() => Ok(Backup { database_url, passphrase, programs }),
            _ => Err(Faults(faults)),
        }
    }

    fn nightly(&self, faults: &mut Vec<String>) -> Option<Nightly> {
        let at = optional(self.backup_at.as_deref(), faults, |text| {
            NaiveTime::parse_from_str(text, "%H:%M")
                .map_err(|_| "BACKUP_AT is not a time of day, such as 03:30".to_owned())
        });
        let to = optional(self.backup_dir.as_deref(), faults, |text| {
            let folder = PathBuf::from(text);
            if folder.is_dir() { Ok(folder) } else { Err(format!("BACKUP_DIR names no folder: {text}")) }
        });
        let programs = given(self.pg_bin.as_deref()).map(PathBuf::from);
        let passphrase = passphrase(self.backup_passphrase.as_deref(), faults)?;
        let usual = NaiveTime::from_hms_opt(3, 30, 0).unwrap_or_default();
        Some(Nightly { passphrase, at: at.unwrap_or(usual), to, programs })
    }

    fn webhook(&self, listens: bool, faults: &mut Vec<String>) -> Option<Webhook> {
        let url = url("WEBHOOK_URL", self.webhook_url.as_deref(), &["http", "https"], faults);
        let secret = given(self.webhook_secret.as_deref());
        given(self.webhook_url.as_deref())?;
        if !listens {
            faults.push("WEBHOOK_URL needs HTTP_LISTEN, where the webhook is served".to_owned());
        }
        let is_secret = |secret: &&str| {
            (1..=256).contains(&secret.len())
                && secret.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
        };
        match secret {
            None => faults.push("WEBHOOK_URL needs WEBHOOK_SECRET, by which Telegram is known".to_owned()),
            Some(secret) if !is_secret(&secret) => {
                faults.push(
                    "WEBHOOK_SECRET takes 1 to 256 of the characters A-Z, a-z, 0-9, _ and -".to_owned(),
                );
            }
            Some(_) => {}
        }
        Some(Webhook { url: url?, secret: secret?.into() })
    }

    fn google(&self, faults: &mut Vec<String>) -> Option<Google> {
        let api = url("GOOGLE_API_URL", self.google_api_url.as_deref(), &["http", "https"], faults);
        let file = PathBuf::from(given(self.google_service_account_json.as_deref())?);
        if !file.is_file() {
            faults.push(format!("GOOGLE_SERVICE_ACCOUNT_JSON names no file: {}", file.display()));
        }
        Some(Google { service_account: file, api })
    }
}

/// As BotFather gives them: a number, the mode, and a secret.
fn provider(text: Option<&str>, faults: &mut Vec<String>) -> Option<SecretString> {
    let token = given(text)?;
    if !token.contains(":TEST:") && !token.contains(":LIVE:") {
        faults.push(
            "PAYMENT_PROVIDER_TOKEN looks like 123456789:TEST:… or 123456789:LIVE:…, from @BotFather"
                .to_owned(),
        );
        return None;
    }
    Some(token.into())
}

fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn optional<T>(
    text: Option<&str>,
    faults: &mut Vec<String>,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Option<T> {
    read(given(text)?).map_err(|fault| faults.push(fault)).ok()
}

fn token(text: Option<&str>, faults: &mut Vec<String>) -> Option<SecretString> {
    let Some(token) = given(text) else {
        faults.push("TELOXIDE_TOKEN is missing: ask @BotFather in Telegram for one".to_owned());
        return None;
    };
    let well_formed = token.split_once(':').is_some_and(|(id, key)| {
        !id.is_empty()
            && id.bytes().all(|b| b.is_ascii_digit())
            && key.len() >= 20
            && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    });
    if !well_formed {
        faults.push(
            "TELOXIDE_TOKEN does not look like a token: it is digits, a colon and some 35 letters".to_owned(),
        );
    }
    Some(token.into())
}

fn database_url(text: Option<&str>, faults: &mut Vec<String>) -> Option<SecretString> {
    let Some(text) = given(text) else {
        faults.push("DATABASE_URL is missing: postgres://user:password@host/database".to_owned());
        return None;
    };
    match text.parse::<sqlx::postgres::PgConnectOptions>() {
        Ok(_) if text.starts_with("postgres://") || text.starts_with("postgresql://") => Some(text.into()),
        _ => {
            faults.push("DATABASE_URL is not of the form postgres://user:password@host/database".to_owned());
            None
        }
    }
}

fn url(name: &str, text: Option<&str>, schemes: &[&str], faults: &mut Vec<String>) -> Option<Url> {
    optional(text, faults, |text| match Url::parse(text) {
        Ok(url) if schemes.contains(&url.scheme()) && url.has_host() => Ok(url),
        _ => Err(format!("{name} is not a URL that begins with {}://", schemes.join(":// or "))),
    })
}

fn admins(text: Option<&str>, faults: &mut Vec<String>) -> Vec<TelegramId> {
    let ids =
        given(text).into_iter().flat_map(|text| text.split(',')).map(str::trim).filter(|id| !id.is_empty());
    ids.filter_map(|id| match id.parse::<i64>() {
        Ok(id) if id > 0 => Some(TelegramId(id)),
        _ => {
            faults.push(format!("ADMIN_IDS: {id:?} is no Telegram id, which is a number"));
            None
        }
    })
    .collect()
}

fn zone(text: Option<&str>, faults: &mut Vec<String>) -> Tz {
    let zone = optional(text, faults, |text| {
        text.parse()
            .map_err(|_| format!("BUSINESS_TZ: there is no time zone {text:?}; they look like Europe/Berlin"))
    });
    zone.unwrap_or(Tz::UTC)
}

/// In one chat Telegram takes a message a second, and a few at once; that is the same for every bot.
fn limits(text: Option<&str>, faults: &mut Vec<String>) -> Option<Limits> {
    let with = |per_second: u32| Limits { per_second, burst: per_second.div_ceil(10), chat_burst: 3 };
    let Some(text) = given(text) else { return Some(with(PER_SECOND)) };
    if text == "off" {
        return None;
    }
    if let Ok(per_second @ 1..=MOST_PER_SECOND) = text.parse() {
        return Some(with(per_second));
    }
    faults.push(format!("MESSAGES_PER_SECOND is a number from 1 to {MOST_PER_SECOND}, or \"off\""));
    None
}

fn years(text: Option<&str>, faults: &mut Vec<String>) -> u32 {
    let years = optional(text, faults, |text| match text.parse() {
        Ok(years @ 0..=MOST_YEARS) => Ok(years),
        _ => Err(format!("ACCOUNTING_YEARS is a number from 0 to {MOST_YEARS}")),
    });
    years.unwrap_or(ACCOUNTING_YEARS)
}

/// The rounds by which ZIP makes a key of a passphrase are few, so the passphrase itself must be hard to guess.
fn passphrase(text: Option<&str>, faults: &mut Vec<String>) -> Option<SecretString> {
    optional(text, faults, |text| {
        let chars: Vec<char> = text.chars().collect();
        if chars.len() < PASSPHRASE_CHARS {
            return Err(format!(
                "BACKUP_PASSPHRASE is too short: it takes at least {PASSPHRASE_CHARS} characters; {MAKE_ONE}"
            ));
        }
        let different: HashSet<&char> = chars.iter().collect();
        // Alphabets and rows of numbers go on by the same step.
        let steps: HashSet<i64> = chars
            .windows(2)
            .filter_map(|pair| {
                Some(i64::from(u32::from(*pair.get(1)?)) - i64::from(u32::from(*pair.first()?)))
            })
            .collect();
        if different.len() < DIFFERENT_CHARS
            || steps.len() < DIFFERENT_CHARS
            || chars.iter().all(char::is_ascii_digit)
        {
            return Err(format!("BACKUP_PASSPHRASE is easily guessed; {MAKE_ONE}"));
        }
        Ok(text.into())
    })
}
