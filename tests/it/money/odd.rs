//! Money from the wrong people, of the wrong kind, and at the wrong moment.

use chrono::TimeDelta;
use serde_json::json;
use vizit_sandbox::{CheckoutState, Content, Fault, FaultKind};

use super::{in_stars, is_asked, moved, statuses, with_deposits};
use crate::harness::{ADMIN, World, run, run_with_webhook};

#[test]
fn only_the_client_can_pay() {
    run(async |t| {
        t.offers(&with_deposits()).await;
        let (ann, bob) = (t.client("Ann").await, t.client("Bob").await);
        is_asked(&ann, "26", "09:00").await;
        // Telegram knows nothing of questions that it has not asked.
        t.expects_refusals();
        let telegram = t.sandbox.telegram();
        assert!(telegram.checkout(bob.id, ann.id, ann.invoice().id).is_err(), "a copy leads to the bot");
        let payload: String =
            sqlx::query_scalar("SELECT payload::text FROM invoices").fetch_one(&t.pool).await.expect("one");
        // As if Telegram had let somebody else pay.
        for (payer, amount, words) in [
            (bob.id, 2000, "for somebody else"),
            (ann.id, 1, "not valid"),
            (ann.id, 5_000_000_000_i64, "not valid"),
        ] {
            telegram.push_update(json!({"pre_checkout_query": {
                "id": format!("q{payer}{amount}"), "currency": "EUR", "total_amount": amount,
                "invoice_payload": payload, "from": {"id": payer, "is_bot": false, "first_name": "X"}}}));
            let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(10);
            let answered = || {
                telegram.calls().into_iter().any(|call| {
                    call.method == "answerPreCheckoutQuery"
                        && call.params["pre_checkout_query_id"] == format!("q{payer}{amount}")
                        && call.params["error_message"].as_str().is_some_and(|text| text.contains(words))
                })
            };
            while !answered() {
                assert!(tokio::time::Instant::now() < deadline, "{words}");
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        }
        assert_eq!(statuses(t, &ann).await, ["awaiting_payment"]);
    });
}

#[test]
fn money_that_nobody_knows_is_kept_and_the_admin_is_asked() {
    run(async |t| {
        t.offers(&in_stars()).await;
        let olga = t.person(ADMIN, "Olga");
        olga.says("/start").await;
        let ann = t.client("Ann").await;
        is_asked(&ann, "26", "09:00").await;
        let payload: String =
            sqlx::query_scalar("SELECT payload::text FROM invoices").fetch_one(&t.pool).await.expect("one");
        let pays = |charge: &str, payload: &str, currency: &str, amount: i64| {
            t.sandbox.telegram().push_update(json!({"message": {
                "message_id": 900, "date": 1_795_420_800, "chat": {"id": ann.id, "type": "private", "first_name": "Ann"},
                "from": {"id": ann.id, "is_bot": false, "first_name": "Ann"},
                "successful_payment": {"currency": currency, "total_amount": amount, "invoice_payload": payload,
                    "telegram_payment_charge_id": charge, "provider_payment_charge_id": format!("p-{charge}")}}}));
        };
        pays("other-bot", "order 66", "EUR", 990);
        pays("wrong-currency", &payload, "USD", 20);
        pays("too-little", &payload, "XTR", 1);
        pays("negative", &payload, "XTR", -20);
        pays("huge", &payload, "XTR", 5_000_000_000);
        pays("nonsense", &payload, "<b>", 20);
        pays("other-bot", "order 66", "EUR", 990);
        t.settle().await;
        ann.sees("we are looking into what it is for");
        assert_eq!(olga.heard("please look at it first"), 6);
        assert_eq!(
            (olga.heard("€9.90"), olga.heard("⭐5,000,000,000") + olga.heard("5000000000 XTR")),
            (1, 1)
        );
        assert_eq!(statuses(t, &ann).await, ["awaiting_payment"], "and none of it books anything");
        assert_eq!(moved(t, "stars", "refunds").await, 5_000_000_001);
        assert_eq!(moved(t, "provider", "unknown").await, 990);
    });
}

/// The bot ends and starts again between any two steps, and each update comes twice.
#[test]
fn a_restart_between_any_two_steps_loses_nothing() {
    run(async |t| {
        t.offers(&in_stars()).await;
        let ann = t.client("Ann").await;
        ann.looks_for(&["Massage"], "Anna", "26").await;
        ann.taps_exactly("09:00").await;
        t.restart().await;
        ann.taps_without_waiting("Pay ");
        ann.taps("Pay ").await;
        t.restart().await;
        let checkout = ann.opens_the_payment().await;
        t.restart().await;
        t.stop().await;
        // The money comes while nobody is there.
        let charge = t.sandbox.telegram().pay(&checkout).expect("agreed");
        t.sandbox.telegram().repeat_payment(&charge);
        t.start().await;
        t.settle().await;
        ann.sees("Your visit is booked");
        t.restart().await;
        ann.taps("Cancel the visit").await;
        t.restart().await;
        ann.taps("Yes, cancel it").await;
        t.restart().await;
        ann.waits_for("went back to you").await;
        assert_eq!(t.sandbox.telegram().stars_balance(), 0);
    });
}

fn fails_once(t: &World, method: &str, kind: FaultKind) {
    t.sandbox.telegram().add_fault(Fault {
        method: Some(method.to_owned()),
        chat: None,
        kind,
        times: 1,
        after: 0,
    });
}

/// Telegram fails once at each step at which it is spoken to.
#[test]
fn a_failure_at_any_step_ends_in_a_visit_or_in_a_refund() {
    run(async |t| {
        t.offers(&in_stars()).await;
        t.expects_refusals();
        let ann = t.client("Ann").await;
        let telegram = t.sandbox.telegram();
        // The invoice arrives, but nobody says so: it comes once more, and can be paid once.
        fails_once(t, "sendInvoice", FaultKind::AnswerLost);
        ann.looks_for(&["Massage"], "Anna", "26").await;
        ann.taps_exactly("09:00").await;
        ann.taps_without_waiting("Pay ");
        let invoices = || {
            let is_invoice =
                |message: &&vizit_sandbox::Message| matches!(message.content, Content::Invoice { .. });
            ann.messages().iter().filter(is_invoice).map(|message| message.id).collect::<Vec<i64>>()
        };
        for _ in 0..2000 {
            t.advance(TimeDelta::milliseconds(5));
            if invoices().len() == 2 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        let [first, second] = invoices()[..] else { panic!("two invoices") };
        // The bot's word does not arrive at first, and is said again within Telegram's ten seconds.
        fails_once(t, "answerPreCheckoutQuery", FaultKind::ServerError { status: 502 });
        let began = tokio::time::Instant::now();
        let stuck = telegram.checkout(ann.id, ann.id, first).expect("an invoice");
        t.settle().await;
        assert_eq!(telegram.checkout_state(&stuck), Some(CheckoutState::Approved));
        assert!(began.elapsed() < std::time::Duration::from_secs(10));
        let again = telegram.checkout(ann.id, ann.id, first).expect("an invoice");
        let other = telegram.checkout(ann.id, ann.id, second).expect("an invoice");
        t.settle().await;
        // The visit is booked, but the screen that says so does not arrive at first.
        fails_once(t, "sendMessage", FaultKind::TooManyRequests { retry_after: 1 });
        telegram.pay(&again).expect("agreed");
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        t.advance(TimeDelta::seconds(2));
        ann.waits_for("Your visit is booked").await;
        // The Stars of the second invoice go back, though the answer to that is lost.
        fails_once(t, "refundStarPayment", FaultKind::AnswerLost);
        telegram.pay(&other).expect("agreed");
        for _ in 0..2000 {
            t.advance(TimeDelta::milliseconds(5));
            if ann.heard("went back to you") > 0 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        t.settle().await;
        assert_eq!(ann.heard("went back to you"), 1);
        assert_eq!(telegram.stars_balance(), 20);
        assert_eq!(moved(t, "refunds", "stars").await, 20);
        assert_eq!(statuses(t, &ann).await, ["confirmed"]);
    });
}

/// However long it takes to mend what stands in its way, money is taken then.
#[test]
fn money_waits_until_it_can_be_taken() {
    run(async |t| {
        t.expects_errors();
        t.offers(&in_stars()).await;
        let ann = t.client("Ann").await;
        is_asked(&ann, "26", "09:00").await;
        let checkout = ann.opens_the_payment().await;
        sqlx::query("ALTER TABLE ledger RENAME TO lost").execute(&t.pool).await.expect("broken");
        t.sandbox.telegram().pay(&checkout).expect("agreed");
        let is_tried = async |times: i32| {
            let attempts = "SELECT coalesce(max(attempts), 0) FROM inbox \
                WHERE payload LIKE '%successful_payment%' AND state = 'received' AND lease_id IS NULL";
            let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(30);
            while sqlx::query_scalar::<_, i32>(attempts).fetch_one(&t.pool).await.expect("attempts") < times {
                assert!(tokio::time::Instant::now() < deadline, "it was not tried {times} times");
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        };
        is_tried(1).await;
        // Whatever else came would be put aside at once.
        for times in 2..5 {
            t.advance(TimeDelta::minutes(1));
            is_tried(times).await;
        }
        sqlx::query("ALTER TABLE lost RENAME TO ledger").execute(&t.pool).await.expect("mended");
        t.advance(TimeDelta::minutes(10));
        ann.waits_for("Your visit is booked").await;
        assert_eq!(
            (statuses(t, &ann).await, moved(t, "stars", "deposits").await),
            (vec!["confirmed".to_owned()], 20)
        );
    });
}

/// Behind a webhook, too, the question does not wait for anything.
#[test]
fn behind_a_webhook_money_comes_the_same_way() {
    run_with_webhook(async |t| {
        t.offers(&in_stars()).await;
        let ann = t.client("Ann").await;
        is_asked(&ann, "26", "09:00").await;
        ann.pays().await;
        ann.sees("Your visit is booked");
    });
}

/// Whoever has left Telegram cannot get anything back, and others still can.
#[test]
fn a_refund_that_telegram_refuses_is_put_aside_and_the_next_one_goes() {
    run(async |t| {
        t.offers(&in_stars()).await;
        t.expects_refusals();
        t.expects_errors();
        let (ann, bob) = (t.client("Ann").await, t.client("Bob").await);
        let description = "Bad Request: chat not found".to_owned();
        fails_once(t, "refundStarPayment", FaultKind::Forbidden { description });
        for (person, time) in [(&ann, "09:00"), (&bob, "11:00")] {
            is_asked(person, "26", time).await;
            person.pays().await;
            person.taps("Cancel the visit").await;
            person.taps("Yes, cancel it").await;
            t.settle().await;
        }
        bob.waits_for("went back to you").await;
        assert_eq!(ann.heard("went back to you"), 0);
        let olga = t.person(ADMIN, "Olga");
        olga.says("/start").await;
        olga.says("/outbox").await;
        // Nothing else would give it back.
        olga.taps("Drop them all").await;
        olga.sees("refund_stars");
        olga.taps("Send").await;
        ann.waits_for("went back to you").await;
        assert_eq!(t.sandbox.telegram().stars_balance(), 0);
    });
}
