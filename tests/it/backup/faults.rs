//! Archives that are not whole, not ours or not to be read: one clear line, and nothing has changed.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use vizit::backup::{
    archive::{self, Manifest},
    parts::PartWriter,
};

use super::support::{Folder, PASSPHRASE, back_up, checksums, now, restore, restore_with};
use crate::harness::{Database, program::vizit, run};

/// What happens to the parts.
type Damage = &'static dyn Fn(&[PathBuf]);

/// A copy of the parts that can be spoilt.
fn copied(parts: &[PathBuf], to: &Path) -> Vec<PathBuf> {
    drop(fs::remove_dir_all(to));
    fs::create_dir_all(to).expect("a folder");
    let copies = parts.iter().map(|part| {
        let copy = to.join(part.file_name().expect("a name"));
        fs::copy(part, &copy).expect("a copy");
        copy
    });
    copies.collect()
}

fn shortened(file: &Path, by: u64) {
    let open = fs::OpenOptions::new().write(true).open(file).expect("a file");
    let bytes = open.metadata().expect("a file").len();
    open.set_len(bytes - by).expect("shorter");
}

fn flipped(file: &Path) {
    let mut bytes = fs::read(file).expect("a file");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(file, bytes).expect("a file");
}

#[test]
fn what_is_missing_or_damaged_is_named_and_nothing_is_restored() {
    run(async |t| {
        t.stop().await;
        let folder = Folder::new();
        assert!(back_up(t.database.url(), &folder, &["--part-bytes", "30000"]).await.0);
        let parts = folder.backup();
        assert!(parts.len() > 3, "{parts:?}");
        let empty = Database::empty().await;
        let spoilt = folder.path.join("spoilt");

        let without = |missing: usize| {
            let mut files = parts.clone();
            files.remove(missing);
            files
        };
        let with = |spoil: &dyn Fn(&[PathBuf])| {
            let files = copied(&parts, &spoilt);
            spoil(&files);
            files
        };
        let last = parts.len() - 1;
        for (fault, files) in [
            ("part 001 is missing", without(0)),
            ("part 003 is missing", without(2)),
            ("the archive ends too early", without(last)),
            ("part 002 was given twice", [parts.clone(), vec![parts[1].clone()]].concat()),
        ] {
            let (well, said) = restore(empty.url(), &folder, &files, &[]).await;
            assert!(!well && said.contains(&format!("vizit: {fault}")), "{fault:?} is not in:\n{said}");
            assert_eq!(said.trim().lines().count(), 1, "{said}");
        }
        let damages: [(&str, Damage); 6] = [
            ("the archive is damaged", &|files| flipped(&files[1])),
            ("the archive is damaged", &|files| flipped(&files[0])),
            ("part 002 has another size", &|files| shortened(&files[1], 10)),
            ("the archive ends too early", &|files| shortened(&files[files.len() - 1], 10)),
            ("the archive is not a backup of Vizit", &|files| {
                fs::write(&files[0], vec![7; 30000]).expect("a file");
            }),
            ("cannot be read", &|files| fs::remove_file(&files[1]).expect("gone")),
        ];
        for (fault, spoil) in damages {
            let (well, said) = restore(empty.url(), &folder, &with(spoil), &[]).await;
            assert!(!well && said.contains(fault), "{fault:?} is not in:\n{said}");
            assert_eq!(said.trim().lines().count(), 1, "{said}");
        }
        // Even by force nothing changes before the archive is known to be good.
        let before = checksums(t.database.url()).await;
        let (well, said) =
            restore(t.database.url(), &folder, &with(&|files| flipped(&files[2])), &["--force"]).await;
        assert!(!well && said.contains("the archive is damaged"), "{said}");
        assert_eq!(checksums(t.database.url()).await, before);
        assert!(checksums(empty.url()).await.is_empty());
        assert_eq!(folder.work(), Vec::<String>::new());
        empty.remove().await;
    });
}

#[test]
fn a_single_file_may_have_any_name_but_must_be_whole_and_ours() {
    run(async |t| {
        t.stop().await;
        let folder = Folder::new();
        assert!(back_up(t.database.url(), &folder, &[]).await.0);
        let renamed = folder.path.join("download (1)");
        fs::copy(&folder.backup()[0], &renamed).expect("a copy");
        let empty = Database::empty().await;
        let one = std::slice::from_ref(&renamed);

        for (passphrase, fault) in [
            ("another passphrase than that", "the passphrase is not the one of this backup"),
            ("", "the archive is encrypted: BACKUP_PASSPHRASE is missing"),
        ] {
            let (well, said) = restore_with(passphrase, empty.url(), &folder, one, &[]).await;
            assert!(!well && said.contains(fault), "{said}");
        }

        let foreign = folder.path.join("foreign.zip");
        let mut zip = zip::ZipWriter::new(fs::File::create(&foreign).expect("a file"));
        zip.start_file("notes.txt", zip::write::SimpleFileOptions::default()).expect("an entry");
        zip.write_all(b"something else").expect("a text");
        zip.finish().expect("an archive");
        let text = folder.path.join("text.zip");
        fs::write(&text, "no archive at all").expect("a file");
        let nothing = folder.path.join("nothing.zip");
        fs::write(&nothing, "").expect("a file");
        for file in [foreign, text, nothing] {
            let (well, said) = restore(empty.url(), &folder, &[file], &[]).await;
            assert!(!well && said.contains("vizit: the archive is not a backup of Vizit"), "{said}");
        }

        let newer = folder.path.join("newer");
        fs::create_dir(&newer).expect("a folder");
        let manifest = Manifest::new(now(), 15, 9999, 1, Vec::new());
        let passphrase = PASSPHRASE.to_owned().into();
        let made =
            archive::write(&b"PGDMP"[..], PartWriter::new(&newer, 1_000_000), &manifest, Some(&passphrase));
        let (well, said) =
            restore(empty.url(), &folder, &[made.expect("an archive").parts[0].path.clone()], &[]).await;
        assert!(!well && said.contains("the backup is of a newer version of Vizit"), "{said}");

        shortened(&renamed, 40_000);
        let (well, said) = restore(empty.url(), &folder, one, &[]).await;
        assert!(!well && said.contains("the archive ends too early"), "{said}");
        assert!(checksums(empty.url()).await.is_empty());
        empty.remove().await;
    });
}

#[test]
fn without_a_good_passphrase_there_is_no_backup_unless_it_is_to_be_plain() {
    run(async |t| {
        t.stop().await;
        let folder = Folder::new();
        let (to, work) = (folder.at("to"), folder.at("work"));
        let arguments = ["backup", "--to", &to, "--work", &work];
        for (passphrase, fault) in [
            ("", "vizit: BACKUP_PASSPHRASE is missing"),
            ("hush-hush", "vizit: BACKUP_PASSPHRASE is too short"),
            ("hushhushhushhushhush", "vizit: BACKUP_PASSPHRASE is easily guessed"),
        ] {
            let variables = [("DATABASE_URL", t.database.url()), ("BACKUP_PASSPHRASE", passphrase)];
            let (well, said) = vizit(&arguments, &variables).await;
            assert!(!well && said.contains(fault) && !said.contains("hushh"), "{said}");
            assert_eq!(said.trim().lines().count(), 1, "{said}");
            assert!(!folder.path.join("to").exists());
        }
        let plain = [arguments.as_slice(), &["--plain"]].concat();
        let (well, said) = vizit(&plain, &[("DATABASE_URL", t.database.url())]).await;
        assert!(well && said.contains("is proven") && said.contains("NOT ENCRYPTED"), "{said}");
        let other = Database::empty().await;
        let (well, said) = restore_with("", other.url(), &folder, &folder.backup(), &[]).await;
        assert!(well, "{said}");
        assert_eq!(checksums(t.database.url()).await, checksums(other.url()).await);
        other.remove().await;
    });
}
