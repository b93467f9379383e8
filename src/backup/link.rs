//! The database's address in the form in which PostgreSQL's own programs take it.

use std::{fmt, path::PathBuf, str::FromStr as _};

use reqwest::Url;
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use tokio::process::Command;

use super::BackupError;

/// Settings that would lead elsewhere than `DATABASE_URL`, and secrets that are no business of another program.
const HIDDEN: [&str; 11] = [
    "PGHOSTADDR",
    "PGSERVICE",
    "PGSERVICEFILE",
    "PGOPTIONS",
    "PGTARGETSESSIONATTRS",
    "TELOXIDE_TOKEN",
    "DATABASE_URL",
    "BACKUP_PASSPHRASE",
    "PAYMENT_PROVIDER_TOKEN",
    "WEBHOOK_SECRET",
    "GOOGLE_SERVICE_ACCOUNT_JSON",
];

/// How to reach a database.
#[derive(Clone)]
pub struct Link {
    options: PgConnectOptions,
    /// `None` leaves it to `PGPASSWORD` and `.pgpass`, which both sides read.
    password: Option<SecretString>,
    /// `PGSSLROOTCERT`, `PGSSLCERT` and `PGSSLKEY`, where the URL names them.
    certificates: Vec<(&'static str, String)>,
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The options would show their password.
        f.debug_struct("Link").finish_non_exhaustive()
    }
}

impl Link {
    pub fn parse(url: &SecretString) -> Result<Link, BackupError> {
        let options = PgConnectOptions::from_str(url.expose_secret()).map_err(|_| BackupError::Link)?;
        let url = Url::parse(url.expose_secret()).map_err(|_| BackupError::Link)?;
        let mut password = url.password().map(decoded).transpose()?.map(SecretString::from);
        let mut certificates = Vec::new();
        for (key, value) in url.query_pairs() {
            match &*key {
                "password" => password = Some(value.into_owned().into()),
                "sslrootcert" | "ssl-root-cert" | "ssl-ca" => {
                    certificates.push(("PGSSLROOTCERT", value.into_owned()));
                }
                "sslcert" | "ssl-cert" => certificates.push(("PGSSLCERT", value.into_owned())),
                "sslkey" | "ssl-key" => certificates.push(("PGSSLKEY", value.into_owned())),
                _ => {}
            }
        }
        Ok(Link { options, password, certificates })
    }

    /// The same for sqlx.
    pub fn options(&self) -> PgConnectOptions {
        self.options.clone()
    }

    /// Another database on the same server.
    pub fn to(&self, database: &str) -> Link {
        Link { options: self.options.clone().database(database), ..self.clone() }
    }

    /// What `--dbname` takes; the rest comes by the environment.
    pub(super) fn database(&self) -> String {
        // Without a name PostgreSQL takes the user's.
        let name = self.options.get_database().unwrap_or(self.options.get_username());
        format!("dbname='{}'", name.replace('\\', "\\\\").replace('\'', "\\'"))
    }

    /// By the environment, for a command line can be read by everybody on the machine.
    pub(super) fn hand_to(&self, command: &mut Command) {
        for name in HIDDEN {
            command.env_remove(name);
        }
        let host =
            self.options.get_socket().cloned().unwrap_or_else(|| PathBuf::from(self.options.get_host()));
        let ssl = match self.options.get_ssl_mode() {
            PgSslMode::Disable => "disable",
            PgSslMode::Allow => "allow",
            PgSslMode::Prefer => "prefer",
            PgSslMode::Require => "require",
            PgSslMode::VerifyCa => "verify-ca",
            PgSslMode::VerifyFull => "verify-full",
        };
        command
            .env("PGHOST", host)
            .env("PGPORT", self.options.get_port().to_string())
            .env("PGUSER", self.options.get_username())
            .env("PGSSLMODE", ssl)
            .env("PGAPPNAME", "vizit backup")
            .env("PGCONNECT_TIMEOUT", "15")
            // What goes wrong is told in English, like everything on the command line.
            .env("LC_ALL", "C")
            .envs(self.certificates.iter().map(|(name, value)| (name, value)));
        if let Some(password) = &self.password {
            command.env("PGPASSWORD", password.expose_secret());
        }
        if let Some(options) = self.options.get_options() {
            command.env("PGOPTIONS", options);
        }
    }
}

/// Percent signs in a URL, read as bytes.
fn decoded(text: &str) -> Result<String, BackupError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = tail.first_chunk::<2>().filter(|_| *first == b'%').and_then(|digits| {
            let digits = std::str::from_utf8(digits).ok()?;
            u8::from_str_radix(digits, 16).ok()
        });
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { tail.get(2..).unwrap_or_default() } else { tail };
    }
    String::from_utf8(bytes).map_err(|_| BackupError::Link)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(url: &str) -> Vec<(String, String)> {
        let link = Link::parse(&url.to_owned().into()).expect("a URL");
        let mut command = Command::new("true");
        link.hand_to(&mut command);
        let set = command.as_std().get_envs().filter_map(|(name, value)| Some((name, value?)));
        set.map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
            .collect()
    }

    #[test]
    fn every_part_of_the_url_is_handed_on() {
        let url = "postgres://ann%40home:p%25s%C3%A9cret@db.example:6000/sa%27lon?sslmode=require&sslrootcert=/ca.pem";
        let variables = environment(url);
        for (name, value) in [
            ("PGHOST", "db.example"),
            ("PGPORT", "6000"),
            ("PGUSER", "ann@home"),
            ("PGPASSWORD", "p%sécret"),
            ("PGSSLMODE", "require"),
            ("PGSSLROOTCERT", "/ca.pem"),
        ] {
            assert!(variables.contains(&(name.to_owned(), value.to_owned())), "{name} in {variables:?}");
        }
        let link = Link::parse(&url.to_owned().into()).expect("a URL");
        assert_eq!(link.database(), r"dbname='sa\'lon'");
        assert_eq!(link.to("other").database(), "dbname='other'");
        assert_eq!(format!("{link:?}"), "Link { .. }");
    }

    #[test]
    fn a_socket_is_a_host() {
        let variables = environment("postgres://postgres@localhost:5433/vizit?host=/run/pg");
        assert!(variables.contains(&("PGHOST".to_owned(), "/run/pg".to_owned())), "{variables:?}");
        assert!(!variables.iter().any(|(name, _)| name == "PGPASSWORD"), "{variables:?}");
    }
}
