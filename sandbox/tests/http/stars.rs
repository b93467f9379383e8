//! Stars and their way back, money that comes late, and paying through the control interface.

use chrono::TimeDelta;
use serde_json::{Value, json};
use vizit_sandbox::{CheckoutState, Content};

use crate::payments::{approved, invoice, last_content, open, pay, send, stars, state, updates};
use crate::support::Fixture;

#[tokio::test]
async fn stars_come_and_go_back() -> anyhow::Result<()> {
    let fixture = Fixture::with_open_chat().await?;
    let (telegram, id) = (fixture.sandbox.telegram(), fixture.ann.id);
    let message = send(&fixture, stars()).await?;
    let sent = telegram.chat(id).messages.pop().map(|message| message.keyboard);
    assert!(format!("{sent:?}").contains("Pay ⭐ 50"), "{sent:?}");
    let first = pay(&fixture, &approved(&fixture, message).await?)?;
    fixture.sandbox.clock().advance(TimeDelta::seconds(5));
    let second = pay(&fixture, &approved(&fixture, message).await?)?;
    let euros = pay(&fixture, &approved(&fixture, send(&fixture, json!({})).await?).await?)?;
    assert_eq!(telegram.stars_balance(), 100);
    updates(&fixture).await?;

    let refund = |user: i64, charge: &str| json!({"user_id": user, "telegram_payment_charge_id": charge});
    for (user, charge) in [(id + 1, &first), (id, &euros), (id, &"ch_unknown".to_owned())] {
        assert_eq!(
            fixture.refusal("refundStarPayment", refund(user, charge)).await?,
            "Bad Request: CHARGE_NOT_FOUND"
        );
    }
    assert_eq!(telegram.pending_updates(), 0);
    let refunded = fixture.call("refundStarPayment", refund(id, &first)).await?;
    assert_eq!(refunded.json, json!({"ok": true, "result": true}));
    assert_eq!(
        fixture.refusal("refundStarPayment", refund(id, &first)).await?,
        "Bad Request: CHARGE_ALREADY_REFUNDED"
    );
    let told = updates(&fixture).await?;
    assert_eq!((told.len(), &told[0]["message"]["chat"]["id"]), (1, &json!(id)));
    assert_eq!(
        told[0]["message"]["refunded_payment"],
        json!({
            "currency": "XTR", "total_amount": 50, "invoice_payload": "visit-7",
            "telegram_payment_charge_id": first,
        })
    );
    assert!(matches!(last_content(&fixture, id), Some(Content::Refunded(paid)) if paid.charge == first));
    let states: Vec<bool> = telegram.payments().iter().map(|payment| payment.refunded).collect();
    assert_eq!((states, telegram.stars_balance()), (vec![true, false, false], 50));

    let ann = json!({
        "id": id, "is_bot": false, "first_name": "Ann", "username": "ann", "language_code": "de",
    });
    let partner = json!({
        "type": "user", "transaction_type": "invoice_payment", "user": ann, "invoice_payload": "visit-7",
    });
    let start = fixture.sandbox.clock().now().timestamp() - 5;
    let all = [
        json!({"id": first, "amount": 50, "date": start, "source": partner}),
        json!({"id": second, "amount": 50, "date": start + 5, "source": partner}),
        json!({"id": first, "amount": 50, "date": start + 5, "receiver": partner}),
    ];
    for (params, range) in [
        (json!({}), 0..3),
        (json!({"limit": 1}), 0..1),
        (json!({"offset": 1, "limit": 1}), 1..2),
        (json!({"offset": 2}), 2..3),
        (json!({"offset": 9}), 3..3),
    ] {
        let got = fixture.call("getStarTransactions", params).await?;
        assert_eq!(got.result(), &json!({"transactions": all[range]}));
    }
    for wrong in [json!({"limit": 0}), json!({"limit": 101}), json!({"offset": -1})] {
        assert_eq!(
            fixture.refusal("getStarTransactions", wrong).await?,
            "Bad Request: wrong offset or limit specified"
        );
    }
    Ok(())
}

#[tokio::test]
async fn late_money_comes_when_the_clock_does() -> anyhow::Result<()> {
    let fixture = Fixture::with_open_chat().await?;
    let (telegram, clock) = (fixture.sandbox.telegram(), fixture.sandbox.clock());
    let message = send(&fixture, json!({})).await?;
    let asked = open(&fixture, message)?;
    assert!(telegram.pay_later(&asked, TimeDelta::minutes(1)).is_err(), "the bot has not agreed");
    let (slow, quick) = (approved(&fixture, message).await?, approved(&fixture, message).await?);
    let closed = approved(&fixture, message).await?;
    updates(&fixture).await?;
    for (checkout, minutes) in [(&slow, 10), (&slow, 20), (&quick, 15), (&closed, 15)] {
        assert_eq!(telegram.pay_later(checkout, TimeDelta::minutes(minutes)), Ok(()));
    }
    assert_eq!(telegram.abandon(&closed), Ok(()));
    clock.advance(TimeDelta::minutes(14));
    let nothing = fixture.call("getUpdates", json!({"timeout": 0})).await?;
    assert_eq!(nothing.result(), &json!([]));

    // A bot that waits is told at once, although nobody asks the sandbox for anything.
    let poll = async { fixture.call("getUpdates", json!({"timeout": 10})).await };
    let wait = async {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        clock.advance(TimeDelta::minutes(6));
    };
    let (told, ()) = tokio::join!(poll, wait);
    assert!(told?.result()[0]["message"]["successful_payment"].is_object());
    assert_eq!(updates(&fixture).await?.len(), 2);
    assert_eq!(state(&fixture, &closed), Some(CheckoutState::Abandoned));
    assert_eq!(state(&fixture, &slow), Some(CheckoutState::Paid));
    assert_eq!(telegram.payments().len(), 2);

    // It counts from the bot's answer, so this one is late enough already.
    let long_ago = approved(&fixture, message).await?;
    clock.advance(TimeDelta::minutes(30));
    assert_eq!(telegram.pay_later(&long_ago, TimeDelta::minutes(20)), Ok(()));
    assert_eq!(state(&fixture, &long_ago), Some(CheckoutState::Paid));
    Ok(())
}

#[tokio::test]
async fn a_running_clock_brings_late_money_by_itself() -> anyhow::Result<()> {
    let fixture = Fixture::running().await?;
    let message = send(&fixture, json!({})).await?;
    let checkout = approved(&fixture, message).await?;
    updates(&fixture).await?;
    let later = fixture.sandbox.telegram().pay_later(&checkout, TimeDelta::milliseconds(1500));
    assert_eq!(later, Ok(()));
    let told = fixture.call("getUpdates", json!({"timeout": 8})).await?;
    assert!(told.result()[0]["message"]["successful_payment"].is_object(), "{told:?}");
    Ok(())
}

#[tokio::test]
async fn people_pay_through_the_control_interface() -> anyhow::Result<()> {
    let fixture = Fixture::with_open_chat().await?;
    let id = fixture.ann.id;
    let message = send(&fixture, json!({"start_parameter": "pay"})).await?;
    let chat = async || anyhow::Ok(fixture.control("GET", &format!("chats/{id}"), Value::Null).await?.json);
    let card = json!({"title": "Deposit", "description": "For Monday", "amount": "€15.00", "paid": false});
    let shown = chat().await?["messages"][1].clone();
    assert_eq!((&shown["invoice"], &shown["paid"]), (&card, &Value::Null));
    assert_eq!(shown["keyboard"], json!([[{"text": "Pay €15.00", "other": {"pay": true}}]]));

    let open = async |message: i64| {
        fixture.control("POST", &format!("chats/{id}/checkout"), json!({"message_id": message})).await
    };
    let show = async |checkout: &str| {
        anyhow::Ok(fixture.control("GET", &format!("checkouts/{checkout}"), Value::Null).await?.json)
    };
    let act = async |checkout: &str, act: &str| {
        fixture.control("POST", &format!("checkouts/{checkout}"), json!({"act": act})).await
    };
    let missing = open(9999).await?;
    assert_eq!((missing.status, &missing.json["error"]), (400, &json!("There is no such invoice.")));
    assert_eq!(fixture.control("GET", "checkouts/7", Value::Null).await?.status, 404);

    let checkout = open(message).await?.json["checkout_id"].as_str().unwrap_or_default().to_owned();
    assert_eq!(show(&checkout).await?, json!({"state": "asked", "reason": null}));
    for choice in ["pay", "pay_late", "fail", "abandon", "steal"] {
        assert_eq!(act(&checkout, choice).await?.status, 400, "{choice}");
    }
    let no = json!({"pre_checkout_query_id": checkout, "ok": false, "error_message": "Taken"});
    fixture.call("answerPreCheckoutQuery", no).await?;
    assert_eq!(show(&checkout).await?, json!({"state": "refused", "reason": "Taken"}));
    let unheard = open(message).await?.json["checkout_id"].as_str().unwrap_or_default().to_owned();
    fixture.control("POST", "clock", json!({"advance_seconds": 11})).await?;
    assert_eq!(show(&unheard).await?["state"], "timed_out");

    for (choice, end) in
        [("fail", "failed"), ("abandon", "abandoned"), ("pay_late", "approved"), ("pay", "paid")]
    {
        let checkout = approved(&fixture, message).await?;
        assert_eq!(show(&checkout).await?["state"], "approved");
        let done = act(&checkout, choice).await?;
        assert_eq!((done.status, done.json), (200, json!({})), "{choice}");
        assert_eq!(show(&checkout).await?["state"], end);
    }
    assert_eq!(chat().await?["messages"][1]["invoice"]["paid"], true);
    fixture.control("POST", "clock", json!({"advance_seconds": 1199})).await?;
    assert_eq!(fixture.sandbox.telegram().payments().len(), 1);
    fixture.control("POST", "clock", json!({"advance_seconds": 1})).await?;
    assert_eq!(fixture.sandbox.telegram().payments().len(), 2, "the double charge");

    let checkout = approved(&fixture, send(&fixture, stars()).await?).await?;
    let charge = pay(&fixture, &checkout)?;
    fixture.call("refundStarPayment", json!({"user_id": id, "telegram_payment_charge_id": charge})).await?;
    let messages = chat().await?["messages"].clone();
    let service: Vec<&Value> = messages
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|message| [&message["paid"], &message["refunded"]])
        .filter(|told| told.is_object())
        .collect();
    let (euros, stars) = (json!({"amount": "€15.00", "title": "Deposit"}), "⭐ 50");
    let back = json!({"amount": stars});
    assert_eq!(service, [&euros, &euros, &json!({"amount": stars, "title": "Deposit"}), &back]);
    Ok(())
}

#[tokio::test]
async fn amounts_are_written_as_their_currency_is() -> anyhow::Result<()> {
    let fixture = Fixture::with_open_chat().await?;
    for (currency, amount, label) in [
        ("EUR", 5, "Pay €0.05"),
        ("USD", 100, "Pay $1.00"),
        ("GBP", 123_456, "Pay £1234.56"),
        ("CHF", 1250, "Pay CHF 12.50"),
        ("JPY", 500, "Pay JPY 500"),
        ("KWD", 1250, "Pay KWD 1.250"),
    ] {
        let prices = json!([{"label": "Visit", "amount": amount}]);
        let params = invoice(&fixture, json!({"currency": currency, "prices": prices}));
        let sent = fixture.call("sendInvoice", params).await?;
        assert_eq!(sent.result()["reply_markup"]["inline_keyboard"][0][0]["text"], label);
    }
    Ok(())
}
