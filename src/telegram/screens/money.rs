//! What somebody has paid, and the books.

use chrono_tz::Tz;

use super::{Frame, sheet};
use crate::{
    db::payments::{Back, Balance, OwnPayment},
    domain::{
        conversation::Action,
        ledger::Account,
        money::{Currency, Money},
        month::Month,
    },
    services::payments::Movement,
    t,
    telegram::view::{Button, View, escape, lines_that_fit},
};

/// An amount as it came: of what is no amount of ours, too.
pub(super) fn amount(frame: Frame, minor: i64, currency: &str) -> String {
    let money = Currency::from_code(currency)
        .and_then(|currency| Money::from_minor(minor.saturating_abs(), currency))
        .map(|money| frame.tr.money(money));
    match money {
        Some(money) if minor < 0 => format!("−{money}"),
        Some(money) => money,
        None => escape(&format!("{minor} {currency}")),
    }
}

/// A person's payments, the newest first.
pub(super) fn support(frame: Frame, payments: &[OwnPayment], zone: Tz) -> View {
    let tr = frame.tr;
    let list = if payments.is_empty() {
        vec![t!(tr, "payments-none")]
    } else {
        payments.iter().map(|payment| self::payment(frame, payment, zone)).collect()
    };
    let text = lines_that_fit(std::iter::once(format!("{}\n", t!(tr, "pay-support"))).chain(list));
    frame.inline(text, Vec::new())
}

/// A payment as its payer sees it, in a line.
pub(super) fn payment(frame: Frame, payment: &OwnPayment, zone: Tz) -> String {
    let tr = frame.tr;
    let when = tr.when(payment.at, zone, frame.now);
    let amount = amount(frame, payment.amount_minor, &payment.currency);
    let mark = match payment.back {
        Some(Back::Done) => t!(tr, "payment-back"),
        Some(Back::Due) => t!(tr, "payment-going-back"),
        Some(Back::Voucher) => t!(tr, "payment-voucher"),
        None => t!(tr, "payment-taken"),
    };
    let charge = escape(&payment.charge);
    if payment.back.is_some() && payment.back_minor != payment.amount_minor {
        let back = self::amount(frame, payment.back_minor, &payment.currency);
        return t!(
            tr,
            "payment-row-part",
            when = when,
            amount = amount,
            back = back,
            state = mark,
            charge = charge
        );
    }
    t!(tr, "payment-row", when = when, amount = amount, state = mark, charge = charge)
}

/// Where all money is.
pub(super) fn ledger(frame: Frame, balances: &[Balance], due: i64, month: Month) -> View {
    let tr = frame.tr;
    let line = |balance: &Balance| {
        let amount = amount(frame, balance.amount_minor, &balance.currency);
        t!(tr, "ledger-row", account = account(frame, balance.account), amount = amount)
    };
    let mut lines = vec![t!(tr, "ledger")];
    if balances.is_empty() {
        lines.push(t!(tr, "ledger-none"));
    }
    lines.extend(balances.iter().map(line));
    if due > 0 {
        lines.push(format!("\n{}", t!(tr, "ledger-due", count = due)));
    }
    let file = |month: Month| {
        vec![Button::new(t!(tr, "button-ledger-file", month = tr.month(month)), Action::LedgerFile(month))]
    };
    let tasks = (due > 0).then(|| vec![Button::new(t!(tr, "button-refund-tasks"), Action::RefundTasks)]);
    let rows = tasks.into_iter().chain([month, month.previous()].map(file)).collect();
    frame.inline(lines_that_fit(lines), rows)
}

/// What an account is called.
pub(super) fn account(frame: Frame, account: Account) -> String {
    match account {
        Account::Stars => t!(frame.tr, "account-stars"),
        Account::Provider => t!(frame.tr, "account-provider"),
        Account::Cash => t!(frame.tr, "account-cash"),
        Account::Card => t!(frame.tr, "account-card"),
        Account::Deposits => t!(frame.tr, "account-deposits"),
        Account::Vouchers => t!(frame.tr, "account-vouchers"),
        Account::Refunds => t!(frame.tr, "account-refunds"),
        Account::Unknown => t!(frame.tr, "account-unknown"),
        Account::Sales => t!(frame.tr, "account-sales"),
        Account::Fees => t!(frame.tr, "account-fees"),
        Account::Tips => t!(frame.tr, "account-tips"),
    }
}

/// The movements as a table that spreadsheets open: UTF-8 with its mark, and nothing that they would take for a formula.
pub fn ledger_table(frame: Frame, movements: &[Movement], zone: Tz) -> String {
    let tr = frame.tr;
    let mut table = csv::Writer::from_writer(Vec::new());
    let header = [
        t!(tr, "column-number"),
        t!(tr, "column-at"),
        t!(tr, "ledger-to"),
        t!(tr, "ledger-from"),
        t!(tr, "column-amount"),
        t!(tr, "column-currency"),
        t!(tr, "column-visit"),
        t!(tr, "column-charge"),
        t!(tr, "column-provider-charge"),
    ];
    let row = |movement: &Movement| {
        let money = Currency::from_code(&movement.currency)
            .and_then(|currency| Money::from_minor(movement.amount_minor, currency));
        [
            movement.id.to_string(),
            movement.at.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S").to_string(),
            account(frame, movement.debit),
            account(frame, movement.credit),
            money.map_or_else(|| movement.amount_minor.to_string(), Money::decimal),
            movement.currency.clone(),
            movement.booking.map(|booking| booking.to_string()).unwrap_or_default(),
            movement.charge.clone().unwrap_or_default(),
            movement.provider_charge.clone().unwrap_or_default(),
        ]
        .map(sheet::no_formula)
    };
    for record in std::iter::once(header).chain(movements.iter().map(row)) {
        // Writing into memory cannot fail.
        table.write_record(record).unwrap_or_default();
    }
    let written = table.into_inner().unwrap_or_default();
    format!("{}{}", sheet::BOM, String::from_utf8_lossy(&written))
}

#[cfg(test)]
mod tests {
    use crate::{domain::language::Language, i18n::Tr};

    use super::*;

    #[test]
    fn the_table_opens_in_spreadsheets_and_calculates_nothing() {
        let at = "2026-11-26T08:00:00Z".parse().expect("an instant");
        let frame = Frame { tr: Tr::to(Language::English), now: at, can_go_back: false, is_aloud: false };
        let movement = Movement {
            id: 7,
            at,
            debit: Account::Provider,
            credit: Account::Deposits,
            amount_minor: 1850,
            currency: "EUR".to_owned(),
            booking: Some(3),
            charge: Some("=cmd()".to_owned()),
            provider_charge: Some("a, \"b\"".to_owned()),
        };
        let table = ledger_table(frame, &[movement], Tz::Europe__Berlin);
        let mut lines = table.lines();
        assert!(lines.next().is_some_and(|header| header.starts_with("\u{feff}No.,")));
        let row = "7,2026-11-26 09:00:00,With the provider,Paid for visits ahead,18.50,EUR,3,'=cmd(),\"a, \"\"b\"\"\"";
        assert_eq!(lines.next(), Some(row));
        assert_eq!(lines.next(), None);
    }
}
