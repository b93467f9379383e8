//! What all tests of backups need.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
};

use chrono::{DateTime, NaiveTime, Utc};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, PgPool};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use vizit::{
    backup::parts::PART_BYTES,
    clock::{Clock as _, SystemClock},
    services::{Services, backup::Setup},
    telegram::{Bots, backups},
};

use crate::harness::{ADMIN, TOKEN, World, is_continuous_integration, program::vizit};

pub(crate) const PASSPHRASE: &str = "cZ4/2bnYkW0q+VfU9sXo";

pub(crate) fn now() -> DateTime<Utc> {
    SystemClock.now()
}

/// Says with what it was started, and waits until it may go on.
pub(super) const SLOW: &str = "echo \"$@\" >FOLDER/beginning; mv FOLDER/beginning FOLDER/began; \
    while [ ! -e FOLDER/go ]; do sleep 0.02; done; exec REAL \"$@\"";

/// Whoever makes the backups, beside a bot that makes none; it works in a folder, with the programs there, if there are any.
pub(super) struct Maker {
    stop: CancellationToken,
    running: TaskTracker,
}

impl Maker {
    pub(super) fn start(t: &World, folder: &Folder, change: impl FnOnce(&mut Setup)) -> Maker {
        let bin = folder.path.join("bin");
        let mut setup = Setup {
            database_url: t.database.url().to_owned().into(),
            passphrase: Some(PASSPHRASE.to_owned().into()),
            programs: bin.join("pg_dump").exists().then_some(bin),
            work: folder.path.join("work"),
            to: None,
            part_bytes: PART_BYTES,
        };
        change(&mut setup);
        let services = Services {
            backup_at: NaiveTime::from_hms_opt(3, 30, 0),
            zone: chrono_tz::Tz::Europe__Berlin,
            ..t.services()
        };
        let api = t.sandbox.url().parse().expect("a URL");
        let bots = Bots::new(&TOKEN.to_owned().into(), Some(&api), None).expect("a bot");
        let stop = CancellationToken::new();
        let running = TaskTracker::new();
        running.spawn(backups::run(services, bots, setup, stop.clone()));
        running.close();
        Maker { stop, running }
    }

    /// As at the end of the program.
    pub(super) async fn stop(self) {
        self.stop.cancel();
        let ended = tokio::time::timeout(std::time::Duration::from_secs(25), self.running.wait()).await;
        ended.expect("in time");
    }
}

/// What a bot of its own is started with that makes backups in a folder, with the programs there.
pub(super) fn bot_variables(t: &World, folder: &Folder) -> Vec<(&'static str, String)> {
    vec![
        ("TELOXIDE_TOKEN", TOKEN.to_owned()),
        ("TELOXIDE_API_URL", t.sandbox.url().to_owned()),
        ("DATABASE_URL", t.database.url().to_owned()),
        ("ADMIN_IDS", ADMIN.to_string()),
        ("BACKUP_PASSPHRASE", PASSPHRASE.to_owned()),
        ("TMPDIR", folder.at("work")),
        ("PG_BIN", folder.at("bin")),
    ]
}

impl World {
    /// As `/backup` does; nobody is the night.
    pub(super) async fn wish(&self, by: Option<i64>) {
        let wish = "INSERT INTO backups (asked_by, asked_at, state, state_at) VALUES ($1, $2, 'asked', $2)";
        let now = self.sandbox.clock().now();
        sqlx::query(wish).bind(by).bind(now).execute(&self.pool).await.expect("a wish");
    }
}

/// A folder of this test with a place for backups, one to work in, and one for programs; gone afterwards.
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
}

impl Folder {
    pub(crate) fn new() -> Folder {
        let path = std::env::temp_dir().join(format!("vizit-test-{}", uuid::Uuid::new_v4().simple()));
        for folder in ["work", "bin"] {
            fs::create_dir_all(path.join(folder)).expect("a folder");
        }
        Folder { path }
    }

    pub(crate) fn at(&self, name: &str) -> String {
        self.path.join(name).display().to_string()
    }

    /// The parts of the backup, in their order.
    pub(crate) fn backup(&self) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> = fs::read_dir(self.path.join("to"))
            .map(|entries| entries.map(|entry| entry.expect("an entry").path()).collect())
            .unwrap_or_default();
        files.sort();
        files
    }

    /// What is left where backups work.
    pub(crate) fn work(&self) -> Vec<String> {
        listed(&self.path.join("work"))
    }

    /// Puts a script in the place of one of the programs; the others are the real ones. `REAL` in it is the real one.
    pub(crate) fn instead_of(&self, program: &str, major: u32, script: &str) {
        let bin = self.path.join("bin");
        for other in ["pg_dump", "pg_restore", "psql"].into_iter().filter(|other| *other != program) {
            if !bin.join(other).exists() {
                symlink(real(other, major), bin.join(other)).expect("a link");
            }
        }
        let script = script
            .replace("REAL", &real(program, major).display().to_string())
            .replace("FOLDER", &self.path.display().to_string());
        let text = format!(
            "#!/bin/sh\ncase \"$1\" in --version) exec {} --version;; esac\n{script}\n",
            real(program, major).display()
        );
        drop(fs::remove_file(bin.join(program)));
        fs::write(bin.join(program), text).expect("a script");
        fs::set_permissions(bin.join(program), fs::Permissions::from_mode(0o755)).expect("a script");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.path).unwrap_or_default();
    }
}

pub(crate) fn listed(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

/// Where the real program is.
fn real(program: &str, major: u32) -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "the machine's programs may be anywhere")]
    let (given, path) = (std::env::var_os("PG_BIN"), std::env::var_os("PATH").unwrap_or_default());
    let packaged = [format!("/usr/lib/postgresql/{major}/bin"), format!("/usr/pgsql-{major}/bin")];
    let folders = given.map(PathBuf::from).into_iter().chain(packaged.map(PathBuf::from));
    let mut places = folders.chain(std::env::split_paths(&path)).map(|folder| folder.join(program));
    places.find(|place| place.is_file()).expect("PostgreSQL's client programs")
}

pub(crate) async fn major(t: &World) -> u32 {
    let number: String =
        sqlx::query_scalar("SHOW server_version_num").fetch_one(&t.pool).await.expect("a version");
    number.parse::<u32>().expect("a number") / 10_000
}

/// What the program is started with.
pub(crate) fn arguments(folder: &Folder, more: &[&str]) -> Vec<String> {
    let fixed = ["backup", "--to", &folder.at("to"), "--work", &folder.at("work")].map(str::to_owned);
    fixed.into_iter().chain(more.iter().map(|&argument| argument.to_owned())).collect()
}

/// `vizit backup` into the folder's place for it.
pub(crate) async fn back_up(url: &str, folder: &Folder, more: &[&str]) -> (bool, String) {
    let arguments = arguments(folder, more);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    vizit(&arguments, &[("DATABASE_URL", url), ("BACKUP_PASSPHRASE", PASSPHRASE)]).await
}

/// The same with the folder's programs.
pub(crate) async fn back_up_by(url: &str, folder: &Folder) -> (bool, String) {
    let arguments = arguments(folder, &[]);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let bin = folder.at("bin");
    vizit(&arguments, &[("DATABASE_URL", url), ("BACKUP_PASSPHRASE", PASSPHRASE), ("PG_BIN", &bin)]).await
}

pub(crate) async fn restore(url: &str, folder: &Folder, files: &[PathBuf], more: &[&str]) -> (bool, String) {
    restore_with(PASSPHRASE, url, folder, files, more).await
}

pub(crate) async fn restore_with(
    passphrase: &str,
    url: &str,
    folder: &Folder,
    files: &[PathBuf],
    more: &[&str],
) -> (bool, String) {
    let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    let work = folder.at("work");
    let mut arguments = vec!["restore", "--work", &work];
    arguments.extend(more);
    arguments.extend(files.iter().map(String::as_str));
    vizit(&arguments, &[("DATABASE_URL", url), ("BACKUP_PASSPHRASE", passphrase)]).await
}

/// Two clients with a visit each.
pub(crate) async fn visits(t: &World) {
    for (name, time) in [("Ann", "10:00"), ("Zyxwvuta", "15:00")] {
        let client = t.stranger(name, "en");
        client.says("/start").await;
        client.taps("I agree").await;
        client.shares_phone().await;
        client.books(&["Massage"], "Anna", "24", time).await;
    }
}

/// Of the rows of each table, by its name.
pub(crate) async fn checksums(url: &str) -> BTreeMap<String, String> {
    let mut conn = PgConnection::connect(url).await.expect("a database");
    let tables: Vec<String> =
        sqlx::query_scalar("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")
            .fetch_all(&mut conn)
            .await
            .expect("the tables");
    let mut sums = BTreeMap::new();
    for table in tables {
        // Whether a message is still to be sent is another matter after a restore.
        let rows = if table == "outbox" {
            "(SELECT id, dedupe_key, recipient, kind, payload, created_at, not_before FROM outbox)"
        } else {
            &table
        };
        let sql = format!(
            "SELECT count(*) || ' ' || md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE \"C\"), '')) FROM {rows} t"
        );
        let sum: String =
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut conn).await.expect("a checksum");
        sums.insert(table, sum);
    }
    sums
}

pub(crate) async fn execute(pool: &PgPool, sql: String) {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(pool).await.expect("the server obeys");
}

pub(crate) async fn scratches(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar("SELECT datname::text FROM pg_database WHERE datname LIKE 'vizit\\_proof\\_%'")
        .fetch_all(pool)
        .await
        .expect("the databases")
}

/// Waits until these are gone: some belong to other tests, and none of them stays.
pub(crate) async fn are_dropped(pool: &PgPool, names: &[String]) {
    for _ in 0..400 {
        let still = scratches(pool).await;
        if !names.iter().any(|name| still.contains(name)) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("a scratch database stays behind");
}

/// The odd ones backwards, then the even ones.
pub(crate) fn shuffled(parts: &[PathBuf]) -> Vec<PathBuf> {
    let odd = parts.iter().step_by(2).rev();
    odd.chain(parts.iter().skip(1).step_by(2)).cloned().collect()
}

/// Where the machine has one; the ZIP library has read the same file in any case.
pub(crate) fn opened_by_seven_zip(file: &Path) {
    for program in ["7zz", "7z"] {
        let test = std::process::Command::new(program)
            .arg("t")
            .arg(format!("-p{PASSPHRASE}"))
            .arg(file)
            .stdin(std::process::Stdio::null())
            .output();
        if let Ok(output) = test {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
            return;
        }
    }
    assert!(!is_continuous_integration(), "7-Zip is not there; on Debian: apt-get install p7zip-full");
}
