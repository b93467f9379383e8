//! What `vizit doctor` says of backups.

use std::fs;

use super::support::{Folder, bot_variables, listed, major};
use crate::harness::{World, program::vizit, run_without_bot};

async fn examined(t: &World, folder: &Folder, change: &[(&'static str, &str)]) -> (bool, String) {
    let mut given = bot_variables(t, folder);
    given.retain(|(name, _)| change.iter().all(|(changed, _)| changed != name));
    given.extend(change.iter().map(|(name, value)| (*name, (*value).to_owned())));
    let variables: Vec<(&str, &str)> = given.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let (well, said) = vizit(&["doctor"], &variables).await;
    let line = said.lines().find(|line| line.contains(" backups: ")).unwrap_or_else(|| panic!("{said}"));
    (well, line.to_owned())
}

#[test]
fn the_doctor_looks_at_all_that_a_backup_needs() {
    run_without_bot(async |t| {
        let folder = Folder::new();
        let (to, bin, work) = (folder.at("to"), folder.at("bin"), folder.at("work"));
        let major = major(t).await;
        let (well, line) = examined(t, &folder, &[("BACKUP_PASSPHRASE", "")]).await;
        assert!(well && line == "ok    backups: none are made, as BACKUP_PASSPHRASE is not set", "{line}");

        let (well, line) = examined(t, &folder, &[]).await;
        assert!(
            !well
                && line.starts_with(&format!(
                    "WRONG backups: pg_dump of PostgreSQL {major} is not there: install it"
                )),
            "{line}"
        );
        assert!(line.contains(&format!("apt-get install postgresql-client-{major}")), "{line}");

        folder.instead_of("pg_dump", major, "false");
        fs::remove_file(folder.path.join("bin/pg_restore")).expect("gone");
        let (well, line) = examined(t, &folder, &[]).await;
        assert!(!well && line.starts_with("WRONG backups: pg_restore of PostgreSQL"), "{line}");

        folder.instead_of("pg_dump", major, "false");
        fs::create_dir(&to).expect("a folder");
        let (well, line) = examined(t, &folder, &[("BACKUP_DIR", &to)]).await;
        let found = format!(
            "ok    backups: BACKUP_PASSPHRASE set, PostgreSQL {major}'s pg_dump and pg_restore in {bin}, "
        );
        assert!(well && line.starts_with(&found), "{line}");
        assert!(line.contains(&format!(" MB free in {work} for a database of ")), "{line}");
        assert!(line.ends_with(&format!(" MB, copies in {to}")), "{line}");
        assert!(!line.contains(super::PASSPHRASE), "{line}");
        assert!(folder.work().is_empty() && listed(&folder.path.join("to")).is_empty(), "it leaves nothing");

        // A folder in which nobody can write, whoever they are.
        let (well, line) = examined(t, &folder, &[("BACKUP_DIR", "/proc")]).await;
        assert!(
            !well && line.starts_with("WRONG backups: no folder to work in can be made in /proc"),
            "{line}"
        );
    });
}
