//! Programs that are missing, of another version, slow or dying, and a Vizit that is killed among them.

use std::{fs, process::Stdio, time::Duration};

use tokio::{
    process::Child,
    time::{sleep, timeout},
};

use super::support::{
    Folder, PASSPHRASE, SLOW, are_dropped, arguments, back_up, back_up_by, checksums, listed, major, now,
    restore, scratches, visits,
};
use crate::harness::{Database, World, program, run};

/// Starts a backup with the folder's programs, and waits until one of them runs, which then waits for `go_on`.
async fn begun(t: &World, folder: &Folder, program: &str) -> Child {
    folder.instead_of(program, major(t).await, SLOW);
    let arguments = arguments(folder, &[]);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let bin = folder.at("bin");
    let variables = [("DATABASE_URL", t.database.url()), ("BACKUP_PASSPHRASE", PASSPHRASE), ("PG_BIN", &bin)];
    let mut command = program::command(&arguments, &variables);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let began = folder.path.join("began");
    let waited = timeout(Duration::from_secs(20), async {
        while !began.exists() {
            sleep(Duration::from_millis(5)).await;
        }
    });
    waited.await.expect("the program is started");
    child
}

async fn end(child: Child) -> (bool, String) {
    let output =
        timeout(Duration::from_secs(30), child.wait_with_output()).await.expect("it ends").expect("it ran");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

fn go_on(folder: &Folder) {
    fs::write(folder.path.join("go"), "").expect("a file");
}

#[test]
fn programs_of_another_version_or_none_are_told_with_what_to_install() {
    run(async |t| {
        let folder = Folder::new();
        let major = major(t).await;
        let (well, said) = back_up_by(t.database.url(), &folder).await;
        assert!(!well && said.contains(&format!("postgresql-client-{major}")), "{said}");

        let script = "echo 'pg_dump (PostgreSQL) 9.6.24'";
        folder.instead_of("pg_dump", major, "true");
        fs::write(folder.path.join("bin/pg_dump"), format!("#!/bin/sh\n{script}\n")).expect("a script");
        let (well, said) = back_up_by(t.database.url(), &folder).await;
        let told = format!(
            "vizit: the server is PostgreSQL {major}, but {}/pg_dump is of PostgreSQL 9",
            folder.at("bin")
        );
        assert!(
            !well && said.contains(&told) && said.contains(&format!("install postgresql-client-{major}")),
            "{said}"
        );
        assert_eq!(said.trim().lines().count(), 1, "{said}");
        assert!(!folder.path.join("to").exists() && folder.work().is_empty());
    });
}

#[test]
fn a_dump_that_dies_halfway_leaves_nothing_and_says_so() {
    run(async |t| {
        t.stop().await;
        let folder = Folder::new();
        let major = major(t).await;
        for (script, told) in [
            (
                "REAL \"$@\" | head -c 5000; echo 'pg_dump: error: the cable broke' >&2; exit 1",
                "pg_dump failed: the cable broke",
            ),
            ("REAL \"$@\" | head -c 5000; kill -9 $$", "pg_dump failed: signal: 9"),
            // It says that all is well, and only the proof can know better.
            ("REAL \"$@\" | head -c 9000", "the backup is not good: pg_restore refuses it"),
            ("true", "the backup is not good: pg_restore refuses it"),
        ] {
            folder.instead_of("pg_dump", major, script);
            let (well, said) = back_up_by(t.database.url(), &folder).await;
            assert!(!well && said.contains(told), "{told:?} is not in:\n{said}");
            assert_eq!(said.trim().lines().count(), 1, "{said}");
            assert!(!folder.path.join("to").exists() && folder.work().is_empty(), "{said}");
        }
    });
}

#[test]
fn a_dump_of_other_rows_is_not_called_good() {
    run(async |t| {
        visits(t).await;
        t.stop().await;
        let folder = Folder::new();
        let major = major(t).await;
        for (argument, told) in [
            ("--exclude-table-data=reminders", "the backup is not good: public.reminders has 0 rows, but"),
            ("--exclude-table=reminders", "the backup is not good: public.reminders was not restored"),
            ("--section=pre-data --section=data", "was not restored"),
        ] {
            folder.instead_of("pg_dump", major, &format!("exec REAL {argument} \"$@\""));
            let (well, said) = back_up_by(t.database.url(), &folder).await;
            assert!(!well && said.contains("vizit: the backup is not good") && said.contains(told), "{said}");
            assert!(!folder.path.join("to").exists() && folder.work().is_empty(), "{said}");
        }

        // Rows that were counted, and rows that are dumped, are those of one moment, whatever is written in between.
        let slow = Folder::new();
        let child = begun(t, &slow, "pg_dump").await;
        sqlx::raw_sql("INSERT INTO clients (telegram_id, name, language, created_at) VALUES (5, 'Late', 'en', '2026-11-24')")
            .execute(&t.pool)
            .await
            .expect("a client");
        go_on(&slow);
        let (well, said) = end(child).await;
        assert!(well && said.contains("  2 public.clients"), "{said}");
    });
}

#[test]
fn one_backup_at_a_time() {
    run(async |t| {
        let (folder, other) = (Folder::new(), Folder::new());
        let child = begun(t, &folder, "pg_dump").await;
        let (well, said) = back_up(t.database.url(), &other, &[]).await;
        assert!(!well && said.contains("vizit: a backup or restore is running since 20"), "{said}");
        assert!(!other.path.join("to").exists());
        go_on(&folder);
        let (well, said) = end(child).await;
        assert!(well && said.contains("is proven"), "{said}");
        let (well, said) = back_up(t.database.url(), &other, &[]).await;
        assert!(well, "{said}");
    });
}

#[test]
fn killed_it_leaves_what_the_next_one_removes() {
    run(async |t| {
        let folder = Folder::new();
        let mut child = begun(t, &folder, "pg_dump").await;
        child.kill().await.expect("kill -9");
        let left = folder.work();
        let [left] = left.as_slice() else { panic!("one folder: {left:?}") };
        assert!(left.starts_with("vizit-backup-"), "{left}");
        // Its `pg_dump` finds that nobody reads.
        go_on(&folder);
        let (well, said) = back_up(t.database.url(), &folder, &[]).await;
        assert!(well, "{said}");
        assert_eq!(folder.work(), Vec::<String>::new());
    });
}

#[test]
fn asked_to_end_it_leaves_nothing() {
    run(async |t| {
        for program in ["pg_dump", "pg_restore"] {
            let folder = Folder::new();
            let child = begun(t, &folder, program).await;
            let made = scratches(&t.pool).await;
            let pid =
                rustix::process::Pid::from_raw(child.id().expect("it runs").cast_signed()).expect("a pid");
            rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("SIGTERM");
            let (well, said) = end(child).await;
            assert!(!well && said.contains("vizit: stopped before it was done; nothing was kept"), "{said}");
            assert!(!folder.path.join("to").exists() && folder.work().is_empty());
            are_dropped(&t.pool, &made).await;
        }
    });
}

#[test]
fn a_restore_that_fails_halfway_has_changed_nothing() {
    run(async |t| {
        visits(t).await;
        t.stop().await;
        let folder = Folder::new();
        assert!(back_up(t.database.url(), &folder, &[]).await.0);
        let before = checksums(t.database.url()).await;
        let half = "REAL \"$@\" | head -c 60000; echo 'pg_restore: error: no more' >&2; exit 1";
        folder.instead_of("pg_restore", major(t).await, half);
        let (work, bin, file) =
            (folder.at("work"), folder.at("bin"), folder.backup()[0].display().to_string());
        let variables =
            [("DATABASE_URL", t.database.url()), ("BACKUP_PASSPHRASE", PASSPHRASE), ("PG_BIN", &bin)];
        let (well, said) = program::vizit(&["restore", "--work", &work, "--force", &file], &variables).await;
        assert!(!well && said.contains("pg_restore failed: no more"), "{said}");
        assert_eq!(checksums(t.database.url()).await, before);
        assert!(folder.work().is_empty());
    });
}

#[test]
fn nothing_is_replaced_that_is_there_already() {
    run(async |t| {
        t.stop().await;
        let folder = Folder::new();
        let to = folder.path.join("to");
        fs::create_dir(&to).expect("a folder");
        // Whichever second it is made in, its name is taken.
        let begin = now();
        let foreign: Vec<_> = (0..40)
            .map(|second| {
                let name = begin + chrono::TimeDelta::seconds(second);
                to.join(format!("vizit-{}.zip", name.format("%Y-%m-%dT%H-%M-%SZ")))
            })
            .collect();
        for file in &foreign {
            fs::write(file, "of somebody else").expect("a file");
        }
        for count in 1..=2 {
            let (well, said) = back_up(t.database.url(), &folder, &[]).await;
            assert!(well && said.contains("Z-2 is proven"), "{said}");
            assert_eq!(listed(&to).len(), foreign.len() + count, "{:?}", listed(&to));
        }
        for file in &foreign {
            assert_eq!(fs::read_to_string(file).expect("a file"), "of somebody else");
        }
        let other = Database::empty().await;
        let newest = folder.backup().into_iter().rfind(|file| !foreign.contains(file)).expect("a backup");
        let (well, said) = restore(other.url(), &folder, &[newest], &[]).await;
        assert!(well, "{said}");
        other.remove().await;
    });
}
