//! Whoever makes backups for the bot: how it lets go of one, what it calls them, and what it writes down.

use std::{fs, path::Path, time::Duration};

use chrono::TimeDelta;
use tokio::time::{sleep, timeout};
use vizit_sandbox::{Fault, FaultKind};

use super::{
    delivery::{over, staff},
    support::{Folder, Maker, SLOW, execute, listed, major, restore, scratches},
};
use crate::harness::{ADMIN, Database, World, run};

fn fails(t: &World, kind: FaultKind, times: u32, after: u32) {
    t.sandbox.telegram().add_fault(Fault {
        method: Some("sendDocument".to_owned()),
        chat: None,
        kind,
        times,
        after,
    });
}

/// The names of documents, and how often each came.
fn documents(t: &World, person: i64) -> Vec<String> {
    let person = t.person(person, "Olga");
    person.documents().into_iter().filter(|name| name.starts_with("vizit-20")).collect()
}

async fn exists(file: &Path) {
    let waited = timeout(Duration::from_secs(30), async {
        while !file.exists() {
            sleep(Duration::from_millis(5)).await;
        }
    });
    waited.await.unwrap_or_else(|_| panic!("{} does not appear", file.display()));
}

/// The scratch database that the slow program was to restore into.
fn scratch_of(folder: &Folder) -> String {
    let arguments = fs::read_to_string(folder.path.join("began")).expect("the arguments");
    let (_, name) = arguments.split_once("dbname='").expect("a database");
    name.split('\'').next().expect("a name").to_owned()
}

async fn state(t: &World) -> (String, i32) {
    sqlx::query_as("SELECT state::text, attempts FROM backups ORDER BY id DESC LIMIT 1")
        .fetch_one(&t.pool)
        .await
        .expect("a backup")
}

#[test]
fn whoever_loses_a_backup_to_another_tidies_up_behind_itself() {
    run(async |t| {
        staff(t).await;
        let folder = Folder::new();
        folder.instead_of("pg_restore", major(t).await, SLOW);
        let maker = Maker::start(t, &folder, |_| {});
        exists(&folder.path.join("began")).await;
        let scratch = scratch_of(&folder);
        assert!(scratches(&t.pool).await.contains(&scratch) && !folder.work().is_empty());
        execute(
            &t.pool,
            "UPDATE backups SET lease_id = gen_random_uuid(), lease_until = '2100-01-01'".to_owned(),
        )
        .await;
        let tidied = timeout(Duration::from_secs(40), async {
            while scratches(&t.pool).await.contains(&scratch) || !folder.work().is_empty() {
                sleep(Duration::from_millis(50)).await;
            }
        });
        tidied.await.expect("the scratch database and the folder are gone");
        assert_eq!(state(t).await, ("running".to_owned(), 1), "it is the other one's");
        assert_eq!(documents(t, ADMIN).len(), 0);
        maker.stop().await;
    });
}

#[test]
fn the_end_of_the_program_leaves_nothing_but_the_wish() {
    run(async |t| {
        staff(t).await;
        let major = major(t).await;
        for program in ["pg_dump", "pg_restore"] {
            let folder = Folder::new();
            folder.instead_of(program, major, SLOW);
            let maker = Maker::start(t, &folder, |_| {});
            exists(&folder.path.join("began")).await;
            maker.stop().await;
            assert!(folder.work().is_empty());
            if program == "pg_restore" {
                assert!(!scratches(&t.pool).await.contains(&scratch_of(&folder)));
            }
            assert_eq!(state(t).await, ("asked".to_owned(), 0));
        }
        let folder = Folder::new();
        let maker = Maker::start(t, &folder, |_| {});
        over(t, 1).await;
        assert_eq!(documents(t, ADMIN).len(), 1);
        maker.stop().await;
    });
}

#[test]
fn a_name_that_is_taken_is_no_reason_to_have_no_backup() {
    run(async |t| {
        t.expects_errors();
        t.expects_refusals();
        staff(t).await;
        let folder = Folder::new();
        let to = folder.path.join("to");
        fs::create_dir(&to).expect("a folder");
        let foreign = to.join("vizit-2026-11-23T08-00-00Z.zip");
        fs::write(&foreign, "of somebody else").expect("a file");
        let with_copies = |setup: &mut vizit::services::backup::Setup| setup.to = Some(to.clone());
        // The clock stands still: all of them are of one second.
        let maker = Maker::start(t, &folder, with_copies);
        over(t, 1).await;
        assert_eq!(documents(t, ADMIN), ["vizit-2026-11-23T08-00-00Z-2.zip"]);
        let sent = t.person(ADMIN, "Olga").file().1;
        assert!(fs::read(to.join("vizit-2026-11-23T08-00-00Z-2.zip")).expect("a copy") == sent);
        // The copy is there, and the program ends before anything is delivered.
        fails(t, FaultKind::ServerError { status: 502 }, 1000, 0);
        t.wish(None).await;
        exists(&to.join("vizit-2026-11-23T08-00-00Z-3.zip")).await;
        maker.stop().await;
        t.sandbox.telegram().clear_faults();
        let maker = Maker::start(t, &folder, with_copies);
        over(t, 2).await;
        assert_eq!(documents(t, ADMIN).last().map(String::as_str), Some("vizit-2026-11-23T08-00-00Z-4.zip"));
        maker.stop().await;
        assert_eq!(fs::read_to_string(&foreign).expect("a file"), "of somebody else");
        assert_eq!(listed(&to).len(), 4, "nothing but backups: {:?}", listed(&to));
        assert!(folder.work().is_empty());
    });
}

/// Each part comes at least once, whatever happens to it; together they can be restored.
#[test]
fn parts_come_through_floods_errors_and_lost_answers() {
    run(async |t| {
        t.expects_errors();
        t.expects_refusals();
        staff(t).await;
        let folder = Folder::new();
        fails(t, FaultKind::AnswerLost, 1, 1);
        fails(t, FaultKind::TooManyRequests { retry_after: 1 }, 1, 2);
        fails(t, FaultKind::ServerError { status: 500 }, 1, 3);
        let maker = Maker::start(t, &folder, |setup| setup.part_bytes = 40_000);
        over(t, 1).await;
        maker.stop().await;
        let came = documents(t, ADMIN);
        let mut names = came.clone();
        names.dedup();
        assert!(names.len() > 2 && came.len() == names.len() + 1, "one of them twice: {came:?}");
        let parts: i32 =
            sqlx::query_scalar("SELECT parts FROM backups").fetch_one(&t.pool).await.expect("a count");
        assert_eq!(usize::try_from(parts), Ok(names.len()));
        let olga = t.person(ADMIN, "Olga");
        let files = names.iter().map(|name| {
            let file = folder.path.join(name);
            fs::write(&file, olga.file_named(name).1).expect("a part");
            file
        });
        let files: Vec<_> = files.collect();
        let empty = Database::empty().await;
        let (well, said) = restore(empty.url(), &folder, &files, &[]).await;
        assert!(well, "{said}");
        empty.remove().await;
        assert!(folder.work().is_empty());
    });
}

/// The database is away when the last part has just arrived.
#[test]
fn what_has_arrived_is_written_down_and_not_sent_again() {
    run(async |t| {
        staff(t).await;
        let folder = Folder::new();
        execute(
            &t.pool,
            "CREATE FUNCTION is_away() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'away'; END $$; \
             CREATE TRIGGER away BEFORE UPDATE ON backups FOR EACH ROW WHEN (NEW.state = 'done') \
                 EXECUTE FUNCTION is_away()"
                .to_owned(),
        )
        .await;
        let maker = Maker::start(t, &folder, |_| {});
        let arrived = timeout(Duration::from_secs(30), async {
            while documents(t, ADMIN).is_empty() {
                sleep(Duration::from_millis(20)).await;
            }
        });
        arrived.await.expect("it arrives");
        sleep(Duration::from_secs(3)).await;
        assert_eq!(state(t).await.0, "running");
        execute(&t.pool, "DROP TRIGGER away ON backups".to_owned()).await;
        over(t, 1).await;
        assert_eq!((state(t).await, documents(t, ADMIN).len()), (("done".to_owned(), 1), 1));
        maker.stop().await;
    });
}

#[test]
fn a_night_without_telegram_makes_a_backup_late_and_not_young() {
    run(async |t| {
        t.expects_errors();
        t.expects_refusals();
        let (olga, ..) = staff(t).await;
        let folder = Folder::new();
        let maker = Maker::start(t, &folder, |_| {});
        over(t, 1).await;
        // Nothing at all is answered from the evening on; 03:30 in Berlin is when it is due.
        let down = Fault {
            method: None,
            chat: None,
            kind: FaultKind::ServerError { status: 502 },
            times: 1_000_000,
            after: 0,
        };
        t.sandbox.telegram().add_fault(down);
        t.advance(TimeDelta::minutes(18 * 60 + 31));
        let taken_at = t.sandbox.clock().now();
        let refused = || {
            let calls = t.sandbox.telegram().calls();
            calls.iter().filter(|call| call.method == "sendDocument" && call.status >= 500).count()
        };
        let tried = timeout(Duration::from_mins(1), async {
            while refused() < 2 {
                sleep(Duration::from_millis(50)).await;
            }
        });
        tried.await.expect("it is tried again and again");
        t.advance(TimeDelta::hours(20));
        t.sandbox.telegram().clear_faults();
        over(t, 2).await;
        assert_eq!(documents(t, ADMIN).len(), 2);
        olga.says("/backups").await;
        assert_eq!(olga.labels().iter().filter(|label| label.contains("🔎")).count(), 2);
        maker.stop().await;
        let mut conn = t.pool.acquire().await.expect("a connection");
        let last = vizit::services::backup::last_good(&mut conn, &t.services()).await.expect("a backup");
        assert_eq!(last, Some(taken_at));
        assert!(folder.work().is_empty());
    });
}

#[test]
fn an_admin_who_blocks_the_bot_gets_none_until_they_are_back() {
    run(async |t| {
        t.expects_errors();
        t.expects_refusals();
        let (olga, ..) = staff(t).await;
        olga.blocks_the_bot(true).await;
        let folder = Folder::new();
        let maker = Maker::start(t, &folder, |_| {});
        over(t, 1).await;
        let error: String =
            sqlx::query_scalar("SELECT error FROM backups").fetch_one(&t.pool).await.expect("the reason");
        assert_eq!(error, "nobody who should get it can be reached");
        assert!(folder.work().is_empty());
        olga.blocks_the_bot(false).await;
        olga.says("/start").await;
        t.wish(None).await;
        over(t, 2).await;
        assert_eq!(documents(t, ADMIN).len(), 1);
        maker.stop().await;
    });
}

#[test]
fn an_archive_that_is_cut_short_reaches_nobody_and_is_told() {
    run(async |t| {
        t.expects_errors();
        let (olga, ..) = staff(t).await;
        let folder = Folder::new();
        folder.instead_of("pg_dump", major(t).await, "REAL \"$@\" | head -c 9000");
        let maker = Maker::start(t, &folder, |_| {});
        over(t, 1).await;
        olga.waits_for("There is no backup of").await;
        olga.sees("the backup is not good: pg_restore refuses it");
        assert_eq!(documents(t, ADMIN).len(), 0);
        assert!(folder.work().is_empty());
        maker.stop().await;
    });
}
