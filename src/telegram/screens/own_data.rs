//! What is stored about somebody, for themselves to read.

use chrono_tz::Tz;

use super::{Frame, money, visits, vouchers};
use crate::{db::bookings::Card, domain::time::local_date, services::privacy::OwnData, t};

/// As plain text. What only machines want to know is in the other file.
pub fn own_data(frame: Frame, data: &OwnData, zone: Tz) -> String {
    let tr = frame.tr;
    let profile = |name: &str| {
        let value = data.all.get("profile").and_then(|profile| profile.get(name));
        value.and_then(serde_json::Value::as_str).unwrap_or("–").to_owned()
    };
    let mut lines = vec![
        t!(tr, "own-data-head", day = tr.day(local_date(zone, frame.now))),
        t!(tr, "own-data-name", name = profile("name")),
        t!(tr, "own-data-phone", phone = profile("phone")),
        t!(tr, "own-data-language", language = profile("language")),
        t!(tr, "own-data-consent", at = profile("consented_at")),
    ];
    let visit = |card: &Card| {
        let booking = &card.booking;
        let (day, from) = (tr.day(local_date(booking.zone, booking.visit.start())), frame.from(booking));
        let what = [frame.services(booking), card.master.get(tr.language()).to_owned()].join(" · ");
        let status = plain(&visits::status(frame, booking));
        t!(tr, "own-data-visit", day = day, from = from, what = what, status = status)
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
