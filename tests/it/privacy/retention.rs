//! What is not kept for ever.

use chrono::TimeDelta;

use super::{has_run, number, stands_in};
use crate::harness::{ADMIN, ANNA, World, run, run_with_backups};

/// Goes on so far, and lets what has become too old be removed.
async fn later(t: &World, by: TimeDelta) {
    t.advance(by);
    has_run(t, "inbox_cleanup").await;
    t.settle().await;
}

#[test]
fn strangers_are_not_remembered_and_those_who_are_somebody_are() {
    run(async |t| {
        let anna = t.person(ANNA, "Anna");
        anna.says("/today").await;
        let olga = t.person(ADMIN, "Olga");
        olga.says("/today").await;
        let ann = t.client("Ann").await;
        let cy = t.stranger("Zyxcy", "en");
        cy.says("/start").await;
        later(t, TimeDelta::days(29)).await;
        assert!(!stands_in(t, "Zyxcy").await.is_empty());
        // Whoever comes back meanwhile is not forgotten in front of the door.
        let dee = t.stranger("Zyxdee", "en");
        dee.says("/start").await;
        later(t, TimeDelta::days(2)).await;
        let gone = cy.id.to_string();
        assert_eq!(stands_in(t, "Zyxcy").await, Vec::<String>::new());
        assert_eq!(stands_in(t, &gone).await, Vec::<String>::new());
        assert!(!stands_in(t, "Zyxdee").await.is_empty());
        assert_eq!(number(t, "SELECT count(*) FROM clients").await, 4, "Ann, Dee and the staff");
        cy.says("/start").await;
        cy.sees("Hello, and welcome!");
        ann.says("/start").await;
        ann.sees("What would you like to do?");
    });
}

#[test]
fn an_old_conversation_begins_anew_at_home() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.says("/privacy").await;
        later(t, TimeDelta::days(179)).await;
        assert_eq!(number(t, "SELECT count(*) FROM conversations").await, 1);
        later(t, TimeDelta::days(2)).await;
        assert_eq!(number(t, "SELECT count(*) FROM conversations").await, 0);
        ann.taps("Show me all of it").await;
        ann.sees("What would you like to do?");
    });
}

#[test]
fn who_has_looked_at_whom_is_known_for_a_year() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.books(&["Massage"], "Anna", "26", "10:00").await;
        let anna = t.person(ANNA, "Anna");
        anna.says("/day 2026-11-26").await;
        anna.taps("10:00").await;
        later(t, TimeDelta::days(364)).await;
        assert_eq!(number(t, "SELECT count(*) FROM client_views").await, 1);
        later(t, TimeDelta::days(2)).await;
        assert_eq!(number(t, "SELECT count(*) FROM client_views").await, 0);
    });
}

/// However long an admin has had nothing to say to the bot.
#[test]
fn the_nightly_backup_goes_on_without_a_conversation() {
    run_with_backups(async |t| {
        let olga = t.person(ADMIN, "Olga");
        olga.says("/start").await;
        olga.waits_for("restored and compared").await;
        sqlx::query("DELETE FROM conversations").execute(&t.pool).await.expect("none");
        t.advance(TimeDelta::days(1));
        let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(30);
        while number(t, "SELECT count(*) FROM backups WHERE state = 'done'").await < 2 {
            assert!(tokio::time::Instant::now() < deadline, "there is no second one");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    });
}
