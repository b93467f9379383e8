//! After the visit, and while it is late: outcomes, ratings, no-shows, approval, digests.

use chrono::{DateTime, TimeDelta, Utc};

use crate::harness::{ADMIN, ANNA, STUDIO, World, run};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

async fn comes(t: &World, instant: &str) {
    let by = at(instant) - t.sandbox.clock().now();
    t.advance(by);
    t.settle().await;
}

async fn status(t: &World) -> Vec<String> {
    sqlx::query_scalar("SELECT status::text FROM bookings WHERE status <> 'expired' ORDER BY id")
        .fetch_all(&t.pool)
        .await
        .expect("the bookings")
}

async fn regard(t: &World, person: i64) -> String {
    sqlx::query_scalar("SELECT regard::text FROM clients WHERE telegram_id = $1")
        .bind(person)
        .fetch_one(&t.pool)
        .await
        .expect("the client")
}

#[test]
fn the_master_says_who_came_and_the_client_how_it_was() {
    run(async |t| {
        let anna = t.person(ANNA, "Anna");
        anna.says("/start").await;
        let ann = t.client("Ann").await;
        ann.books(&["Massage"], "Anna", "24", "10:00").await;
        comes(t, "2026-11-24T09:59:59Z").await;
        assert_eq!(anna.heard("Did the client come?"), 0);
        comes(t, "2026-11-24T10:00:00Z").await;
        anna.sees("This visit is over. Did the client come?");
        assert_eq!(status(t).await, ["confirmed"], "nothing is assumed");
        assert_eq!(ann.heard("How was it?"), 0);
        anna.taps("Came late").await;
        assert_eq!(anna.toast().as_deref(), Some("Noted, thank you."));
        assert_eq!(status(t).await, ["completed"]);
        ann.sees("How was it?");
        ann.taps("4 ⭐").await;
        ann.sees("Would you like to add a few words?");
        ann.says("Warm hands, <b>thank you</b>").await;
        assert_eq!(anna.heard("⭐⭐⭐⭐ from Ann"), 0, "a comment may still come");
        t.advance(TimeDelta::minutes(10));
        t.settle().await;
        anna.sees("⭐⭐⭐⭐ from Ann");
        anna.sees("Warm hands, <b>thank you</b>");
        // The staff may have erred; asked is only once.
        anna.says("/day 2026-11-24").await;
        anna.taps("Ann").await;
        anna.taps("Did not come").await;
        assert_eq!(status(t).await, ["no_show"]);
        anna.taps("✔️ Came").await;
        assert_eq!(status(t).await, ["completed"]);
        assert_eq!(ann.heard("How was it?"), 1);
    });
}

#[test]
fn unanswered_questions_are_collected_the_next_morning() {
    run(async |t| {
        let anna = t.person(ANNA, "Anna");
        anna.says("/start").await;
        let (ann, bob) = (t.client("Ann").await, t.client("Bob").await);
        ann.books(&["Massage"], "Anna", "24", "10:00").await;
        bob.books(&["Massage"], "Anna", "24", "15:00").await;
        comes(t, "2026-11-24T18:00:00Z").await;
        assert_eq!(anna.heard("Did the client come?"), 2);
        comes(t, "2026-11-25T06:30:00Z").await;
        anna.waits_for("Good morning! Wednesday, 25 November").await;
        anna.sees("Of 2 visits I do not know yet whether the clients came.");
        anna.sees("09:00–13:00 · free");
        anna.taps("Say who came").await;
        anna.sees("2 visits are over: did the client come?");
        anna.taps("✔️ Came").await;
        anna.sees("One visit is over: did the client come?");
        anna.taps("Did not come").await;
        anna.sees("All visits have their word.");
        assert_eq!(status(t).await, ["completed", "no_show"]);
    });
}

const STRICT: &str = "cancel_notice = \"24 h\"\nflag_after = 2\nforgive_after = 2\napprove_flagged = true\nmost_visits_flagged = 5";

#[test]
fn no_shows_flag_a_client_and_kept_visits_forgive_them() {
    run(async |t| {
        t.offers(&STUDIO.replace("cancel_notice = \"24 h\"", STRICT)).await;
        let anna = t.person(ANNA, "Anna");
        anna.says("/start").await;
        let ann = t.client("Ann").await;
        for (day, said) in [("24", "Did not come"), ("25", "Did not come")] {
            ann.books(&["Massage"], "Anna", day, "10:00").await;
            comes(t, &format!("2026-11-{day}T10:00:00Z")).await;
            anna.taps(said).await;
        }
        assert_eq!(regard(t, ann.id).await, "flagged");
        anna.says("/day 2026-11-25").await;
        anna.taps("Ann").await;
        anna.sees("Did not come 2 times.");
        anna.sees("🚩 Flagged");

        // Flagged, she needs the master's word.
        ann.looks_for(&["Massage"], "Anna", "26").await;
        ann.taps_exactly("10:00").await;
        ann.taps("Confirm").await;
        ann.sees("Waiting for the studio to confirm");
        anna.sees("May this client come?");
        anna.taps("✅ Yes").await;
        ann.sees("Confirmed: we are expecting you");
        comes(t, "2026-11-26T10:00:00Z").await;
        anna.taps("✔️ Came").await;
        assert_eq!(regard(t, ann.id).await, "flagged", "one visit kept");
        ann.looks_for(&["Massage"], "Anna", "27").await;
        ann.taps_exactly("10:00").await;
        ann.taps("Confirm").await;
        anna.taps("✅ Yes").await;
        comes(t, "2026-11-27T10:00:00Z").await;
        anna.taps("✔️ Came").await;
        assert_eq!(regard(t, ann.id).await, "plain", "two in a row forgive");

        // What the staff says stands.
        anna.says("/day 2026-11-27").await;
        anna.taps("Ann").await;
        anna.taps("🚩 Flag").await;
        assert_eq!(regard(t, ann.id).await, "flagged");
    });
}

#[test]
fn a_request_that_is_refused_or_forgotten_gives_the_time_back() {
    run(async |t| {
        t.offers(&STUDIO.replace("cancel_notice = \"24 h\"", STRICT)).await;
        let anna = t.person(ANNA, "Anna");
        anna.says("/start").await;
        let ann = t.client("Ann").await;
        sqlx::query("UPDATE clients SET regard = 'flagged' WHERE telegram_id = $1")
            .bind(ann.id)
            .execute(&t.pool)
            .await
            .expect("a flag");
        ann.looks_for(&["Massage"], "Anna", "26").await;
        ann.taps_exactly("10:00").await;
        ann.taps("Confirm").await;
        // Looking for another time does not give the requested one up.
        ann.looks_for(&["Massage"], "Boris", "27").await;
        ann.taps_exactly("10:00").await;
        ann.says("/cancel").await;
        let live: i64 = sqlx::query_scalar("SELECT count(*) FROM bookings WHERE status = 'held'")
            .fetch_one(&t.pool)
            .await
            .expect("a count");
        assert_eq!(live, 1);
        anna.says("/day 2026-11-26").await;
        anna.taps("⏳ 10:00").await;
        anna.sees("Waiting");
        anna.taps("✖️ No").await;
        assert_eq!(ann.heard("we cannot confirm this visit"), 1);
        ann.taps("Thu 26 Nov, 10:00 · Anna").await;
        ann.taps("Confirm").await;
        ann.sees("Waiting for the studio to confirm");
        // Nobody answers.
        t.advance(TimeDelta::hours(24));
        t.settle().await;
        assert_eq!(ann.heard("we cannot confirm this visit"), 2);
        anna.taps("✅ Yes").await;
        assert_eq!(anna.toast().as_deref(), Some("This request is over."));
        assert_eq!(status(t).await, Vec::<String>::new());
    });
}

#[test]
fn a_master_runs_late_and_whom_it_touches_is_told_and_free_to_go() {
    run(async |t| {
        let anna = t.person(ANNA, "Anna");
        anna.says("/start").await;
        let (ann, bob, cy) = (t.client("Ann").await, t.client("Bob").await, t.client("Cy").await);
        for (client, time) in [(&ann, "10:00"), (&bob, "11:30"), (&cy, "16:00")] {
            client.books(&["Massage"], "Anna", "24", time).await;
        }
        comes(t, "2026-11-24T08:50:00Z").await;
        anna.says("/late").await;
        anna.taps("+30 min").await;
        anna.sees("10:00 → about 10:30 · Ann");
        anna.sees("11:30 → about 11:45 · Bob");
        anna.does_not_see("Cy");
        anna.taps("Tell 2 clients").await;
        ann.sees("Anna is running 30 min late");
        ann.sees("about 10:30");
        bob.sees("Anna is running 15 min late");
        assert_eq!(cy.heard("running"), 0);
        // Long past the notice, and yet free of charge, wherever it is said.
        ann.sees("move or cancel it free of charge until today at 10:00");
        ann.does_not_see("counts as");
        ann.taps("Cancel the visit").await;
        ann.does_not_see("late cancellation");
        ann.taps("Yes, cancel it").await;
        bob.taps("Move the visit").await;
        bob.sees("Which day instead?");
        let late: Vec<bool> =
            sqlx::query_scalar("SELECT late_cancel FROM bookings WHERE status = 'cancelled'")
                .fetch_all(&t.pool)
                .await
                .expect("the bookings");
        assert_eq!(late, [false]);
    });
}

#[test]
fn a_shorter_delay_takes_back_what_the_longer_one_did_to_later_visits() {
    run(async |t| {
        let anna = t.person(ANNA, "Anna");
        anna.says("/start").await;
        let (ann, bob) = (t.client("Ann").await, t.client("Bob").await);
        for (client, time) in [(&ann, "10:00"), (&bob, "11:30")] {
            client.books(&["Massage"], "Anna", "24", time).await;
        }
        comes(t, "2026-11-24T08:50:00Z").await;
        for (late, clients) in [("+30 min", "Tell 2 clients"), ("+10 min", "Tell 1 client")] {
            anna.says("/late").await;
            anna.taps(late).await;
            anna.taps(clients).await;
        }
        let delays: Vec<i32> = sqlx::query_scalar("SELECT delay FROM bookings ORDER BY starts_at")
            .fetch_all(&t.pool)
            .await
            .expect("the bookings");
        assert_eq!(delays, [10, 0]);
        assert_eq!(bob.heard("about 11:45"), 0, "the message that said so says it no longer");
    });
}

#[test]
fn the_admin_gets_the_week_as_a_picture() {
    run(async |t| {
        let olga = t.person(ADMIN, "Olga");
        olga.says("/start").await;
        let anna = t.person(ANNA, "Anna");
        anna.says("/start").await;
        let (ann, bob) = (t.client("Ann").await, t.client("Bob").await);
        ann.books(&["Massage"], "Anna", "24", "10:00").await;
        bob.books(&["Massage"], "Anna", "25", "10:00").await;
        comes(t, "2026-11-24T10:00:00Z").await;
        anna.taps("✔️ Came").await;
        comes(t, "2026-11-25T10:00:00Z").await;
        anna.taps("Did not come").await;
        comes(t, "2026-11-30T06:59:59Z").await;
        assert!(olga.picture().is_none());
        comes(t, "2026-11-30T07:00:00Z").await;
        let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
        while olga.picture().is_none() && tokio::time::Instant::now() < deadline {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let (picture, caption) = olga.picture().expect("the week");
        assert!(picture.starts_with(b"\x89PNG"), "a picture");
        for line in ["Your week, Mon 23 Nov – Sun 29 Nov", "Visits: 1", "No-shows: 1", "New clients: 1"] {
            assert!(caption.contains(line), "{line} is not in {caption}");
        }
        t.advance(TimeDelta::hours(1));
        t.settle().await;
        let pictures: i64 =
            sqlx::query_scalar("SELECT count(*) FROM outbox WHERE kind = 'week_digest' AND state = 'sent'")
                .fetch_one(&t.pool)
                .await
                .expect("a count");
        assert_eq!(pictures, 1, "once");
    });
}

#[test]
fn the_admin_sees_jobs_and_what_could_not_be_sent() {
    run(async |t| {
        t.expects_errors();
        t.expects_refusals();
        let olga = t.person(ADMIN, "Olga");
        olga.says("/jobs").await;
        for job in
            ["hold_cleanup", "reminder_send", "visit_outcome", "waitlist_offer", "digest", "inbox_cleanup"]
        {
            olga.sees(job);
        }
        let ann = t.client("Ann").await;
        ann.says("/jobs").await;
        ann.sees("This command is for the staff");
        sqlx::query(
            "INSERT INTO outbox (dedupe_key, recipient, kind, payload, priority, resends, state, created_at, not_before) \
             VALUES ('moon', $1, 'moon', '{}', 0, true, 'waiting', $2, $2)",
        )
        .bind(ADMIN)
        .bind(t.sandbox.clock().now())
        .execute(&t.pool)
        .await
        .expect("a message of another version");
        t.settle().await;
        olga.says("/outbox").await;
        olga.sees("put aside: 1");
        olga.sees("a message of an unknown kind");
        t.advance(TimeDelta::minutes(2));
        olga.waits_for("1 message could not be sent").await;
        olga.says("/outbox").await;
        olga.taps("Drop them all").await;
        olga.sees("put aside: 0");
    });
}
