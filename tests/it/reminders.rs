//! Reminders come at the right instants, with buttons that work, and go with their visit.

use chrono::{DateTime, TimeDelta, Utc};
use vizit_sandbox::{Fault, FaultKind};

use crate::harness::{ANNA, Person, STUDIO, World, run};

async fn planned(t: &World) -> Vec<DateTime<Utc>> {
    sqlx::query_scalar("SELECT send_at FROM reminders WHERE state = 'planned' ORDER BY send_at")
        .fetch_all(&t.pool)
        .await
        .expect("the reminders")
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

/// Moves the clock there and lets the bot do what is due.
async fn comes(t: &World, instant: &str) {
    let by = at(instant) - t.sandbox.clock().now();
    t.advance(by);
    t.settle().await;
}

#[test]
fn a_visit_is_reminded_of_a_day_and_three_hours_before() {
    run(async |t| {
        let anna = t.person(ANNA, "Anna");
        anna.says("/start").await;
        let ann = t.client("Ann").await;
        ann.books(&["Massage"], "Anna", "26", "10:00").await;
        comes(t, "2026-11-25T08:59:59Z").await;
        assert_eq!(ann.heard("🔔 Your visit is"), 0);
        comes(t, "2026-11-25T09:00:00Z").await;
        ann.sees("🔔 Your visit is tomorrow at 10:00");
        let labels = ann.labels_below("🔔 Your visit is");
        assert!(labels.iter().any(|label| label.contains("I'm coming")), "{labels:?}");
        assert!(!labels.iter().any(|label| label.contains("Cancel")), "it is too late for that: {labels:?}");
        ann.taps("I'm coming").await;
        assert_eq!(ann.toast().as_deref(), Some("See you then!"));
        assert_eq!(ann.heard("✅ You are coming"), 1, "the reminder itself says so");
        anna.says("/day 2026-11-26").await;
        anna.sees_button("✅ 10:00–11:00 · Ann");
        comes(t, "2026-11-26T06:00:00Z").await;
        ann.sees("🔔 Your visit is today at 10:00");
        ann.taps("I'm late").await;
        ann.taps("15 min").await;
        anna.sees("The client will be 15 min late");
        assert_eq!(ann.heard("🏃 You said: 15 min late"), 2, "the screen and the card");
    });
}

#[test]
fn reminders_move_and_go_with_their_visit() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.books(&["Massage"], "Anna", "26", "10:00").await;
        assert_eq!(planned(t).await, [at("2026-11-25T09:00:00Z"), at("2026-11-26T06:00:00Z")]);
        ann.taps("Move the visit").await;
        ann.taps_exactly("27").await;
        ann.taps_exactly("12:00").await;
        ann.taps("Move it").await;
        assert_eq!(planned(t).await, [at("2026-11-26T11:00:00Z"), at("2026-11-27T08:00:00Z")]);
        ann.taps("Cancel the visit").await;
        ann.taps("Yes, cancel it").await;
        assert!(planned(t).await.is_empty());
        comes(t, "2026-11-28T08:00:00Z").await;
        assert_eq!(ann.heard("🔔 Your visit is"), 0);
    });
}

#[test]
fn leads_are_the_services_or_else_the_locations() {
    run(async |t| {
        let catalog = STUDIO
            .replace("cancel_notice = \"24 h\"", "cancel_notice = \"24 h\"\nreminders = [\"2 h\"]")
            .replace("key = \"talk\"", "key = \"talk\"\nreminders = [\"1 day\", \"30 min\"]");
        t.offers(&catalog).await;
        let ann = t.client("Ann").await;
        ann.books(&["Massage"], "Anna", "26", "10:00").await;
        assert_eq!(planned(t).await, [at("2026-11-26T07:00:00Z")]);
        let bob = t.client("Bob").await;
        bob.books(&["Therapy"], "Vera", "26", "11:00").await;
        let all = planned(t).await;
        assert_eq!(all, ["2026-11-25T10:00:00Z", "2026-11-26T07:00:00Z", "2026-11-26T09:30:00Z"].map(at));
    });
}

#[test]
fn quiet_hours_move_reminders_that_are_planned_already() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.books(&["Massage"], "Anna", "26", "09:00").await;
        assert_eq!(planned(t).await, [at("2026-11-25T08:00:00Z"), at("2026-11-26T05:00:00Z")]);
        ann.says("/notifications").await;
        ann.taps("22:00–08:00").await;
        assert_eq!(planned(t).await, [at("2026-11-25T08:00:00Z"), at("2026-11-26T07:00:00Z")]);
        ann.taps("None").await;
        assert_eq!(planned(t).await, [at("2026-11-25T08:00:00Z"), at("2026-11-26T05:00:00Z")]);
    });
}

async fn sent(t: &World, person: &Person) -> i64 {
    let sent = sqlx::query_scalar(
        "SELECT count(*) FROM outbox WHERE kind = 'reminder' AND state = 'sent' AND recipient = $1",
    );
    sent.bind(person.id).fetch_one(&t.pool).await.expect("the outbox")
}

async fn sent_to_all(t: &World, people: &[Person]) -> Vec<i64> {
    let mut counts = Vec::new();
    for person in people {
        counts.push(sent(t, person).await);
    }
    counts
}

async fn books_at_nine(ann: &Person, month: &str, day: &str) {
    ann.says("/book").await;
    ann.taps("Massage").await;
    ann.taps("Next").await;
    ann.taps("Boris").await;
    while !ann.labels().iter().any(|label| label == month) {
        ann.taps_exactly("›").await;
    }
    ann.taps_exactly(day).await;
    ann.taps_exactly("09:00").await;
    ann.taps("Confirm").await;
    ann.sees("Your visit is booked");
}

/// A 09:00 visit on both days on which the clocks change, with the instants of 24 h and 3 h before it.
#[test]
fn on_days_on_which_clocks_change_reminders_come_at_the_right_instants() {
    for (zone, month, day, first, second) in [
        ("Europe/Berlin", "March 2027", "28", "2027-03-27T07:00:00Z", "2027-03-28T04:00:00Z"),
        ("Europe/Berlin", "October 2027", "31", "2027-10-30T08:00:00Z", "2027-10-31T05:00:00Z"),
        ("Australia/Lord_Howe", "April 2027", "4", "2027-04-02T22:30:00Z", "2027-04-03T19:30:00Z"),
        ("Australia/Lord_Howe", "October 2027", "3", "2027-10-01T22:00:00Z", "2027-10-02T19:00:00Z"),
        ("Africa/Cairo", "April 2027", "30", "2027-04-29T06:00:00Z", "2027-04-30T03:00:00Z"),
        ("Africa/Cairo", "October 2027", "29", "2027-10-28T07:00:00Z", "2027-10-29T04:00:00Z"),
        ("America/New_York", "March 2027", "14", "2027-03-13T13:00:00Z", "2027-03-14T10:00:00Z"),
        ("America/New_York", "November 2027", "7", "2027-11-06T14:00:00Z", "2027-11-07T11:00:00Z"),
    ] {
        run(async |t| {
            t.offers(&STUDIO.replace("Europe/Berlin", zone)).await;
            let by = at(first) - TimeDelta::days(8) - t.sandbox.clock().now();
            t.advance(by);
            let ann = t.client("Ann").await;
            books_at_nine(&ann, month, day).await;
            assert_eq!(planned(t).await, [at(first), at(second)], "{zone}, {month}");
            for (count, due) in [(1, first), (2, second)] {
                let almost = at(due) - TimeDelta::seconds(1) - t.sandbox.clock().now();
                t.advance(almost);
                t.settle().await;
                assert_eq!(sent(t, &ann).await, count - 1, "{zone}, {month}");
                comes(t, due).await;
                assert_eq!(sent(t, &ann).await, count, "{zone}, {month}");
                assert_eq!(ann.heard("🔔 Your visit is"), 1, "the newest alone says so");
            }
            ann.sees("at 09:00");
        });
    }
}

/// Seventy minutes without Telegram: what is still useful comes at once afterwards, and the rest is skipped and counted.
#[test]
fn after_an_outage_all_that_is_still_useful_is_sent_at_once() {
    run(async |t| {
        t.expects_errors();
        let people = ["Ann", "Bob", "Cy"];
        let mut clients = Vec::new();
        for (name, time) in people.into_iter().zip(["09:00", "10:30", "12:00"]) {
            let client = t.client(name).await;
            client.books(&["Massage"], "Boris", "26", time).await;
            clients.push(client);
        }
        // 05:45 in Berlin: the reminders three hours before nine, half past ten and twelve are ahead.
        comes(t, "2026-11-26T04:45:00Z").await;
        let before = sent_to_all(t, &clients).await;
        t.sandbox.telegram().add_fault(Fault {
            method: None,
            chat: None,
            kind: FaultKind::Refused,
            times: u32::MAX,
            after: 0,
        });
        for minutes in [15, 20, 20, 15] {
            t.advance(TimeDelta::minutes(minutes));
            tokio::time::sleep(std::time::Duration::from_millis(700)).await;
        }
        // A message that is of no use any more when the outage ends.
        sqlx::query(
            "INSERT INTO outbox (dedupe_key, recipient, kind, payload, priority, resends, state, created_at, not_before, useful_until) \
             SELECT 'old', $1, 'day_digest', '{\"date\": \"2026-11-26\"}', 3, false, 'waiting', $2, $2, $2",
        )
        .bind(clients[0].id)
        .bind(at("2026-11-26T05:50:00Z"))
        .execute(&t.pool)
        .await
        .expect("a stale message");
        t.sandbox.telegram().clear_faults();
        let ended = t.sandbox.clock().now();
        t.settle().await;
        let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(15);
        while sent(t, &clients[0]).await == before[0] {
            assert!(tokio::time::Instant::now() < deadline, "the reminder never came");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        t.settle().await;
        assert_eq!(t.sandbox.clock().now(), ended, "at once: the clock has not moved");
        let now = sent_to_all(t, &clients).await;
        assert_eq!(clients[0].heard("🔔 Your visit is today"), 1);
        assert_eq!(now, [before[0] + 1, before[1], before[2]], "two hours are left for the first one");
        let skipped: i64 =
            sqlx::query_scalar("SELECT count(*) FROM outbox WHERE state = 'skipped' AND dedupe_key = 'old'")
                .fetch_one(&t.pool)
                .await
                .expect("a count");
        assert_eq!(skipped, 1, "what is stale is skipped and counted");
    });
}
