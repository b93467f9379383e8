//! Bad input and bad luck: each gets a clear word, and nothing is lost.

use std::process::Stdio;

use chrono::TimeDelta;
use vizit::services::catalog;
use vizit_sandbox::{Fault, FaultKind};

use crate::harness::{
    TOKEN, World,
    program::{self, vizit},
    run, run_without_bot,
};

fn fault(method: &str, kind: FaultKind, times: u32) -> Fault {
    Fault { method: Some(method.to_owned()), chat: None, kind, times, after: 0 }
}

#[test]
fn a_wrong_token_is_told_in_one_line() {
    run_without_bot(async |t| {
        t.expects_refusals();
        let other = "7000003:not-the-token-of-this-sandbox";
        let variables = [
            ("TELOXIDE_TOKEN", other),
            ("TELOXIDE_API_URL", t.sandbox.url()),
            ("DATABASE_URL", t.database.url()),
        ];
        let (well, said) = vizit(&["run"], &variables).await;
        assert!(!well && said.contains("Telegram refuses the token; check TELOXIDE_TOKEN"), "{said}");
        assert!(!said.contains("not-the-token"), "{said}");
        assert_eq!(said.trim().lines().count(), 1, "{said}");
    });
}

#[test]
fn a_database_out_of_reach_is_told_without_its_password() {
    run_without_bot(async |t| {
        let url = "postgres://vizit:hush-hush@127.0.0.1:9/vizit";
        let variables =
            [("TELOXIDE_TOKEN", TOKEN), ("TELOXIDE_API_URL", t.sandbox.url()), ("DATABASE_URL", url)];
        for command in [&["run"][..], &["migrate"], &["catalog", "export"]] {
            let (well, said) = vizit(command, &variables).await;
            assert!(!well && said.contains("check DATABASE_URL and that PostgreSQL runs"), "{said}");
            assert!(!said.contains("hush"), "{said}");
        }
        let (well, said) = vizit(&["doctor"], &variables).await;
        assert!(
            !well && said.contains("ok    telegram: the bot is @") && said.contains("WRONG database"),
            "{said}"
        );
    });
}

#[test]
fn log_lines_are_json_where_json_is_wished() {
    run_without_bot(async |t| {
        let variables = [
            ("TELOXIDE_TOKEN", TOKEN),
            ("TELOXIDE_API_URL", t.sandbox.url()),
            ("DATABASE_URL", t.database.url()),
            ("LOG_FORMAT", "json"),
            // More than is good for anybody, to see that it stays discreet.
            ("RUST_LOG", "info,teloxide_core=trace,reqwest=trace,hyper_util=trace"),
        ];
        let mut bot =
            program::command(&["run"], &variables).stderr(Stdio::piped()).spawn().expect("it starts");
        let ann = t.client("Rumpelstiltskin").await;
        ann.says("a secret").await;
        bot.start_kill().expect("it runs");
        let said = bot.wait_with_output().await.expect("its output").stderr;
        let said = String::from_utf8(said).expect("text");
        let lines: Vec<serde_json::Value> =
            said.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
        let update = lines.iter().rfind(|line| line["event"] == "text").expect("a line about the update");
        for field in ["user_id", "role", "state", "flow", "correlation_id", "latency_ms"] {
            assert!(!update[field].is_null(), "{field} is not in {update}");
        }
        for secret in ["Rumpelstiltskin", "a secret", TOKEN] {
            assert!(!said.contains(secret), "{secret} is in the log");
        }
    });
}

#[test]
fn an_unknown_time_zone_and_every_other_fault_are_told_at_once() {
    run_without_bot(async |_| {
        let (well, said) = vizit(&["run"], &[("BUSINESS_TZ", "Mars/Olympus"), ("ADMIN_IDS", "me")]).await;
        assert!(!well);
        for fault in [
            "TELOXIDE_TOKEN is missing",
            "DATABASE_URL is missing",
            "no time zone \"Mars/Olympus\"",
            "\"me\"",
        ] {
            assert!(said.contains(fault), "{fault} is not in {said}");
        }
    });
}

#[test]
fn a_bad_catalog_is_told_line_by_line_and_changes_nothing() {
    run_without_bot(async |t| {
        let database = [("DATABASE_URL", t.database.url())];
        let (_, before) = vizit(&["catalog", "export"], &database).await;
        let file = std::env::temp_dir().join(format!("{}-bad.toml", std::process::id()));
        let bad = "[[location]]\nkey = \"x\"\nname = \"X\"\nzone = \"Mars/Olympus\"\ncurrency = \"EUR\"\n\
                   [[service]]\nkey = \"s\"\nname = \"S\"\nduration = \"0 min\"\nprice = \"-1\"\n";
        std::fs::write(&file, bad).expect("the file");
        let (well, said) = vizit(&["catalog", "apply", &file.to_string_lossy()], &database).await;
        assert!(!well && said.contains("the catalog was not changed"), "{said}");
        for line in ["line 4", "line 9", "line 10"] {
            assert!(said.contains(line), "{line} is not in {said}");
        }
        let (_, after) = vizit(&["catalog", "export"], &database).await;
        assert_eq!(before, after);
        std::fs::remove_file(&file).expect("the file");
    });
}

#[test]
fn a_catalog_is_applied_exported_and_applied_again_to_the_same_end() {
    run_without_bot(async |t| {
        let database = [("DATABASE_URL", t.database.url())];
        let (well, exported) = vizit(&["catalog", "export"], &database).await;
        assert!(well, "{exported}");
        let file = std::env::temp_dir().join(format!("{}-good.toml", std::process::id()));
        std::fs::write(&file, &exported).expect("the file");
        for _ in 0..2 {
            let (well, said) = vizit(&["catalog", "apply", &file.to_string_lossy()], &database).await;
            assert!(well && said.contains("in force: 1 locations, 3 services, 3 masters"), "{said}");
            assert_eq!(vizit(&["catalog", "export"], &database).await.1, exported);
        }
        std::fs::remove_file(&file).expect("the file");
        let ids: Vec<i32> =
            sqlx::query_scalar("SELECT id FROM masters").fetch_all(&t.pool).await.expect("ids");
        assert_eq!(ids.len(), 3, "masters keep their ids: {ids:?}");
        let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/catalog.toml");
        let (well, said) = vizit(&["catalog", "apply", demo], &database).await;
        assert!(well, "{said}");
    });
}

#[test]
fn what_a_catalog_no_longer_sells_is_switched_off_and_comes_back_as_it_was() {
    const VOUCHERS: &str = r#"
[[voucher]]
key = "gift"
location = "lisbon"
name = { en = "Gift", ru = "Подарок" }
price = "100.00"
valid = "730 days"
[[voucher]]
key = "ten"
location = "linden"
name = "Ten massages"
service = "massage"
visits = 10
price = "540.00"
valid = "365 days"
[[promo]]
code = "welcome"
location = "lisbon"
off = "7.50"
clients = "known"
"#;
    run_without_bot(async |t| {
        let plan = |text: &str| vizit::catalog::parse(text).expect("a good catalog");
        let services = t.services();
        let sold = || async {
            let rows: Vec<(i32, String, bool)> = sqlx::query_as(
                "SELECT id, key::text, active FROM voucher_types UNION ALL SELECT id, code, active FROM promos ORDER BY 1",
            )
            .fetch_all(&t.pool)
            .await
            .expect("vouchers and promos");
            rows
        };
        let count = |rows: &[(i32, String, bool)]| rows.iter().filter(|(_, _, is_active)| *is_active).count();
        let before = catalog::export(&services).await.expect("a plan");
        let demo = include_str!("../../examples/catalog.toml");
        let full = plan(&format!("{demo}{VOUCHERS}"));
        catalog::apply(&services, &full).await.expect("the catalog is applied");
        assert_eq!(catalog::export(&services).await.expect("a plan"), full);
        let known = sold().await;
        assert_eq!(count(&known), full.vouchers.len() + full.promos.len(), "{known:?}");

        let mut other = full.clone();
        other.vouchers.reverse();
        other.promos.truncate(1);
        catalog::apply(&services, &other).await.expect("the catalog is applied");
        assert_eq!(catalog::export(&services).await.expect("a plan"), other);

        catalog::apply(&services, &before).await.expect("the catalog is applied");
        assert_eq!(catalog::export(&services).await.expect("a plan"), before);
        assert_eq!(count(&sold().await), before.vouchers.len() + before.promos.len());
        catalog::apply(&services, &full).await.expect("the catalog is applied");
        assert_eq!(sold().await, known, "ids are kept, since what was sold refers to them");
    });
}

#[test]
fn a_clock_set_back_stops_nothing() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.looks_for(&["Massage"], "Anna", "26").await;
        t.advance(TimeDelta::hours(-30));
        ann.taps_exactly("10:00").await;
        ann.sees("Please check your visit");
        ann.taps("Confirm").await;
        ann.sees("Your visit is booked");
        t.restart().await;
        ann.says("/visits").await;
        ann.sees("Your upcoming visits");
    });
}

#[test]
fn what_was_put_off_or_left_behind_before_a_clock_was_set_back_is_taken_up() {
    run(async |t| {
        t.expects_refusals();
        let ann = t.client("Ann").await;
        t.sandbox.telegram().add_fault(fault(
            "sendMessage",
            FaultKind::TooManyRequests { retry_after: 60 },
            1,
        ));
        ann.says("/help").await;
        t.stop().await;
        // As a process leaves it that died while it tried again.
        let leased =
            "UPDATE inbox SET lease_id = gen_random_uuid(), lease_until = $1 WHERE state = 'applied'";
        let until = t.sandbox.clock().now() + TimeDelta::seconds(8);
        sqlx::query(leased).bind(until).execute(&t.pool).await.expect("a lease");
        t.advance(TimeDelta::hours(-30));
        t.start().await;
        wait_until(t, || ann.screen().text.contains("How it works")).await;
    });
}

#[test]
fn a_long_text_and_a_strange_name_are_taken_as_they_are() {
    run(async |t| {
        let ann = t.stranger("\u{202e}<b>Ann</b> & \"co\"\u{202c}", "en");
        ann.introduces().await;
        ann.says(&"😀".repeat(2048)).await;
        ann.sees("I understand buttons best");
        ann.says(&"x".repeat(4096)).await;
        ann.sees("I understand buttons best");
        ann.books(&["Massage"], "Anna", "26", "10:00").await;
        let anna = t.person(crate::harness::ANNA, "Anna");
        anna.introduces().await;
        anna.says("/day 2026-11-26").await;
        anna.taps("10:00–11:00").await;
        anna.sees("<b>Ann</b> & \"co\"");
    });
}

#[test]
fn a_passing_failure_of_telegram_is_waited_out() {
    run(async |t| {
        t.expects_refusals();
        let ann = t.client("Ann").await;
        let telegram = t.sandbox.telegram();
        telegram.add_fault(fault("sendMessage", FaultKind::TooManyRequests { retry_after: 2 }, 1));
        ann.says("/help").await;
        ann.does_not_see("How it works");
        t.advance(TimeDelta::seconds(3));
        wait_until(t, || ann.screen().text.contains("How it works")).await;

        telegram.add_fault(fault("sendMessage", FaultKind::Refused, 1));
        ann.says("/privacy").await;
        t.advance(TimeDelta::seconds(10));
        wait_until(t, || ann.screen().text.contains("What is stored about you")).await;
    });
}

/// Waits, for a bounded time, for something that the bot does by itself.
async fn wait_until(t: &World, condition: impl Fn() -> bool) {
    for _ in 0..500 {
        if condition() {
            return t.settle().await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("it did not happen");
}

#[test]
fn a_message_whose_answer_is_lost_is_sent_once_more_and_a_screen_until_it_is_there() {
    run(async |t| {
        t.expects_errors();
        // A tap that is shown again a minute later has been answered long ago.
        t.expects_refusals();
        let ann = t.client("Ann").await;
        let telegram = t.sandbox.telegram();
        telegram.add_fault(fault("sendMessage", FaultKind::AnswerLost, 9));
        ann.says("/help").await;
        for _ in 0..5 {
            t.advance(TimeDelta::minutes(1));
            wait_until(t, || true).await;
        }
        let helps = ann.messages().iter().filter(|message| message.text.contains("How it works")).count();
        assert_eq!(helps, 2);
        telegram.clear_faults();

        ann.says("/start").await;
        telegram.add_fault(fault("editMessageText", FaultKind::AnswerLost, 4));
        ann.taps("My visits").await;
        for _ in 0..5 {
            t.advance(TimeDelta::minutes(1));
            wait_until(t, || true).await;
        }
        ann.sees("You have no upcoming visits");
        ann.taps("Book a visit").await;
        ann.sees("Which services would you like?");
    });
}

#[test]
fn a_person_who_blocked_the_bot_is_no_failure() {
    run(async |t| {
        t.expects_refusals();
        let ann = t.client("Ann").await;
        let telegram = t.sandbox.telegram();
        let blocked =
            FaultKind::Forbidden { description: "Forbidden: bot was blocked by the user".to_owned() };
        telegram.add_fault(fault("sendMessage", blocked, 1));
        ann.says("/help").await;
        ann.says("/help").await;
        ann.sees("How it works");
    });
}

#[test]
fn a_stack_that_cannot_be_read_leads_home() {
    run(async |t| {
        let ann = t.client("Ann").await;
        let spoil = "UPDATE conversations SET stack = '{\"v\": \"of another time\"}'";
        sqlx::query(spoil).execute(&t.pool).await.expect("a bad row");
        ann.taps("Book a visit").await;
        ann.sees("What would you like to do?");
        assert!(ann.toast().is_some_and(|toast| toast.contains("we start from the beginning")));
        sqlx::query(spoil).execute(&t.pool).await.expect("a bad row");
        ann.says("/book").await;
        ann.sees("Which services would you like?");
    });
}

#[test]
fn updates_that_make_no_sense_are_put_aside() {
    run(async |t| {
        // The made-up tap is unknown to Telegram, so its answer is refused.
        t.expects_refusals();
        let ann = t.client("Ann").await;
        let telegram = t.sandbox.telegram();
        for raw in [
            serde_json::json!({ "message": { "message_id": 1, "text": 7 } }),
            serde_json::json!({ "something_new": { "from": { "id": ann.id } } }),
            serde_json::json!({ "message": { "message_id": 5, "date": 1, "chat": { "id": -5, "type": "group", "title": "G" },
                "from": { "id": ann.id, "is_bot": false, "first_name": "Ann" }, "text": "/start" } }),
            serde_json::json!({ "callback_query": { "id": "1", "chat_instance": "1", "data": "1.h~1",
                "from": { "id": ann.id, "is_bot": false, "first_name": "Ann" } } }),
        ] {
            telegram.push_update(raw);
        }
        t.settle().await;
        ann.says("/help").await;
        ann.sees("How it works");
    });
}
