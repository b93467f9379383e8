//! Disks that are full, or become so halfway: one clear line, and nothing is left behind.

use std::{process::Stdio, time::Duration};

use tokio::{
    process::Command,
    time::{sleep, timeout},
};

use super::{
    delivery::over,
    support::{Folder, arguments, bot_variables, major},
};
use crate::harness::{ADMIN, Database, World, program, run, run_without_bot};

/// The program, started by a shell that does something before.
async fn vizit_after(before: &str, arguments: &[&str], variables: &[(&str, &str)]) -> (bool, String) {
    let running = shell(before, arguments, variables).output();
    let output = timeout(Duration::from_mins(1), running).await.expect("it ends").expect("it starts");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

fn shell(before: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = program::command_of("sh", &[], variables);
    command.arg("-c").arg(format!("{before}; exec \"$0\" \"$@\"")).arg(program::PATH).args(arguments);
    command
}

/// Files may have no more than 10 kB, and whoever writes more is told so, not killed.
const SMALL_FILES: &str = "ulimit -f 20; trap '' XFSZ";

/// Gives a folder a disk of its own that has so much room, for this program alone; only where the machine lets everybody.
fn small_disk(folder: &str, size: &str) -> String {
    format!("mount -t tmpfs -o size={size} tmpfs {folder} || exit 9")
}

/// How a disk for one program alone is made: by root, or by somebody who is root there alone.
fn disk_maker() -> Option<&'static str> {
    ["-m", "-rm"].into_iter().find(|how| {
        let tried = std::process::Command::new("unshare").args([how, "true"]).stderr(Stdio::null()).status();
        tried.is_ok_and(|status| status.success())
    })
}

/// The same with a disk of its own; then what is left, while that disk is still there.
async fn vizit_with_disk(
    (how, disk): (&str, &str),
    folder: &Folder,
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> (bool, String, String) {
    let left = folder.at("left");
    let look = format!("ls -A {} {} >{left}", folder.at("work"), folder.at("to"));
    let script = format!("{disk}; \"$0\" \"$@\"; ended=$?; {look}; exit $ended");
    let mut command = program::command_of("unshare", &[how, "sh", "-c"], variables);
    command.arg(script).arg(program::PATH).args(arguments);
    let output =
        timeout(Duration::from_mins(1), command.output()).await.expect("it ends").expect("it starts");
    let said = [output.stdout, output.stderr].concat();
    let left = std::fs::read_to_string(left).expect("what is left");
    (output.status.success(), String::from_utf8_lossy(&said).into_owned(), left)
}

fn is_one_line(said: &str, parts: &[&str]) {
    assert_eq!(said.trim().lines().count(), 1, "{said}");
    for part in parts {
        assert!(said.contains(part), "{part:?} is not in:\n{said}");
    }
}

#[test]
fn a_disk_that_takes_no_more_ends_a_backup_without_a_trace() {
    run(async |t| {
        t.stop().await;
        let folder = Folder::new();
        let arguments = arguments(&folder, &[]);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let variables = [("DATABASE_URL", t.database.url()), ("BACKUP_PASSPHRASE", super::PASSPHRASE)];
        let (well, said) = vizit_after(SMALL_FILES, &arguments, &variables).await;
        assert!(!well);
        let told = [
            &format!("vizit: the archive cannot be written to {}/vizit-backup-", folder.at("work")),
            "a file may not be so large there; make room, or name another folder",
        ];
        is_one_line(&said, &told);
        assert!(!folder.path.join("to").exists() && folder.work().is_empty(), "{said}");
    });
}

#[test]
fn a_full_disk_is_told_beforehand_and_halfway() {
    let Some(how) = disk_maker() else { return };
    run(async |t| {
        t.stop().await;
        let major = major(t).await;
        let (folder, bin) = (Folder::new(), Folder::new());
        let (work, to) = (folder.at("work"), folder.at("to"));
        std::fs::create_dir(&to).expect("a folder");
        let programs = bin.at("bin");
        let arguments = arguments(&folder, &[]);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let variables = [
            ("DATABASE_URL", t.database.url()),
            ("BACKUP_PASSPHRASE", super::PASSPHRASE),
            ("PG_BIN", &programs),
        ];
        for (disk, filled, told) in [
            (
                small_disk(&work, "1m"),
                "true",
                vec![
                    format!("vizit: {work}/vizit-backup-"),
                    "has 1 MB free: make room, or name another folder".to_owned(),
                ],
            ),
            (
                small_disk(&to, "1m"),
                "true",
                vec![format!("vizit: {to} may take"), "has 1 MB free: make room".to_owned()],
            ),
            (
                small_disk(&work, "90m"),
                &*format!("cat /dev/zero >{work}/filler 2>/dev/null"),
                vec![
                    format!("vizit: the archive cannot be written to {work}/vizit-backup-"),
                    "the disk is full; make room, or name another folder".to_owned(),
                ],
            ),
            (
                small_disk(&to, "60m"),
                &*format!("cat /dev/zero >{to}/filler 2>/dev/null"),
                vec![
                    format!("vizit: {to}/vizit-backup-"),
                    "cannot be written: the disk is full; make room, or name another folder".to_owned(),
                ],
            ),
        ] {
            bin.instead_of("pg_dump", major, &format!("{filled}; exec REAL \"$@\""));
            let (well, said, left) = vizit_with_disk((how, &disk), &folder, &arguments, &variables).await;
            assert!(!well, "{said}");
            let told: Vec<&str> = told.iter().map(String::as_str).collect();
            is_one_line(&said, &told);
            let filler = if filled == "true" { "" } else { "filler\n" };
            let nothing_else = [format!("{to}:\n{filler}\n{work}:\n"), format!("{to}:\n\n{work}:\n{filler}")];
            assert!(nothing_else.contains(&left), "{left}");
        }
    });
}

#[test]
fn a_restore_that_finds_no_room_changes_nothing() {
    run(async |t| {
        t.stop().await;
        let folder = Folder::new();
        assert!(super::back_up(t.database.url(), &folder, &[]).await.0);
        let empty = Database::empty().await;
        let file = folder.backup()[0].display().to_string();
        let work = folder.at("work");
        let variables = [("DATABASE_URL", empty.url()), ("BACKUP_PASSPHRASE", super::PASSPHRASE)];
        let (well, said) = vizit_after(SMALL_FILES, &["restore", "--work", &work, &file], &variables).await;
        assert!(!well);
        is_one_line(&said, &["a file may not be so large there; make room, or name another folder"]);
        assert!(super::checksums(empty.url()).await.is_empty() && folder.work().is_empty());
        empty.remove().await;
    });
}

#[test]
fn the_admin_is_told_that_the_disk_of_the_bot_is_full() {
    run_without_bot(async |t: &mut World| {
        let folder = Folder::new();
        folder.instead_of("pg_dump", major(t).await, "exec REAL \"$@\"");
        let given = bot_variables(t, &folder);
        let variables: Vec<(&str, &str)> =
            given.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut bot = shell(SMALL_FILES, &["run"], &variables)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let olga = t.person(ADMIN, "Olga");
        olga.says("/start").await;
        over(t, 1).await;
        olga.waits_for("There is no backup of").await;
        olga.sees("a file may not be so large there; make room, or name another folder");
        sleep(Duration::from_millis(200)).await;
        bot.kill().await.expect("it runs");
        assert_eq!(folder.work().len(), 1, "the bot's own folder, and none of the backup");
    });
}
