//! The webhook: the same inbox, fed by Telegram's calls.

use vizit_sandbox::{Fault, FaultKind};

use crate::harness::{World, run_with_webhook};

const SECRET_HEADER: &str = "X-Telegram-Bot-Api-Secret-Token";

async fn post(t: &World, secret: Option<&str>, body: &str) -> u16 {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let mut request = client.post(t.webhook_url()).body(body.to_owned());
    if let Some(secret) = secret {
        request = request.header(SECRET_HEADER, secret);
    }
    request.send().await.expect("an answer").status().as_u16()
}

#[test]
fn a_visit_is_booked_through_the_webhook() {
    run_with_webhook(async |t| {
        let ann = t.client("Ann").await;
        ann.books(&["Massage"], "Anna", "26", "10:00").await;
        assert!(!t.sandbox.telegram().calls().iter().any(|call| call.method == "getUpdates"));
    });
}

#[test]
fn whoever_does_not_know_the_secret_is_turned_away() {
    run_with_webhook(async |t| {
        let update = r#"{"update_id": 5, "message": {"from": {"id": 1}}}"#;
        assert_eq!(post(t, None, update).await, 401);
        assert_eq!(post(t, Some("wrong"), update).await, 401);
        assert_eq!(post(t, Some("hush-hush"), "no json").await, 200);
        let kept: i64 =
            sqlx::query_scalar("SELECT count(*) FROM inbox").fetch_one(&t.pool).await.expect("a count");
        assert_eq!(kept, 0);
        assert_eq!(post(t, Some("hush-hush"), update).await, 200);
        assert_eq!(post(t, Some("hush-hush"), update).await, 200);
        let kept: i64 =
            sqlx::query_scalar("SELECT count(*) FROM inbox").fetch_one(&t.pool).await.expect("a count");
        assert_eq!(kept, 1, "a repeat changes nothing");
    });
}

#[test]
fn updates_that_come_twice_and_out_of_order_are_applied_once() {
    run_with_webhook(async |t| {
        let ann = t.client("Ann").await;
        let telegram = t.sandbox.telegram();
        let fault = |kind| Fault { method: None, chat: None, kind, times: 3, after: 0 };
        telegram.add_fault(fault(FaultKind::DuplicateUpdates));
        telegram.add_fault(fault(FaultKind::ReorderUpdates));
        let before = rev(t).await;
        for _ in 0..6 {
            telegram.send_text(ann.id, "hello");
        }
        t.settle().await;
        assert_eq!(rev(t).await, before + 6);
    });
}

async fn rev(t: &World) -> i64 {
    sqlx::query_scalar("SELECT rev FROM conversations").fetch_one(&t.pool).await.expect("one conversation")
}

#[test]
fn health_is_well_while_the_database_answers() {
    run_with_webhook(async |t| {
        let health = t.webhook_url().replace("/telegram", "/health");
        let answer = reqwest::get(&health).await.expect("an answer");
        assert_eq!((answer.status().as_u16(), answer.text().await.expect("a text")), (200, "ok".to_owned()));
    });
}

#[test]
fn a_second_replica_does_nothing_twice() {
    run_with_webhook(async |t| {
        let other = t.another_app().await;
        let mut people = Vec::new();
        for number in 0..5 {
            people.push(t.client(&format!("Person {number}")).await);
        }
        for _ in 0..20 {
            for person in &people {
                t.sandbox.telegram().send_text(person.id, "hello");
            }
        }
        t.settle().await;
        let unequal: i64 = sqlx::query_scalar("SELECT count(*) FROM conversations WHERE rev <> 24")
            .fetch_one(&t.pool)
            .await
            .expect("a count");
        assert_eq!(unequal, 0, "each of 23 updates once");
        for person in &people {
            let answers = person
                .messages()
                .iter()
                .filter(|message| message.text.contains("I understand buttons best"))
                .count();
            assert_eq!(answers, 20);
        }
        other.stop().await;
    });
}
