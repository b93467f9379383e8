//! Invoices, checkouts, charges and Stars: what Telegram does, what it refuses, and what people do with it.

use chrono::TimeDelta;
use serde_json::{Value, json};
use vizit_sandbox::{CheckoutState, Content, NewPerson};

use crate::support::Fixture;

const TOO_OLD: &str = "Bad Request: query is too old and response timeout expired or query ID is invalid";

/// An invoice over 15 euros to Ann, changed by `changes`; what is null there is left out.
pub(crate) fn invoice(fixture: &Fixture, changes: Value) -> Value {
    let mut params = json!({
        "chat_id": fixture.ann.id,
        "title": "Deposit",
        "description": "For Monday",
        "payload": "visit-7",
        "provider_token": "123:TEST:abc",
        "currency": "EUR",
        "prices": [{"label": "Visit", "amount": 2000}, {"label": "Discount", "amount": -500}],
    });
    change(&mut params, changes);
    params
}

fn change(params: &mut Value, changes: Value) {
    if let Value::Object(changes) = changes {
        for (name, value) in changes {
            params[name] = value;
        }
    }
}

/// What makes it an invoice over 50 Stars.
pub(crate) fn stars() -> Value {
    json!({"provider_token": null, "currency": "XTR", "prices": [{"label": "Visit", "amount": 50}]})
}

fn pay_button(text: &str) -> Value {
    json!({"text": text, "pay": true})
}

pub(crate) async fn send(fixture: &Fixture, changes: Value) -> anyhow::Result<i64> {
    let sent = fixture.call("sendInvoice", invoice(fixture, changes)).await?;
    assert_eq!(sent.status, 200, "{sent:?}");
    Ok(sent.result()["message_id"].as_i64().unwrap_or_default())
}

/// Ann opens the payment of an invoice of hers.
pub(crate) fn open(fixture: &Fixture, message: i64) -> anyhow::Result<String> {
    let (telegram, ann) = (fixture.sandbox.telegram(), fixture.ann.id);
    telegram.checkout(ann, ann, message).map_err(anyhow::Error::msg)
}

async fn approve(fixture: &Fixture, checkout: &str) -> anyhow::Result<()> {
    let yes = json!({"pre_checkout_query_id": checkout, "ok": true});
    assert_eq!(fixture.call("answerPreCheckoutQuery", yes).await?.json, json!({"ok": true, "result": true}));
    Ok(())
}

pub(crate) async fn approved(fixture: &Fixture, message: i64) -> anyhow::Result<String> {
    let checkout = open(fixture, message)?;
    approve(fixture, &checkout).await?;
    Ok(checkout)
}

pub(crate) fn pay(fixture: &Fixture, checkout: &str) -> anyhow::Result<String> {
    fixture.sandbox.telegram().pay(checkout).map_err(anyhow::Error::msg)
}

pub(crate) fn state(fixture: &Fixture, checkout: &str) -> Option<CheckoutState> {
    fixture.sandbox.telegram().checkout_state(checkout)
}

/// The updates that wait, which are confirmed by that.
pub(crate) async fn updates(fixture: &Fixture) -> anyhow::Result<Vec<Value>> {
    let got = fixture.call("getUpdates", json!({})).await?.result().as_array().cloned().unwrap_or_default();
    if let Some(last) = got.last().and_then(|update| update["update_id"].as_i64()) {
        fixture.call("getUpdates", json!({"offset": last + 1})).await?;
    }
    Ok(got)
}

pub(crate) fn last_content(fixture: &Fixture, person: i64) -> Option<Content> {
    fixture.sandbox.telegram().chat(person).messages.pop().map(|message| message.content)
}

fn is_paid(fixture: &Fixture, message: i64) -> Option<bool> {
    let messages = fixture.sandbox.telegram().chat(fixture.ann.id).messages;
    match messages.into_iter().find(|one| one.id == message)?.content {
        Content::Invoice { is_paid, .. } => Some(is_paid),
        _ => None,
    }
}

#[tokio::test]
async fn invoices_that_are_refused() -> anyhow::Result<()> {
    let fixture = Fixture::with_open_chat().await?;
    let price = |amount: Value| json!([{"label": "Visit", "amount": amount}]);
    let with_stars = |changes: Value| {
        let mut params = stars();
        change(&mut params, changes);
        params
    };
    let not_first = json!({"inline_keyboard": [[{"text": "Go", "callback_data": "g"}, pay_button("Pay")]]});
    for (changes, description) in [
        (json!({"title": ""}), "INVOICE_TITLE_INVALID"),
        (json!({"title": "x".repeat(33)}), "INVOICE_TITLE_INVALID"),
        (json!({"description": null}), "INVOICE_DESCRIPTION_INVALID"),
        (json!({"description": "x".repeat(256)}), "INVOICE_DESCRIPTION_INVALID"),
        (json!({"payload": ""}), "INVOICE_PAYLOAD_INVALID"),
        (json!({"payload": "я".repeat(65)}), "INVOICE_PAYLOAD_INVALID"),
        (json!({"currency": null}), "CURRENCY_INVALID"),
        (json!({"currency": "eur"}), "CURRENCY_INVALID"),
        (json!({"currency": "EURO"}), "CURRENCY_INVALID"),
        (json!({"provider_token": null}), "PAYMENT_PROVIDER_INVALID"),
        (json!({"provider_token": "123:DEMO:abc"}), "PAYMENT_PROVIDER_INVALID"),
        (json!({"provider_token": "x:TEST:abc"}), "PAYMENT_PROVIDER_INVALID"),
        (json!({"provider_token": "123:LIVE:"}), "PAYMENT_PROVIDER_INVALID"),
        (json!({"prices": null}), "can't parse prices: Field \"prices\" is required"),
        (json!({"prices": {}}), "can't parse prices: expected an Array"),
        (json!({"prices": []}), "can't parse prices: there must be at least one price"),
        (json!({"prices": "[{"}), "can't parse prices JSON object"),
        (
            json!({"prices": [{"label": "", "amount": 1}]}),
            "can't parse prices: Field \"label\" must be a non-empty String",
        ),
        (json!({"prices": price(json!(1.5))}), "can't parse prices: Field \"amount\" must be an Integer"),
        (json!({"prices": price(json!(0))}), "CURRENCY_TOTAL_AMOUNT_INVALID"),
        (json!({"prices": price(json!(-1))}), "CURRENCY_TOTAL_AMOUNT_INVALID"),
        (json!({"prices": price(json!(1_000_000_000_000_i64))}), "CURRENCY_TOTAL_AMOUNT_INVALID"),
        (
            json!({"prices": [{"label": "a", "amount": i64::MAX}, {"label": "b", "amount": 1}]}),
            "CURRENCY_TOTAL_AMOUNT_INVALID",
        ),
        (with_stars(json!({"provider_token": "123:TEST:abc"})), "STARS_INVOICE_INVALID"),
        (
            with_stars(json!({"prices": [{"label": "a", "amount": 1}, {"label": "b", "amount": 1}]})),
            "STARS_INVOICE_INVALID",
        ),
        (with_stars(json!({"prices": price(json!(0))})), "CURRENCY_TOTAL_AMOUNT_INVALID"),
        (with_stars(json!({"prices": price(json!(100_001))})), "CURRENCY_TOTAL_AMOUNT_INVALID"),
        (json!({"reply_markup": not_first}), "REPLY_MARKUP_BUY_EMPTY"),
        (json!({"reply_markup": {"keyboard": [["Pay"]]}}), "REPLY_MARKUP_BUY_EMPTY"),
        (
            json!({"reply_markup": {"inline_keyboard": [[{"text": "Pay", "pay": false}]]}}),
            "REPLY_MARKUP_BUY_EMPTY",
        ),
        (json!({"chat_id": 1}), "chat not found"),
        (json!({"tips": 1}), "unknown parameter tips"),
    ] {
        let described = changes.to_string();
        let refusal = fixture.refusal("sendInvoice", invoice(&fixture, changes)).await?;
        assert_eq!(refusal, format!("Bad Request: {description}"), "{described}");
    }
    let longest = json!({
        "title": "ж".repeat(32), "description": "ж".repeat(255), "payload": "я".repeat(64), "currency": "JPY",
        "provider_token": "9:LIVE:a:b", "prices": price(json!(999_999_999_999_i64)).to_string(),
    });
    send(&fixture, longest).await?;
    send(&fixture, with_stars(json!({"provider_token": "", "prices": price(json!(100_000))}))).await?;
    Ok(())
}

#[tokio::test]
async fn an_invoice_is_a_message_that_cannot_lose_its_button() -> anyhow::Result<()> {
    let fixture = Fixture::with_open_chat().await?;
    let id = fixture.ann.id;
    let sent = fixture.call("sendInvoice", invoice(&fixture, json!({"start_parameter": "pay"}))).await?;
    let message = &sent.result()["message_id"];
    assert_eq!(
        sent.result()["invoice"],
        json!({
            "title": "Deposit", "description": "For Monday", "start_parameter": "pay",
            "currency": "EUR", "total_amount": 1500,
        })
    );
    let usual = json!({"inline_keyboard": [[pay_button("Pay €15.00")]]});
    assert_eq!(sent.result()["reply_markup"], usual);
    let content = Content::Invoice {
        title: "Deposit".to_owned(),
        description: "For Monday".to_owned(),
        currency: "EUR".to_owned(),
        amount: 1500,
        is_paid: false,
    };
    assert_eq!(last_content(&fixture, id), Some(content));

    let edit = |markup: Value| json!({"chat_id": id, "message_id": message, "reply_markup": markup});
    let text = json!({"chat_id": id, "message_id": message, "text": "x"});
    assert_eq!(
        fixture.refusal("editMessageText", text).await?,
        "Bad Request: there is no text in the message to edit"
    );
    for markup in [Value::Null, json!({"inline_keyboard": [[{"text": "Go", "callback_data": "g"}]]})] {
        assert_eq!(
            fixture.refusal("editMessageReplyMarkup", edit(markup)).await?,
            "Bad Request: REPLY_MARKUP_BUY_EMPTY"
        );
    }
    let own = json!({"inline_keyboard": [[pay_button("Buy")], [{"text": "Cancel", "callback_data": "c"}]]});
    let edited = fixture.call("editMessageReplyMarkup", edit(own.clone())).await?;
    assert_eq!(edited.result()["reply_markup"], own);
    let sent_with_it = fixture.call("sendInvoice", invoice(&fixture, json!({"reply_markup": own}))).await?;
    assert_eq!(sent_with_it.result()["reply_markup"], own);

    let deleted = fixture.call("deleteMessage", json!({"chat_id": id, "message_id": message})).await?;
    assert_eq!(deleted.json["result"], true);
    let gone = open(&fixture, message.as_i64().unwrap_or_default()).map_err(|error| error.to_string());
    assert_eq!(gone, Err("There is no such invoice.".to_owned()));
    Ok(())
}

#[tokio::test]
async fn a_payment_from_the_question_to_the_receipt() -> anyhow::Result<()> {
    let fixture = Fixture::with_open_chat().await?;
    let (telegram, id) = (fixture.sandbox.telegram(), fixture.ann.id);
    let message = send(&fixture, json!({"start_parameter": "pay"})).await?;
    let checkout = open(&fixture, message)?;
    let asked = updates(&fixture).await?;
    assert_eq!(
        asked[0]["pre_checkout_query"],
        json!({
            "id": checkout, "currency": "EUR", "total_amount": 1500, "invoice_payload": "visit-7",
            "from": {
                "id": id, "is_bot": false, "first_name": "Ann", "username": "ann", "language_code": "de",
            },
        })
    );
    assert_eq!(state(&fixture, &checkout), Some(CheckoutState::Asked));
    assert!(telegram.pay(&checkout).is_err(), "the bot has not agreed");
    approve(&fixture, &checkout).await?;
    assert_eq!(state(&fixture, &checkout), Some(CheckoutState::Approved));
    assert_eq!(telegram.payments(), []);

    let charge = pay(&fixture, &checkout)?;
    assert!(charge.is_ascii() && (8..=64).contains(&charge.len()), "{charge}");
    assert_eq!(state(&fixture, &checkout), Some(CheckoutState::Paid));
    let payments = telegram.payments();
    let [payment] = payments.as_slice() else { anyhow::bail!("{payments:?}") };
    assert_eq!((payment.payer, payment.amount, payment.refunded), (id, 1500, false));
    assert_eq!((payment.title.as_str(), payment.payload.as_str()), ("Deposit", "visit-7"));
    assert_eq!((payment.currency.as_str(), &payment.charge), ("EUR", &charge));
    let told = updates(&fixture).await?;
    assert_eq!(told[0]["message"]["chat"]["id"], id);
    assert_eq!(told[0]["message"]["from"]["id"], id);
    assert_eq!(
        told[0]["message"]["successful_payment"],
        json!({
            "currency": "EUR", "total_amount": 1500, "invoice_payload": "visit-7",
            "telegram_payment_charge_id": charge, "provider_payment_charge_id": payment.provider_charge,
        })
    );
    assert_eq!(last_content(&fixture, id), Some(Content::Paid(payment.clone())));
    assert_eq!(is_paid(&fixture, message), Some(true));

    assert!(telegram.pay(&checkout).is_err(), "once only");
    let again = open(&fixture, message).map_err(|error| error.to_string());
    assert_eq!(again, Err("This invoice is paid.".to_owned()));
    assert_eq!((telegram.payments().len(), telegram.stars_balance()), (1, 0));

    telegram.repeat_payment(&charge);
    let repeated = updates(&fixture).await?;
    assert_eq!(repeated[0]["message"], told[0]["message"]);
    assert_ne!(repeated[0]["update_id"], told[0]["update_id"]);
    telegram.repeat_payment("ch_unknown");
    assert_eq!(telegram.pending_updates(), 0);
    Ok(())
}

#[tokio::test]
async fn an_answer_must_come_once_with_a_reason_and_within_ten_seconds() -> anyhow::Result<()> {
    let fixture = Fixture::with_open_chat().await?;
    let telegram = fixture.sandbox.telegram();
    let message = send(&fixture, json!({})).await?;
    let checkout = open(&fixture, message)?;
    assert_eq!(telegram.asked_checkouts(), 1);
    let mut no = json!({"pre_checkout_query_id": checkout, "ok": false});
    assert_eq!(
        fixture.refusal("answerPreCheckoutQuery", no.clone()).await?,
        "Bad Request: error_message must be specified when ok is false"
    );
    assert_eq!(state(&fixture, &checkout), Some(CheckoutState::Asked));
    no["error_message"] = json!("Taken");
    assert_eq!(fixture.call("answerPreCheckoutQuery", no.clone()).await?.json["result"], true);
    assert_eq!(state(&fixture, &checkout), Some(CheckoutState::Refused("Taken".to_owned())));
    assert_eq!(fixture.refusal("answerPreCheckoutQuery", no).await?, TOO_OLD);
    assert!(telegram.pay(&checkout).is_err(), "refused");

    let yes = |id: &str| json!({"pre_checkout_query_id": id, "ok": true});
    assert_eq!(fixture.refusal("answerPreCheckoutQuery", yes("7")).await?, TOO_OLD);
    assert_eq!(state(&fixture, "7"), None);

    let in_time = open(&fixture, message)?;
    fixture.sandbox.clock().advance(TimeDelta::seconds(10));
    approve(&fixture, &in_time).await?;
    let late = open(&fixture, message)?;
    fixture.sandbox.clock().advance(TimeDelta::milliseconds(10_001));
    assert_eq!(state(&fixture, &late), Some(CheckoutState::TimedOut));
    assert_eq!(telegram.asked_checkouts(), 0);
    assert_eq!(fixture.refusal("answerPreCheckoutQuery", yes(&late)).await?, TOO_OLD);
    assert!(telegram.pay(&late).is_err(), "timed out");
    assert_eq!(state(&fixture, &in_time), Some(CheckoutState::Approved));
    Ok(())
}

#[tokio::test]
async fn cards_are_refused_forms_closed_and_the_same_thing_paid_twice() -> anyhow::Result<()> {
    let fixture = Fixture::with_open_chat().await?;
    let (telegram, id) = (fixture.sandbox.telegram(), fixture.ann.id);
    let message = send(&fixture, json!({"start_parameter": "pay"})).await?;
    let asked = open(&fixture, message)?;
    assert!(telegram.fail(&asked).is_err() && telegram.abandon(&asked).is_err());
    let (failed, closed) = (approved(&fixture, message).await?, approved(&fixture, message).await?);
    let (first, second) = (approved(&fixture, message).await?, approved(&fixture, message).await?);
    updates(&fixture).await?;
    assert_eq!((telegram.fail(&failed), telegram.abandon(&closed)), (Ok(()), Ok(())));
    assert_eq!(state(&fixture, &failed), Some(CheckoutState::Failed));
    assert_eq!(state(&fixture, &closed), Some(CheckoutState::Abandoned));
    assert!(telegram.pay(&failed).is_err() && telegram.pay(&closed).is_err());
    assert_eq!((telegram.pending_updates(), telegram.payments().len()), (0, 0));
    assert_eq!(is_paid(&fixture, message), Some(false));

    let charge = pay(&fixture, &first)?;
    assert_eq!(is_paid(&fixture, message), Some(true));
    // The other form was open already, and neither the receipt nor the deletion closes it.
    fixture.call("deleteMessage", json!({"chat_id": id, "message_id": message})).await?;
    fixture.sandbox.clock().advance(TimeDelta::days(2));
    let other_charge = pay(&fixture, &second)?;
    assert_ne!(charge, other_charge);
    let told: Vec<Value> = updates(&fixture)
        .await?
        .into_iter()
        .map(|update| update["message"]["successful_payment"]["telegram_payment_charge_id"].clone())
        .collect();
    // The first has waited for the bot for more than a day.
    assert_eq!(told, [json!(other_charge)]);
    assert_eq!(telegram.payments().len(), 2);
    Ok(())
}

#[tokio::test]
async fn copies_and_links_are_paid_by_others() -> anyhow::Result<()> {
    let fixture = Fixture::with_open_chat().await?;
    let (telegram, id) = (fixture.sandbox.telegram(), fixture.ann.id);
    let bob = telegram.add_person(NewPerson { first_name: "Bob".to_owned(), ..NewPerson::default() }).id;
    let single = send(&fixture, json!({"start_parameter": "pay"})).await?;
    assert_eq!(
        telegram.checkout(bob, id, single),
        Err("This copy of the invoice only leads to the bot.".to_owned())
    );
    let multi = send(&fixture, json!({})).await?;
    for payer in [bob, id, bob] {
        let checkout = telegram.checkout(payer, id, multi).map_err(anyhow::Error::msg)?;
        approve(&fixture, &checkout).await?;
        pay(&fixture, &checkout)?;
        assert!(matches!(last_content(&fixture, payer), Some(Content::Paid(paid)) if paid.payer == payer));
        assert_eq!(is_paid(&fixture, multi), Some(false), "everybody may pay it again");
    }

    let mut params = invoice(&fixture, json!({}));
    params.as_object_mut().map(|params| params.remove("chat_id"));
    for (name, description) in [
        ("start_parameter", "unknown parameter start_parameter"),
        ("title", "INVOICE_TITLE_INVALID"),
        ("currency", "CURRENCY_INVALID"),
    ] {
        let mut wrong = params.clone();
        wrong[name] = json!("x".repeat(40));
        assert_eq!(fixture.refusal("createInvoiceLink", wrong).await?, format!("Bad Request: {description}"));
    }
    let link =
        fixture.call("createInvoiceLink", params).await?.result().as_str().unwrap_or_default().to_owned();
    assert!(link.starts_with("https://t.me/$") && link.len() > 20, "{link}");
    for payer in [bob, id, bob] {
        let checkout = telegram.checkout_link(payer, &link).map_err(anyhow::Error::msg)?;
        approve(&fixture, &checkout).await?;
        pay(&fixture, &checkout)?;
    }
    let payers: Vec<i64> = telegram.payments().iter().map(|payment| payment.payer).collect();
    assert_eq!(payers, [bob, id, bob, bob, id, bob]);
    assert!(telegram.checkout_link(bob, "https://t.me/$none").is_err());
    Ok(())
}
