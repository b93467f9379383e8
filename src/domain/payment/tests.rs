use super::*;

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).expect("small")
}

fn invoice(state: State) -> Invoice {
    Invoice {
        id: InvoiceId(1),
        payload: Uuid::nil(),
        client: TelegramId(7),
        purpose: Purpose::Deposit(BookingId(1)),
        method: Method::Provider,
        amount: Money::from_minor(1500, Currency::EUR).expect("in range"),
        state,
    }
}

fn question() -> Question {
    Question {
        payer: TelegramId(7),
        payload: Uuid::nil().to_string(),
        amount_minor: 1500,
        currency: "EUR".to_owned(),
    }
}

fn subject() -> Subject {
    Subject { status: Status::AwaitingPayment, hold_until: Some(at(600)), start: at(86_400) }
}

#[test]
fn only_the_client_is_charged_only_what_was_asked_and_only_while_the_time_is_kept() {
    let ask = |state, question: &Question, subject, second| {
        invoice(state)
            .pledge(question, Some(subject), at(second))
            .map(|pledged| pledged.keep_until.map_or(0, |until| until.timestamp()))
    };
    assert_eq!(ask(State::Open, &question(), subject(), 599), Ok(599 + 900));
    assert_eq!(ask(State::Pledged, &question(), subject(), 0), Ok(900), "a second try");
    assert_eq!(ask(State::Open, &question(), subject(), 600), Err(Refusal::Over));
    assert_eq!(ask(State::Paid, &question(), subject(), 0), Err(Refusal::AlreadyPaid));
    assert_eq!(ask(State::Void, &question(), subject(), 0), Err(Refusal::Over));
    let soon = Subject { start: at(620), ..subject() };
    assert_eq!(ask(State::Open, &question(), soon, 599), Ok(620), "not beyond the start");
    let gone = Subject { status: Status::Expired, hold_until: None, ..subject() };
    assert_eq!(ask(State::Open, &question(), gone, 0), Err(Refusal::Over));
    for (question, refusal) in [
        (Question { payer: TelegramId(8), ..question() }, Refusal::NotYours),
        (Question { amount_minor: 1499, ..question() }, Refusal::Mismatch),
        (Question { amount_minor: -1500, ..question() }, Refusal::Mismatch),
        (Question { currency: "USD".to_owned(), ..question() }, Refusal::Mismatch),
    ] {
        assert_eq!(ask(State::Open, &question, subject(), 0), Err(refusal));
    }
}

#[test]
fn tips_are_whole_units_and_only_for_visits_that_took_place() {
    let euros = |minor| Money::from_minor(minor, Currency::EUR).expect("in range");
    let tips = TIPS.map(|percent| tip(euros(5550), percent).map(Money::minor));
    assert_eq!(tips, [Some(300), Some(600), Some(900)]);
    assert_eq!(tip(euros(0), 10), None);
    let stars = Money::from_minor(60, Currency::Stars).expect("in range");
    assert_eq!(TIPS.map(|percent| tip(stars, percent).map(Money::minor)), [Some(3), Some(6), Some(9)]);
    let tip = Invoice { purpose: Purpose::Tip(BookingId(1)), ..invoice(State::Open) };
    let came = Subject { status: Status::Completed, hold_until: None, ..subject() };
    assert!(
        tip.clone()
            .pledge(&question(), Some(came), at(99_999))
            .is_ok_and(|pledged| pledged.keep_until.is_none())
    );
    assert_eq!(tip.pledge(&question(), Some(subject()), at(0)), Err(Refusal::Over));
}

#[test]
fn money_that_comes_is_taken_once_and_only_in_full() {
    let paid = Paid {
        payer: TelegramId(7),
        payload: Uuid::nil().to_string(),
        amount_minor: 1500,
        currency: "EUR".to_owned(),
        charge: "c".to_owned(),
        provider_charge: "p".to_owned(),
    };
    let settle = |state, paid: &Paid| match invoice(state).settle(paid) {
        Settled::Paid(invoice) => Ok(invoice.state),
        Settled::Refunded(_, reason) => Err(reason),
    };
    for state in [State::Open, State::Pledged, State::Void] {
        assert_eq!(settle(state, &paid), Ok(State::Paid));
    }
    assert_eq!(settle(State::Paid, &paid), Err(RefundReason::Duplicate));
    let huge = Paid { amount_minor: 5_000_000_000, ..paid };
    assert_eq!(settle(State::Open, &huge), Err(RefundReason::Mismatch));
}
