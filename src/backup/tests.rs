use std::{
    fs,
    io::{self, Read, Seek as _, SeekFrom, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
};

use chrono::DateTime;
use tokio_util::sync::CancellationToken;

use super::{
    BackupError,
    archive::{self, Manifest},
    keep::Beside,
    parts::{Joined, PartWriter, arrange, check},
    run::reason,
    work::{WorkDir, check_space},
};

fn base() -> PathBuf {
    let base = std::env::temp_dir().join(format!("vizit-unit-{}", uuid::Uuid::new_v4().simple()));
    fs::create_dir(&base).expect("a folder");
    base
}

#[test]
fn parts_are_full_but_the_last_and_read_as_one() {
    let base = base();
    let bytes: Vec<u8> = (0..=255).cycle().take(2500).collect();
    for limit in [1, 7, 1000, 1250, 2500, 9999] {
        let folder = base.join(limit.to_string());
        fs::create_dir(&folder).expect("a folder");
        let mut writer = PartWriter::new(&folder, limit);
        bytes.chunks(333).for_each(|chunk| writer.write_all(chunk).expect("room"));
        let written = writer.finish().expect("parts");
        assert_eq!(
            written.parts.len(),
            2500usize.div_ceil(usize::try_from(limit).expect("small")),
            "{limit}"
        );
        assert_eq!(written.bytes, 2500);
        let (last, full) = written.parts.split_last().expect("a part");
        assert!(full.iter().all(|part| part.bytes == limit) && last.bytes <= limit);
        assert_eq!(fs::metadata(&last.path).expect("a part").permissions().mode() & 0o777, 0o600);
        check(&written).expect("as written");

        let paths: Vec<PathBuf> = written.parts.iter().map(|part| part.path.clone()).collect();
        let mut joined = Joined::open(&paths).expect("parts");
        let mut all = Vec::new();
        joined.read_to_end(&mut all).expect("bytes");
        assert!(all == bytes);
        joined.seek(SeekFrom::End(-300)).expect("a place");
        let mut end = Vec::new();
        joined.read_to_end(&mut end).expect("bytes");
        assert!(end == bytes[2200..]);

        fs::write(&last.path, vec![9; usize::try_from(last.bytes).expect("small")]).expect("damage");
        assert!(matches!(check(&written), Err(BackupError::NotAsWritten(_))));
    }
    fs::remove_dir_all(base).expect("tidied");
}

#[test]
fn a_full_disk_ends_the_archive_at_once() {
    let base = base();
    let manifest = Manifest::new(DateTime::UNIX_EPOCH, 15, 1, 1, Vec::new());
    // There is no such folder, so the second part cannot be made.
    fs::create_dir(base.join("gone")).expect("a folder");
    let mut endless = Endless { folder: base.join("gone"), reads: 0 };
    let written = archive::write(&mut endless, PartWriter::new(&base.join("gone"), 100_000), &manifest, None);
    let fault = written.expect_err("nowhere to write").to_string();
    assert_eq!(fault, format!("the archive cannot be written to {}/gone", base.display()));
    assert!(endless.reads < 5, "it went on for {} reads", endless.reads);
    fs::remove_dir_all(base).expect("tidied");
}

/// A dump without an end, during which the folder disappears.
struct Endless {
    folder: PathBuf,
    reads: usize,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reads += 1;
        assert!(self.reads < 1000, "nobody stops it");
        drop(fs::remove_dir_all(&self.folder));
        Ok(buffer.len())
    }
}

#[test]
fn parts_are_put_in_order_and_faults_are_named() {
    let order = |names: &[&str]| {
        let files: Vec<PathBuf> = names.iter().map(PathBuf::from).collect();
        arrange(&files)
            .map(|files| files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(" "))
            .map_err(|error| error.to_string())
    };
    assert_eq!(
        order(&["b/x.zip.002", "x.zip.003", "a/x.zip.001"]),
        Ok("a/x.zip.001 b/x.zip.002 x.zip.003".into())
    );
    assert_eq!(order(&["whatever.bin"]), Ok("whatever.bin".into()));
    assert_eq!(order(&["x.zip.1000", "x.zip.002"]), Err("part 001 is missing".into()));
    assert_eq!(order(&["x.zip.001", "x.zip.003"]), Err("part 002 is missing".into()));
    assert_eq!(order(&["x.zip.002"]), Err("part 001 is missing".into()));
    assert_eq!(order(&["x.zip.001", "y/x.zip.001"]), Err("part 001 was given twice".into()));
    assert_eq!(
        order(&["x.zip.001", "y.zip.002"]),
        Err("the parts are of different backups: x.zip and y.zip".into())
    );
    assert!(order(&["x.zip.001", "x.zip"]).expect_err("no part").contains("x.zip is no part"));
}

#[test]
fn what_is_full_is_told_with_what_to_do() {
    for (code, reason) in [
        (28, "the disk is full"),
        (122, "the quota of the disk is used up"),
        (27, "a file may not be so large there"),
    ] {
        let error = BackupError::io("it cannot be written".to_owned(), io::Error::from_raw_os_error(code));
        assert_eq!(
            error.to_string(),
            format!("it cannot be written: {reason}; make room, or name another folder")
        );
    }
}

#[test]
fn parts_are_kept_all_or_none_and_replace_nothing() {
    let base = base();
    let folder = base.join("kept");
    fs::create_dir(&folder).expect("a folder");
    let parts = [base.join("part.001"), base.join("part.002")];
    for part in &parts {
        fs::write(part, part.display().to_string()).expect("a part");
    }
    let there = || {
        let entries = fs::read_dir(&folder).expect("a folder").flatten();
        let mut names: Vec<_> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    };
    let keep = |beside: &Beside, name: &str| {
        let names = [format!("{name}.zip.001"), format!("{name}.zip.002")];
        beside.keep_as(name, &names).expect("a folder")
    };
    fs::write(folder.join("x.zip.003"), "of somebody else").expect("a file");
    fs::write(folder.join("z.zip.002"), "of somebody else").expect("a file");
    let brought = Beside::bring(&parts, &folder, &CancellationToken::new()).expect("room");
    let beside = brought.expect("nobody stops it");
    assert!(!keep(&beside, "x"), "the third part would be taken for one of this backup");
    // As if it had appeared in between.
    let names = ["z.zip.001".to_owned(), "z.zip.002".to_owned()];
    assert!(!beside.keep_as("another", &names).expect("a folder"), "one of the names is taken");
    assert!(keep(&beside, "y"));
    drop(beside);
    assert_eq!(there(), ["x.zip.003", "y.zip.001", "y.zip.002", "z.zip.002"]);
    for name in ["x.zip.003", "z.zip.002"] {
        assert_eq!(fs::read_to_string(folder.join(name)).expect("a file"), "of somebody else");
    }
    assert_eq!(fs::read_to_string(folder.join("y.zip.002")).expect("a part"), parts[1].display().to_string());
    // Whoever is told to end leaves nothing, and a folder that is not there is not made.
    let stopped = CancellationToken::new();
    stopped.cancel();
    assert!(Beside::bring(&parts, &folder, &stopped).expect("a folder").is_none());
    assert_eq!(there().len(), 4);
    assert!(Beside::bring(&parts, &base.join("missing"), &CancellationToken::new()).is_err());
    assert!(!base.join("missing").exists());
    fs::remove_dir_all(base).expect("tidied");
}

#[test]
fn a_folder_in_use_stays_and_a_leftover_goes() {
    let base = base();
    let used = WorkDir::create(&base).expect("a folder");
    assert_eq!(fs::metadata(used.path()).expect("a folder").permissions().mode() & 0o777, 0o700);
    let left = base.join(format!("vizit-backup-{}", "0123456789abcdef".repeat(2)));
    fs::create_dir(&left).expect("a folder");
    fs::write(left.join("lock"), "").expect("a file");
    fs::write(left.join("part.001"), "x").expect("a file");
    let others = [base.join("vizit-backup-mine"), base.join("else")];
    for folder in &others {
        fs::create_dir(folder).expect("a folder");
    }
    assert_eq!(WorkDir::sweep(&base), 1);
    assert!(used.path().is_dir() && !left.exists() && others.iter().all(|folder| folder.is_dir()));
    let path = used.path().to_owned();
    drop(used);
    assert!(!path.exists());
    fs::remove_dir_all(base).expect("tidied");
}

#[test]
fn too_little_room_is_told_beforehand() {
    let base = base();
    assert!(check_space(&base, 1).is_ok());
    let refusal = check_space(&base, u64::MAX).expect_err("nobody has that").to_string();
    assert!(
        refusal.contains("MB free: make room") && refusal.contains(&base.display().to_string()),
        "{refusal}"
    );
    fs::remove_dir_all(base).expect("tidied");
}

#[test]
fn a_reason_is_one_line_without_details() {
    let said = "pg_restore: while PROCESSING TOC:\npg_restore: error: could not execute query: ERROR:  duplicate key\n\
                DETAIL:  Key (name)=(Ann) already exists.\n";
    assert_eq!(reason(said).as_deref(), Some("could not execute query: ERROR:  duplicate key"));
    assert_eq!(reason("psql:<stdin>:3: ERROR:  no such thing\n").as_deref(), Some("no such thing"));
    assert_eq!(reason("\nSegmentation fault\n").as_deref(), Some("Segmentation fault"));
    assert_eq!(reason(""), None);
}
