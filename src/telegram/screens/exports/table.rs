//! The rows of a table: times on the wall of their location, durations in minutes, amounts as decimals.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::{
    domain::{
        booking::Status,
        export::{Export, Subject},
        language::LocalText,
        money::Money,
        slots::Regard,
    },
    i18n::Tr,
    services::exports::{ClientRow, Page, PaymentRow, VisitRow},
    t,
    telegram::screens::{Frame, money::account, sheet::no_formula},
};

/// The names of the columns.
pub fn head(frame: Frame, export: Export) -> Vec<String> {
    let tr = frame.tr;
    match export.subject {
        Subject::Visits => {
            let mut head = vec![
                t!(tr, "column-visit"),
                t!(tr, "column-start"),
                t!(tr, "column-minutes"),
                t!(tr, "column-location"),
                t!(tr, "column-master"),
                t!(tr, "column-services"),
                t!(tr, "column-client"),
                t!(tr, "column-phone"),
                t!(tr, "column-status"),
                t!(tr, "column-booked"),
                t!(tr, "column-price"),
                t!(tr, "column-discount"),
                t!(tr, "column-code"),
                t!(tr, "column-deposit"),
                t!(tr, "column-deposit-way"),
                t!(tr, "column-voucher"),
                t!(tr, "column-money"),
                t!(tr, "column-desk"),
                t!(tr, "column-desk-way"),
                t!(tr, "column-currency"),
                t!(tr, "column-rating"),
            ];
            head.extend(export.comments.then(|| t!(tr, "column-comment")));
            head
        }
        Subject::Clients => vec![
            t!(tr, "column-number"),
            t!(tr, "column-client"),
            t!(tr, "column-phone"),
            t!(tr, "column-language"),
            t!(tr, "column-since"),
            t!(tr, "column-regard"),
            t!(tr, "column-visits"),
            t!(tr, "column-took-place"),
            t!(tr, "column-missed"),
            t!(tr, "column-cancelled"),
            t!(tr, "column-first"),
            t!(tr, "column-last"),
        ],
        Subject::Payments => vec![
            t!(tr, "column-number"),
            t!(tr, "column-at"),
            t!(tr, "column-direction"),
            t!(tr, "column-way"),
            t!(tr, "column-about"),
            t!(tr, "column-amount"),
            t!(tr, "column-currency"),
            t!(tr, "column-visit"),
            t!(tr, "column-start"),
            t!(tr, "column-master"),
            t!(tr, "column-client"),
            t!(tr, "column-charge"),
            t!(tr, "column-provider-charge"),
        ],
    }
}

/// A page as rows; `zone` is the business's, for what has no place.
pub fn rows(frame: Frame, export: Export, page: &Page, zone: Tz) -> Vec<Vec<String>> {
    let safe = |cells: Vec<String>| cells.into_iter().map(no_formula).collect();
    match page {
        Page::Visits(rows) => rows.iter().map(|row| safe(visit(frame, row, export.comments))).collect(),
        Page::Clients(rows) => rows.iter().map(|row| safe(client(frame.tr, row, zone))).collect(),
        Page::Payments(rows) => rows.iter().map(|row| safe(payment(frame, row, zone))).collect(),
    }
}

fn visit(frame: Frame, row: &VisitRow, comments: bool) -> Vec<String> {
    let tr = frame.tr;
    let name = |names: &LocalText| names.get(tr.language()).to_owned();
    let services: Vec<String> = row.services.iter().map(name).collect();
    let amount = |money: Option<Money>| money.map(Money::decimal).unwrap_or_default();
    let (desk_way, desk) = row.desk.unzip();
    let account = |of| account(frame, of);
    let mut cells = vec![
        row.id.to_string(),
        wall(row.visit.start(), row.zone),
        (row.visit.end() - row.visit.start()).num_minutes().to_string(),
        name(&row.location),
        name(&row.master),
        services.join(", "),
        row.client.clone(),
        row.phone.clone().unwrap_or_default(),
        status(tr, row),
        wall(row.created_at, row.zone),
        row.price.decimal(),
        amount((!row.discount.is_zero()).then_some(row.discount)),
        row.code.clone().unwrap_or_default(),
        amount(row.deposit),
        row.deposit_way.map(account).unwrap_or_default(),
        amount(row.voucher),
        row.money.map(account).unwrap_or_default(),
        amount(desk),
        desk_way.map(account).unwrap_or_default(),
        row.price.currency().code().to_owned(),
        row.stars.map(|stars| stars.to_string()).unwrap_or_default(),
    ];
    if comments {
        cells.push(row.comment.clone().unwrap_or_default());
    }
    cells
}

fn status(tr: Tr, row: &VisitRow) -> String {
    match row.status {
        Status::Confirmed | Status::Held | Status::AwaitingPayment => t!(tr, "cell-booked"),
        Status::Completed => t!(tr, "cell-took-place"),
        Status::NoShow => t!(tr, "cell-missed"),
        Status::Cancelled | Status::Expired if row.by_studio => t!(tr, "cell-cancelled-studio"),
        Status::Cancelled | Status::Expired if row.is_late_cancel => t!(tr, "cell-cancelled-late"),
        Status::Cancelled | Status::Expired => t!(tr, "cell-cancelled"),
    }
}

fn client(tr: Tr, row: &ClientRow, zone: Tz) -> Vec<String> {
    vec![
        row.id.to_string(),
        row.name.clone(),
        row.phone.clone().unwrap_or_default(),
        row.language.clone(),
        wall(row.created_at, zone),
        match row.regard {
            Regard::Plain => String::new(),
            Regard::Flagged => t!(tr, "cell-flagged"),
            Regard::Blocked => t!(tr, "cell-blocked"),
        },
        row.visits.to_string(),
        row.took_place.to_string(),
        row.missed.to_string(),
        row.cancelled.to_string(),
        wall(row.first, zone),
        wall(row.last, zone),
    ]
}

fn payment(frame: Frame, row: &PaymentRow, zone: Tz) -> Vec<String> {
    let tr = frame.tr;
    let (start, zone) = row.visit.map_or((None, zone), |(start, zone)| (Some(start), zone));
    vec![
        row.id.to_string(),
        wall(row.at, zone),
        if row.is_in { t!(tr, "cell-in") } else { t!(tr, "cell-out") },
        account(frame, row.way),
        account(frame, row.about),
        row.amount.map_or_else(|| row.amount_minor.to_string(), Money::decimal),
        row.currency.clone(),
        row.booking.map(|booking| booking.to_string()).unwrap_or_default(),
        start.map(|start| wall(start, zone)).unwrap_or_default(),
        row.master.as_ref().map(|names| names.get(tr.language()).to_owned()).unwrap_or_default(),
        row.client.clone(),
        row.charge.clone().unwrap_or_default(),
        row.provider_charge.clone().unwrap_or_default(),
    ]
}

/// "2026-11-26 09:00".
fn wall(instant: DateTime<Utc>, zone: Tz) -> String {
    instant.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string()
}
