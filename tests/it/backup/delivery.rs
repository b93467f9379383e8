//! Backups on their way: every night, on demand, and through whatever Telegram and the machine do meanwhile.

use chrono::TimeDelta;
use vizit::telegram::Callback;
use vizit_sandbox::{Fault, FaultKind};

use super::support::{Folder, checksums, restore};
use crate::harness::{
    ADMIN, ANNA, Database, Person, SECOND_ADMIN, VERA, World, run, run_with_backups, run_with_backups_for_two,
};

/// Waits until so many backups are over, and the bot has nothing left to do.
pub(super) async fn over(t: &World, count: i64) {
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_mins(1);
    let over = "SELECT count(*) FROM backups WHERE state IN ('done', 'failed')";
    while sqlx::query_scalar::<_, i64>(over).fetch_one(&t.pool).await.expect("a count") < count {
        assert!(tokio::time::Instant::now() < deadline, "fewer than {count} backups are over");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    t.settle().await;
}

/// Waits until the bot has looked, by its clock of now, for what is due: whoever makes backups looks every second.
async fn looked(t: &World) {
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
    let watched = "SELECT EXISTS (SELECT FROM jobs WHERE name = 'backup_watch' AND succeeded_at >= $1)";
    let now = t.sandbox.clock().now();
    while !sqlx::query_scalar::<_, bool>(watched).bind(now).fetch_one(&t.pool).await.expect("the job") {
        assert!(tokio::time::Instant::now() < deadline, "nobody looks for old backups");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    t.settle().await;
}

/// Backups of which there is a word.
async fn wanted(t: &World) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM backups").fetch_one(&t.pool).await.expect("a count")
}

pub(super) async fn staff(t: &World) -> (Person, Person, Person) {
    let (olga, vera, anna) = (t.person(ADMIN, "Olga"), t.person(VERA, "Vera"), t.person(ANNA, "Anna"));
    for person in [&olga, &vera, &anna] {
        person.says("/start").await;
    }
    (olga, vera, anna)
}

fn fails(t: &World, kind: FaultKind, times: u32) {
    t.sandbox.telegram().add_fault(Fault {
        method: Some("sendDocument".to_owned()),
        chat: None,
        kind,
        times,
        after: 0,
    });
}

/// Documents whose name is a backup's.
fn backups(person: &Person) -> usize {
    person.documents().iter().filter(|name| name.starts_with("vizit-20")).count()
}

/// Backups that the list leads to.
fn found(person: &Person) -> usize {
    person.labels().iter().filter(|label| label.contains("🔎")).count()
}

#[test]
fn every_night_a_proven_backup_comes_to_the_admin_and_can_be_restored() {
    run_with_backups(async |t| {
        let (olga, vera, _) = staff(t).await;
        // The first one comes as soon as there is somebody to get it.
        over(t, 1).await;
        let before = backups(&olga);
        assert_eq!(before, 1);
        let ann = t.client("Ann").await;
        ann.books(&["Massage"], "Anna", "26", "09:00").await;
        // 03:30 in Berlin; now it is 09:00 there.
        t.advance(TimeDelta::minutes(18 * 60 + 29));
        looked(t).await;
        assert_eq!(wanted(t).await, 1, "a minute too early");
        t.advance(TimeDelta::minutes(2));
        over(t, 2).await;
        let caption = olga.message("A backup, restored and compared").text;
        assert!(caption.contains("Part 1 of 1, sha256") && caption.contains("bookings 1"), "{caption}");
        assert_eq!((backups(&olga), backups(&vera)), (before + 1, 0));
        let (name, archive) = olga.file();
        t.stop().await;
        let folder = Folder::new();
        let file = folder.path.join(&name);
        std::fs::write(&file, archive).expect("the file");
        let other = Database::empty().await;
        let (well, said) = restore(other.url(), &folder, &[file], &[]).await;
        assert!(well, "{said}");
        let (before, after) = (checksums(t.database.url()).await, checksums(other.url()).await);
        for table in ["public.bookings", "public.clients", "public.booking_items", "public.masters"] {
            assert_eq!(before.get(table), after.get(table), "{table}");
        }
        other.remove().await;
    });
}

#[test]
fn a_therapist_gets_one_on_demand_and_nobody_else_does() {
    run_with_backups(async |t| {
        let (olga, vera, anna) = staff(t).await;
        over(t, 1).await;
        let before = backups(&olga);
        let ann = t.client("Ann").await;
        for person in [&anna, &ann] {
            person.says("/backup").await;
            person.sees("for the staff");
        }
        vera.says("/backup").await;
        over(t, 2).await;
        vera.waits_for("Here is the backup.").await;
        assert_eq!((backups(&vera), backups(&olga)), (1, before));
        assert_eq!(vera.heard("The backup is being written"), 0, "one message that changes");
        vera.says("/backups").await;
        vera.sees("restored and compared");
        vera.taps("🔎").await;
        vera.waits_for("⬆️ The backup of").await;
        olga.says("/backups").await;
        olga.sees_button("Back up now");
        assert_eq!(
            olga.labels().iter().filter(|label| label.contains("🔎")).count(),
            2,
            "theirs and the night's"
        );
        // What somebody else got is not to be found by a forged button.
        let theirs = Callback::decode(&vera.button("🔎").1).expect("a button").action;
        let (message, own) = olga.button("🔎");
        let rev = Callback::decode(&own).expect("a button").rev;
        olga.taps_data(message, &Callback { action: theirs, rev }.encode()).await;
        assert!(olga.toast().is_some());
        assert_eq!(olga.heard("⬆️ The backup of"), 0);
    });
}

/// A wish that was left behind, or came back out of a backup, gives nobody what they may not have now.
#[test]
fn whoever_may_not_have_a_backup_any_more_gets_none() {
    run_with_backups(async |t| {
        let (olga, _, anna) = staff(t).await;
        over(t, 1).await;
        let before = backups(&olga);
        let wish = "INSERT INTO backups (asked_by, asked_at, state, state_at) VALUES ($1, $2, 'asked', $2)";
        let now = t.sandbox.clock().now();
        sqlx::query(wish).bind(anna.id).bind(now).execute(&t.pool).await.expect("an old wish");
        over(t, 2).await;
        olga.says("/backups").await;
        olga.sees("may not have it any more");
        assert_eq!((backups(&anna), backups(&olga)), (0, before));
        assert_eq!(anna.heard("There is no backup of"), 0);
    });
}

#[test]
fn one_at_a_time_and_the_second_is_told_so() {
    run_with_backups(async |t| {
        t.expects_errors();
        t.expects_refusals();
        let (olga, vera, _) = staff(t).await;
        over(t, 1).await;
        let before = backups(&olga);
        fails(t, FaultKind::ServerError { status: 502 }, 1);
        vera.says_without_waiting("/backup");
        vera.waits_for("is on its way").await;
        olga.says_without_waiting("/backup");
        olga.waits_for("One is being made already").await;
        olga.sees("running since");
        over(t, 2).await;
        assert_eq!((backups(&vera), backups(&olga)), (1, before));
    });
}

/// Telegram refuses, is silent, and has taken it all the same; it comes in the end, and nothing is left on the disk.
#[test]
fn it_is_tried_until_telegram_has_it() {
    run_with_backups(async |t| {
        t.expects_errors();
        t.expects_refusals();
        let (olga, _, _) = staff(t).await;
        over(t, 1).await;
        fails(t, FaultKind::ServerError { status: 502 }, 1);
        fails(t, FaultKind::TooManyRequests { retry_after: 1 }, 1);
        fails(t, FaultKind::AnswerLost, 1);
        let before = backups(&olga);
        olga.says("/backup").await;
        over(t, 2).await;
        assert_eq!(backups(&olga), before + 2, "once with its answer lost, and once more");
        olga.says("/backups").await;
        assert_eq!(found(&olga), before + 1);
    });
}

#[test]
fn one_admin_whom_it_cannot_be_sent_does_not_keep_it_from_the_others() {
    run_with_backups_for_two(async |t| {
        t.expects_errors();
        t.expects_refusals();
        t.sandbox.telegram().add_fault(Fault {
            method: Some("sendDocument".to_owned()),
            chat: Some(SECOND_ADMIN),
            kind: FaultKind::Forbidden { description: "Bad Request: nothing that is known".to_owned() },
            times: 100,
            after: 0,
        });
        let otto = t.person(SECOND_ADMIN, "Otto");
        let olga = t.person(ADMIN, "Olga");
        otto.says("/start").await;
        over(t, 1).await;
        otto.waits_for("There is no backup of").await;
        olga.says("/start").await;
        t.advance(TimeDelta::days(1));
        over(t, 2).await;
        assert_eq!((backups(&olga), backups(&otto)), (1, 0));
        olga.says("/backups").await;
        olga.sees("restored and compared");
    });
}

/// The program ends while a backup is on its way; the next one makes it anew.
#[test]
fn an_end_in_the_middle_loses_no_backup() {
    run_with_backups(async |t| {
        t.expects_errors();
        t.expects_refusals();
        let (olga, _, _) = staff(t).await;
        over(t, 1).await;
        let before = backups(&olga);
        fails(t, FaultKind::ServerError { status: 502 }, 100);
        olga.says_without_waiting("/backup");
        olga.waits_for("is on its way").await;
        t.stop().await;
        t.sandbox.telegram().clear_faults();
        assert_eq!(backups(&olga), before);
        t.start().await;
        over(t, 2).await;
        assert_eq!(backups(&olga), before + 1);
    });
}

#[test]
fn a_failure_is_told_with_its_reason_and_an_old_backup_every_morning() {
    run_with_backups(async |t| {
        t.expects_errors();
        let (olga, _, _) = staff(t).await;
        over(t, 1).await;
        olga.says("/backup").await;
        over(t, 2).await;
        // From now on what is dumped does not come back: a rule asks for a table that is restored after it.
        sqlx::raw_sql(
            "SET check_function_bodies = off; \
             CREATE FUNCTION asks(int) RETURNS boolean LANGUAGE sql AS 'SELECT count(*) >= 0 FROM zoo'; \
             CREATE TABLE zoo (id int); CREATE TABLE ark (id int CHECK (asks(id))); INSERT INTO ark VALUES (1); \
             DROP TABLE zoo",
        )
        .execute(&t.pool)
        .await
        .expect("a database that does not come back");
        olga.says("/backup").await;
        over(t, 3).await;
        olga.waits_for("There is no backup of").await;
        olga.says("/backups").await;
        olga.sees("❌");
        // Too old from the next noon on, and told once a day.
        for (hours, told) in [(3, 0), (24, 1), (1, 1), (23, 2)] {
            t.advance(TimeDelta::hours(hours));
            looked(t).await;
            let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(10);
            while olga.heard("The last good backup is too old") < told {
                assert!(tokio::time::Instant::now() < deadline, "it is not told");
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            t.settle().await;
            assert_eq!(olga.heard("The last good backup is too old"), told);
        }
    });
}

#[test]
fn without_a_passphrase_there_are_none_and_it_is_said() {
    run(async |t| {
        let (olga, _, _) = staff(t).await;
        olga.says("/backup").await;
        assert_eq!(olga.toast(), None);
        olga.sees("BACKUP_PASSPHRASE is not set");
        t.advance(TimeDelta::days(3));
        looked(t).await;
        assert_eq!((wanted(t).await, olga.heard("too old")), (0, 0));
    });
}
