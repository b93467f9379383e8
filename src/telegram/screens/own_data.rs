//! What is stored about somebody, for themselves to read.

use chrono_tz::Tz;

use super::{Frame, home, money, visits, vouchers};
use crate::{
    db::bookings::Card,
    domain::time::local_date,
    services::privacy::{OwnData, View},
    t,
};

/// As plain text. What only machines want to know is in the other file.
pub fn own_data(frame: Frame, data: &OwnData, zone: Tz) -> String {
    let tr = frame.tr;
    let day = |at| tr.day(local_date(zone, at));
    let agreed = data.consented_at.map_or_else(|| "–".to_owned(), day);
    let phone = data.phone.clone().unwrap_or_else(|| "–".to_owned());
    let mut lines = vec![
        t!(tr, "own-data-head", day = day(frame.now)),
        t!(tr, "own-data-name", name = data.name.clone()),
        t!(tr, "own-data-phone", phone = phone),
        t!(tr, "own-data-language", language = home::language_name(frame, tr.language())),
        t!(tr, "own-data-consent", at = agreed),
    ];
    let visit = |card: &Card| {
        let booking = &card.booking;
        let (day, from) = (tr.day(local_date(booking.zone, booking.visit.start())), frame.from(booking));
        let what = [frame.services(card), card.master.get(tr.language()).to_owned()].join(" · ");
        let status = plain(&visits::status(frame, booking));
        t!(tr, "own-data-visit", day = day, from = from, what = what, status = status)
    };
    let view = |view: &View| {
        let who = match &view.master {
            Some(master) => master.get(tr.language()).to_owned(),
            None => t!(tr, "own-data-management"),
        };
        let (day, at) = (day(view.at), tr.time(view.at, zone));
        if view.is_table {
            t!(tr, "own-data-view-table", day = day, at = at, who = who)
        } else {
            t!(tr, "own-data-view", day = day, at = at, who = who)
        }
    };
    let sections = [
        (t!(tr, "own-data-visits"), data.visits.iter().map(visit).collect::<Vec<_>>()),
        (
            t!(tr, "own-data-payments"),
            data.payments.iter().map(|payment| plain(&money::payment(frame, payment, zone))).collect(),
        ),
        (
            t!(tr, "own-data-vouchers"),
            data.vouchers.iter().map(|voucher| plain(&vouchers::balance(frame, voucher, zone))).collect(),
        ),
        (t!(tr, "own-data-views"), data.views.iter().map(view).collect()),
    ];
    for (heading, rows) in sections {
        lines.push(format!("\n{heading}"));
        if rows.is_empty() {
            lines.push(t!(tr, "own-data-none"));
        }
        lines.extend(rows);
    }
    lines.push(format!("\n{}", t!(tr, "own-data-rest")));
    lines.join("\n")
}

/// Lines of a chat without their marks; what was escaped for it is as it was.
fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut is_mark = false;
    for c in html.chars() {
        match c {
            '<' => is_mark = true,
            '>' if is_mark => is_mark = false,
            _ if is_mark => {}
            _ => text.push(c),
        }
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}
