//! Backups that prove themselves: made, joined, restored and compared, on a real PostgreSQL.

mod canaries;
mod delivery;
mod doctor;
mod faults;
mod full;
mod killed;
mod maker;
mod programs;
mod restored;
mod secrets;
pub(crate) mod support;

use std::{fs, io::Read as _};

use sha2::{Digest as _, Sha256};
use sqlx::Connection as _;
use vizit::backup::parts::Joined;

use self::support::{
    Folder, PASSPHRASE, are_dropped, back_up, checksums, restore, scratches, shuffled, visits,
};
use crate::harness::{Database, run};

/// In hexadecimal digits, as `sha256sum` writes it.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

#[test]
fn what_was_backed_up_comes_back_row_by_row() {
    run(async |t| {
        visits(t).await;
        t.stop().await;
        let folder = Folder::new();
        let (well, said) = back_up(t.database.url(), &folder, &[]).await;
        assert!(well && said.contains("is proven"), "{said}");
        let newest = vizit::db::MIGRATOR.iter().map(|migration| migration.version).max().expect("migrations");
        for line in ["  2 public.bookings", "  2 public.clients", &format!("schema {newest}")] {
            assert!(said.contains(line), "{line:?} is not in:\n{said}");
        }
        let files = folder.backup();
        let [file] = files.as_slice() else { panic!("one small file: {files:?}") };
        assert!(file.extension().is_some_and(|ending| ending == "zip"), "{}", file.display());

        let other = Database::empty().await;
        let (well, said) = restore(other.url(), &folder, &files, &[]).await;
        assert!(well && said.contains("as many as were backed up; later migrations applied: 0"), "{said}");
        assert_eq!(checksums(t.database.url()).await, checksums(other.url()).await);
        assert_eq!(folder.work(), Vec::<String>::new());
        other.remove().await;
    });
}

#[test]
fn many_parts_come_back_in_whatever_order_they_are_given() {
    run(async |t| {
        visits(t).await;
        t.stop().await;
        let folder = Folder::new();
        let (well, said) = back_up(t.database.url(), &folder, &["--part-bytes", "3000"]).await;
        assert!(well, "{said}");
        let parts = folder.backup();
        assert!(parts.len() > 20, "{parts:?}");
        for (number, part) in (1..).zip(&parts) {
            assert!(
                part.display().to_string().ends_with(&format!("Z.zip.{number:03}")),
                "{}",
                part.display()
            );
        }

        // As `cat` joins them.
        let whole: Vec<u8> = parts.iter().flat_map(|part| fs::read(part).expect("a part")).collect();
        let sha256 = hex(&Sha256::digest(&whole));
        assert!(said.contains(&format!("sha256 of the whole {sha256}")), "{said}");
        let joined = folder.path.join("joined.zip");
        fs::write(&joined, &whole).expect("a file");
        let mut zip = zip::ZipArchive::new(fs::File::open(&joined).expect("a file")).expect("an archive");
        let entry = zip.by_index_raw(1).expect("the dump");
        assert!(entry.encrypted() && entry.name().is_ok_and(|name| name == "database.dump"));
        drop(entry);
        let mut dump = Vec::new();
        let mut entry = zip.by_name_decrypt("database.dump", PASSPHRASE.as_bytes()).expect("the dump");
        entry.read_to_end(&mut dump).expect("in one piece");
        assert!(dump.starts_with(b"PGDMP"));
        support::opened_by_seven_zip(&joined);
        let mut together = Vec::new();
        Joined::open(&parts).expect("parts").read_to_end(&mut together).expect("parts");
        assert!(together == whole);

        let expected = checksums(t.database.url()).await;
        for files in [shuffled(&parts), vec![joined]] {
            let other = Database::empty().await;
            let (well, said) = restore(other.url(), &folder, &files, &[]).await;
            assert!(well, "{said}");
            assert_eq!(checksums(other.url()).await, expected);
            other.remove().await;
        }
    });
}

#[test]
fn a_database_that_is_not_empty_is_replaced_only_by_force() {
    run(async |t| {
        visits(t).await;
        t.stop().await;
        let folder = Folder::new();
        assert!(back_up(t.database.url(), &folder, &[]).await.0);
        let files = folder.backup();
        let before = checksums(t.database.url()).await;

        sqlx::raw_sql("CREATE TABLE later (id integer); UPDATE clients SET name = 'Another'; CREATE TYPE odd AS ENUM ('a')")
            .execute(&t.pool)
            .await
            .expect("changes");
        let changed = checksums(t.database.url()).await;
        assert_ne!(before, changed);
        let (well, said) = restore(t.database.url(), &folder, &files, &[]).await;
        assert!(
            !well && said.contains("vizit: the database is not empty: restore into an empty one"),
            "{said}"
        );
        assert_eq!(checksums(t.database.url()).await, changed);

        let (well, said) = restore(t.database.url(), &folder, &files, &["--force"]).await;
        assert!(well && said.contains("all that is in the database now is replaced"), "{said}");
        assert_eq!(checksums(t.database.url()).await, before);
        // And what was restored can be backed up again.
        let (well, said) = back_up(t.database.url(), &Folder::new(), &[]).await;
        assert!(well && said.contains("is proven"), "{said}");
    });
}

#[test]
fn a_backup_of_an_earlier_schema_gets_the_later_migrations() {
    run(async |t| {
        let earlier = Database::empty().await;
        let pool = vizit::db::connect(earlier.url(), 1).await.expect("a database");
        vizit::db::MIGRATOR.run(&pool).await.expect("migrated");
        vizit::db::MIGRATOR.undo(&pool, 3).await.expect("one step back");
        pool.close().await;
        let folder = Folder::new();
        let (well, said) = back_up(earlier.url(), &folder, &[]).await;
        assert!(well && said.contains("schema 3"), "{said}");
        let other = Database::empty().await;
        let (well, said) = restore(other.url(), &folder, &folder.backup(), &[]).await;
        let ups = vizit::db::MIGRATOR.iter().filter(|migration| migration.migration_type.is_up_migration());
        let later = ups.filter(|migration| migration.version > 3).count();
        assert!(well && said.contains(&format!("later migrations applied: {later}")), "{said}");
        assert_eq!(
            checksums(other.url()).await.keys().collect::<Vec<_>>(),
            checksums(t.database.url()).await.keys().collect::<Vec<_>>()
        );
        other.remove().await;
        earlier.remove().await;
    });
}

#[test]
fn scratch_databases_go_and_so_do_those_that_a_crash_has_left() {
    run(async |t| {
        let (folder, other) = (Folder::new(), Database::empty().await);
        // With its age, and the number of the database that it is for.
        let name = |age: i64, number: i64| {
            let made = support::now().timestamp() - age;
            let random = uuid::Uuid::new_v4().simple().to_string();
            format!("vizit_proof_{made:08x}{}{number:08x}", &random[..8])
        };
        let number = "SELECT oid::bigint FROM pg_database WHERE datname = current_database()";
        let mut held = sqlx::PgConnection::connect(other.url()).await.expect("a database");
        let theirs: i64 = sqlx::query_scalar(number).fetch_one(&mut held).await.expect("a number");
        let ours: i64 = sqlx::query_scalar(number).fetch_one(&t.pool).await.expect("a number");
        // There is a backup of the other database at work.
        sqlx::raw_sql("SELECT pg_advisory_lock(x'76697a6974'::bigint)")
            .execute(&mut held)
            .await
            .expect("the lock");
        let (old, recent, own, at_work) =
            (name(2 * 86_400, 1), name(3_600, 1), name(60, ours), name(2 * 86_400, theirs));
        for name in [&old, &recent, &own, &at_work] {
            support::execute(&t.pool, format!("CREATE DATABASE {name}")).await;
        }
        assert!(back_up(t.database.url(), &folder, &[]).await.0);
        let left = scratches(&t.pool).await;
        assert!(!left.contains(&old) && !left.contains(&own), "{left:?}");
        assert!(left.contains(&recent) && left.contains(&at_work), "{left:?}");
        for name in [&recent, &at_work] {
            support::execute(&t.pool, format!("DROP DATABASE {name}")).await;
        }
        drop(held);
        other.remove().await;
        are_dropped(&t.pool, &left).await;
    });
}
