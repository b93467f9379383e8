//! What a person may know of what is stored about them.

mod discreet;
mod fair;
mod forget;
mod restore;
mod retention;

use serde_json::Value;

use crate::{
    harness::{ADMIN, ANNA, Person, World, run},
    money::vouchers::{buys, with_vouchers},
};

/// The tables in which a text stands anywhere.
async fn stands_in(t: &World, text: &str) -> Vec<String> {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
    )
    .fetch_all(&t.pool)
    .await
    .expect("the tables");
    let mut found = Vec::new();
    for table in tables {
        let sql = format!("SELECT count(*) FROM {table} x WHERE x::text LIKE '%' || $1 || '%'");
        let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(text)
            .fetch_one(&t.pool)
            .await
            .expect("a count");
        if count > 0 {
            found.push(table);
        }
    }
    found
}

async fn number(t: &World, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&t.pool).await.expect("a number")
}

/// Waits until a job has run at the present instant.
async fn has_run(t: &World, job: &str) {
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
    loop {
        let done: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM jobs WHERE name = $1 AND started_at >= $2 AND succeeded_at >= $2 AND lease_id IS NULL)",
        )
        .bind(job)
        .bind(t.sandbox.clock().now())
        .fetch_one(&t.pool)
        .await
        .expect("the jobs");
        if done {
            return;
        }
        assert!(tokio::time::Instant::now() < deadline, "{job} does not run");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

/// The files that were sent last, by the end of their names.
fn file(person: &Person, ending: &str) -> String {
    let (_, bytes) = person.file_named(ending);
    String::from_utf8(bytes).expect("text")
}

#[test]
fn everybody_gets_all_that_is_stored_about_them_and_nothing_of_others() {
    run(async |t| {
        t.offers(&with_vouchers()).await;
        let (ann, bob) = (t.client("Ann <b>Lee</b> & Co").await, t.client("Robert").await);
        ann.shares_phone().await;
        buys(&ann, "Fifty for you", "A gift").await;
        buys(&ann, "Ten massages", "For me").await;
        ann.looks_for(&["Massage"], "Anna", "26").await;
        ann.taps_exactly("09:00").await;
        ann.taps("Use a visit").await;
        buys(&bob, "Fifty for you", "For me").await;
        ann.says("/privacy").await;
        ann.taps("Show me all of it").await;
        let text = file(&ann, ".txt");
        for line in [
            "Name: Ann <b>Lee</b> & Co",
            "Phone: +49305550101",
            "26 November 2026, 09:00: Massage · Anna – ✅ Your visit is booked",
            "today at 09:00: €500 – paid",
            "Ten massages: 9 of 10 left",
        ] {
            assert!(text.contains(line), "{line:?} is not in:\n{text}");
        }
        let all: Value = serde_json::from_str(&file(&ann, ".json")).expect("JSON");
        assert_eq!(all["profile"]["name"], "Ann <b>Lee</b> & Co");
        assert_eq!(all["visits"][0]["items"][0]["names"]["en"], "Massage");
        assert_eq!(all["visits"][0]["changes"][1]["to"], "confirmed");
        assert_eq!(all["payments"].as_array().map(Vec::len), Some(2));
        assert_eq!(all["vouchers"].as_array().map(Vec::len), Some(2));
        assert!(all["messages_from_you"].as_array().is_some_and(|messages| messages.len() > 5));
        let token: String = sqlx::query_scalar("SELECT token::text FROM vouchers WHERE token IS NOT NULL")
            .fetch_one(&t.pool)
            .await
            .expect("a gift");
        for other in ["Robert", &bob.id.to_string(), &token] {
            assert!(!all.to_string().contains(other) && !text.contains(other), "{other}");
        }
        bob.says(&format!("/start g_{token}")).await;
        ann.says("/mydata").await;
        let all: Value = serde_json::from_str(&file(&ann, ".json")).expect("JSON");
        let gift = all["vouchers"].as_array().and_then(|vouchers| vouchers.first()).expect("the gift");
        assert_eq!(gift["names"]["en"], "Fifty for you");
        for theirs in ["client_id", "state", "ends_at", "left_minor"] {
            assert!(gift.get(theirs).is_none(), "what has become of a gift is not the giver's: {gift}");
        }
        bob.says("/mydata").await;
        let all: Value = serde_json::from_str(&file(&bob, ".json")).expect("JSON");
        let gift = all["vouchers"].as_array().and_then(|vouchers| vouchers.first()).expect("the gift");
        assert!(gift.get("left_minor").is_some() && gift.get("buyer_id").is_none(), "{gift}");
    });
}

#[test]
fn who_is_new_has_nothing_to_show_and_who_has_booked_nothing_sees_that() {
    run(async |t| {
        let cy = t.stranger("Cy", "ru");
        cy.says("/mydata").await;
        cy.sees("Здесь можно записаться");
        cy.taps("Принимаю").await;
        cy.says("Пропустить").await;
        cy.says("/mydata").await;
        let text = file(&cy, ".txt");
        assert!(text.contains("Имя: Cy") && text.contains("Записи\nнет"), "{text}");
    });
}

#[test]
fn clients_may_know_who_of_the_staff_has_looked_at_them() {
    run(async |t| {
        let (anna, olga) = (t.person(ANNA, "Anna"), t.person(ADMIN, "Olga"));
        let ann = t.client("Ann").await;
        ann.books(&["Massage"], "Anna", "26", "10:00").await;
        for _ in 0..2 {
            anna.says("/day 2026-11-26").await;
            // The list is everybody's work; the card is somebody's life.
            assert_eq!(number(t, "SELECT count(*) FROM client_views").await, 0);
            anna.taps("10:00").await;
            anna.sees("Ann");
            anna.taps("Cancel the visit").await;
            anna.taps("No").await;
            assert_eq!(number(t, "SELECT count(*) FROM client_views").await, 1, "looked at once");
            sqlx::query("DELETE FROM client_views").execute(&t.pool).await.expect("none");
        }
        anna.says("/day 2026-11-26").await;
        anna.taps("10:00").await;
        t.advance(chrono::TimeDelta::minutes(30));
        olga.says("/day 2026-11-26").await;
        olga.taps("10:00").await;
        t.advance(chrono::TimeDelta::minutes(15));
        olga.says("/export 2026-11-26").await;
        olga.taps("Clients").await;
        olga.taps("📎 Export").await;
        ann.says("/mydata").await;
        let text = file(&ann, ".txt");
        let (_, seen) = text.split_once("Who of the staff has looked at your data\n").expect("a section");
        let lines: Vec<&str> = seen.lines().take(3).collect();
        assert_eq!(
            lines,
            [
                "• 23 November 2026, 09:45: the management, in a table with others",
                "• 23 November 2026, 09:30: the management",
                "• 23 November 2026, 09:00: Anna"
            ],
            "{text}"
        );
        let all: Value = serde_json::from_str(&file(&ann, ".json")).expect("JSON");
        assert_eq!(all["seen_by_staff"].as_array().map(Vec::len), Some(3));
        assert_eq!(all["seen_by_staff"][0]["by"]["en"], "Anna");
        assert!(!all.to_string().contains(&ANNA.to_string()), "nobody needs their account");
    });
}
