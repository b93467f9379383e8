//! The bot makes a backup and tables while everything is written into its log: none of it shows what nobody may see.

use std::{fs, os::unix::fs::PermissionsExt as _, process::Stdio, time::Duration};

use tokio::time::{sleep, timeout};

use super::{
    delivery::over,
    support::{Folder, PASSPHRASE, bot_variables, major},
};
use crate::harness::{ADMIN, PROVIDER, TOKEN, program, run_without_bot};

const NAME: &str = "Zyxwvuta";
const PASSWORD: &str = "canary-of-the-database";

#[test]
fn the_bot_shows_no_secret_name_or_phone_while_it_makes_files() {
    run_without_bot(async |t| {
        let folder = Folder::new();
        let slow = "env >FOLDER/environment; touch FOLDER/began; \
            while [ ! -e FOLDER/go ]; do sleep 0.02; done; exec REAL \"$@\"";
        folder.instead_of("pg_dump", major(t).await, slow);
        fs::create_dir(folder.path.join("to")).expect("a folder");
        let mut url = reqwest::Url::parse(t.database.url()).expect("a URL");
        if url.password().is_none() {
            url.set_password(Some(PASSWORD)).expect("a password");
        }
        let password = url.password().expect("a password").to_owned();
        let mut given = bot_variables(t, &folder);
        given.retain(|(name, _)| *name != "DATABASE_URL");
        given.extend([
            ("DATABASE_URL", url.to_string()),
            ("BACKUP_DIR", folder.at("to")),
            ("PAYMENT_PROVIDER_TOKEN", PROVIDER.to_owned()),
            ("RUST_LOG", "trace".to_owned()),
        ]);
        let variables: Vec<(&str, &str)> =
            given.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let log = fs::File::create(folder.path.join("log")).expect("a file");
        let mut bot = program::command(&["run"], &variables)
            .stdout(Stdio::from(log.try_clone().expect("a file")))
            .stderr(Stdio::from(log))
            .spawn()
            .expect("it starts");
        let client = t.stranger(NAME, "en");
        client.says("/start").await;
        client.taps("I agree").await;
        client.shares_phone().await;
        client.says("/mydata").await;
        let olga = t.person(ADMIN, "Olga");
        olga.says("/start").await;
        let began = timeout(Duration::from_secs(30), async {
            while !folder.path.join("began").exists() {
                sleep(Duration::from_millis(5)).await;
            }
        });
        began.await.expect("pg_dump is started");
        olga.says("/export").await;
        olga.taps("📎 Export").await;
        let secrets = [PASSPHRASE, TOKEN, PROVIDER, &password, NAME, "+49305550101", "305550101"];
        let mut seen = 0;
        for process in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let line = fs::read(process.path().join("cmdline")).unwrap_or_default();
            let line = String::from_utf8_lossy(&line).into_owned();
            if line.contains(&folder.at("")) || line.contains(program::PATH) {
                seen += 1;
                assert!(!secrets.iter().any(|secret| line.contains(secret)), "{line}");
            }
        }
        assert!(seen >= 2 || !std::path::Path::new("/proc/self/cmdline").exists(), "vizit and pg_dump");
        let environment = fs::read_to_string(folder.path.join("environment")).expect("the environment");
        for secret in [PASSPHRASE, TOKEN, PROVIDER, url.as_str()] {
            assert!(!environment.contains(secret), "pg_dump needs no {secret}");
        }
        fs::write(folder.path.join("go"), "").expect("a file");
        over(t, 1).await;
        bot.kill().await.expect("it runs");

        let documents = [olga.documents(), client.documents()].concat();
        assert!(documents.iter().any(|name| name.starts_with("vizit-20")), "{documents:?}");
        assert!(documents.len() >= 3, "a backup, a table and somebody's data: {documents:?}");
        let folders = ["to", "work"].map(|place| super::support::listed(&folder.path.join(place)));
        for name in documents.iter().chain(folders.iter().flatten()) {
            assert!(!secrets.iter().any(|secret| name.contains(secret)), "{name}");
        }
        for copy in folder.backup() {
            assert_eq!(fs::metadata(&copy).expect("a copy").permissions().mode() & 0o777, 0o600);
        }
        let log = fs::read_to_string(folder.path.join("log")).expect("the log");
        assert!(log.contains("the backup is done") && log.contains("DEBUG"), "{log}");
        for secret in secrets {
            let line = log.lines().find(|line| line.contains(secret));
            assert_eq!(line, None, "{secret} is in the log");
        }
    });
}
