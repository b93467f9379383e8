//! Who may not make databases, and what nobody may see.

use std::{fs, os::unix::fs::PermissionsExt as _, process::Stdio, time::Duration};

use tokio::time::{sleep, timeout};

use super::support::{Folder, PASSPHRASE, arguments, back_up, execute, major, restore, visits};
use crate::harness::{Database, program, run};

const DATABASE_PASSWORD: &str = "canary-of-the-database";

#[test]
fn who_may_not_make_a_scratch_database_gets_a_backup_that_is_not_called_proven() {
    run(async |t| {
        let owned = Database::empty().await;
        let mut url = reqwest::Url::parse(owned.url()).expect("a URL");
        let role = format!("vizit_owner_{}", uuid::Uuid::new_v4().simple());
        let name = url.path().trim_start_matches('/').to_owned();
        execute(&t.pool, format!("CREATE ROLE {role} LOGIN PASSWORD '{DATABASE_PASSWORD}'")).await;
        execute(&t.pool, format!("ALTER DATABASE {name} OWNER TO {role}")).await;
        url.set_username(&role).expect("a name");
        url.set_password(Some(DATABASE_PASSWORD)).expect("a password");
        let (well, said) = program::vizit(&["migrate"], &[("DATABASE_URL", url.as_str())]).await;
        assert!(well, "{said}");

        let folder = Folder::new();
        let (well, said) = back_up(url.as_str(), &folder, &[]).await;
        assert!(!well && said.contains("-unproven is NOT PROVEN: no scratch database can be made"), "{said}");
        assert!(
            said.contains("permission denied to create database") && !said.contains("is proven"),
            "{said}"
        );
        assert!(!said.contains(DATABASE_PASSWORD), "{said}");
        let files = folder.backup();
        assert!(files[0].display().to_string().ends_with("Z-unproven.zip"), "{files:?}");
        let (well, said) = restore(url.as_str(), &folder, &files, &["--force"]).await;
        assert!(!said.contains(DATABASE_PASSWORD), "{said}");
        // Before PostgreSQL 15 the schema is not the owner's.
        assert!(well || said.contains("must be owner of schema public"), "{said}");
        owned.remove().await;
        execute(&t.pool, format!("DROP ROLE {role}")).await;
    });
}

#[test]
fn secrets_and_names_are_in_no_log_no_command_line_and_no_file_name() {
    run(async |t| {
        visits(t).await;
        t.stop().await;
        let folder = Folder::new();
        let mut url = reqwest::Url::parse(t.database.url()).expect("a URL");
        // Where a password is asked for, the given one is needed.
        if url.password().is_none() {
            url.set_password(Some(DATABASE_PASSWORD)).expect("a password");
        }
        let password = url.password().expect("a password").to_owned();
        let slow = "env >FOLDER/environment; touch FOLDER/began; \
            while [ ! -e FOLDER/go ]; do sleep 0.02; done; exec REAL \"$@\"";
        folder.instead_of("pg_dump", major(t).await, slow);
        let arguments = arguments(&folder, &["--part-bytes", "20000"]);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let bin = folder.at("bin");
        let variables = [
            ("DATABASE_URL", url.as_str()),
            ("BACKUP_PASSPHRASE", PASSPHRASE),
            ("TELOXIDE_TOKEN", crate::harness::TOKEN),
            ("PG_BIN", &bin),
            ("RUST_LOG", "trace"),
        ];
        let mut command = program::command(&arguments, &variables);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let began = timeout(Duration::from_secs(20), async {
            while !folder.path.join("began").exists() {
                sleep(Duration::from_millis(5)).await;
            }
        });
        began.await.expect("pg_dump is started");
        let secrets = [PASSPHRASE, &password, "Zyxwvuta", "+49305550101", "305550101"];
        let mut seen = 0;
        for process in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let line = fs::read(process.path().join("cmdline")).unwrap_or_default();
            let line = String::from_utf8_lossy(&line).into_owned();
            if line.contains(&folder.at("")) {
                seen += 1;
                assert!(!secrets.iter().any(|secret| line.contains(secret)), "{line}");
            }
        }
        assert!(seen >= 2 || !std::path::Path::new("/proc/self/cmdline").exists(), "vizit and pg_dump");
        let environment = fs::read_to_string(folder.path.join("environment")).expect("the environment");
        for secret in [PASSPHRASE, crate::harness::TOKEN, url.as_str()] {
            assert!(!environment.contains(secret), "pg_dump needs no {secret}");
        }
        fs::write(folder.path.join("go"), "").expect("a file");
        let output = timeout(Duration::from_secs(30), child.wait_with_output()).await.expect("it ends");
        let output = output.expect("it ran");
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(output.status.success() && said.contains("is proven"), "{said}");
        for secret in secrets {
            assert!(!said.contains(secret), "{secret} is in:\n{said}");
        }

        let to = folder.path.join("to");
        assert_eq!(fs::metadata(&to).expect("a folder").permissions().mode() & 0o777, 0o700);
        for part in folder.backup() {
            assert_eq!(fs::metadata(&part).expect("a part").permissions().mode() & 0o777, 0o600);
            let name = part.file_name().expect("a name").to_string_lossy().into_owned();
            assert!(
                name.starts_with("vizit-20") && name.len() == "vizit-2026-11-27T03-30-12Z.zip.001".len(),
                "{name}"
            );
            let bytes = fs::read(&part).expect("a part");
            for telltale in ["PGDMP", "Zyxwvuta", "public.clients"] {
                assert!(
                    !bytes.windows(telltale.len()).any(|bytes| bytes == telltale.as_bytes()),
                    "{telltale}"
                );
            }
        }

        // Neither when something goes wrong.
        let (well, said) = restore(url.as_str(), &folder, &folder.backup(), &[]).await;
        assert!(!well && !secrets.iter().any(|secret| said.contains(secret)), "{said}");
    });
}
