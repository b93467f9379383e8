//! Vouchers: what somebody has, what they can buy, and what is told of them.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::Frame;
use crate::{
    domain::{
        booking::Pays,
        conversation::Action,
        time::local_date,
        voucher::{Redemption, Voucher, VoucherType},
    },
    services::vouchers::Shop,
    t,
    telegram::view::{Button, Keyboard, View, escape, lines_that_fit},
};

/// What somebody has and what is waiting for its taker, above what can be bought.
pub(super) fn shop(frame: Frame, shop: &Shop, zone: Tz) -> View {
    let tr = frame.tr;
    let mut lines = vec![t!(tr, "vouchers")];
    if shop.own.is_empty() {
        lines.push(t!(tr, "vouchers-none"));
    }
    lines.extend(shop.own.iter().map(|voucher| balance(frame, voucher, zone)));
    if !shop.gifts.is_empty() {
        lines.push(format!("\n{}", t!(tr, "vouchers-gifts")));
        lines.extend(shop.gifts.iter().map(|voucher| balance(frame, voucher, zone)));
    }
    if !shop.types.is_empty() {
        lines.push(format!("\n{}", t!(tr, "vouchers-buy")));
    }
    let button = |kind: &VoucherType| {
        let (name, price) = (kind.names.get(tr.language()), tr.money(kind.price));
        vec![Button::new(t!(tr, "vouchers-row", name = name, price = price), Action::VoucherType(kind.id))]
    };
    let pass_on = |gift: &Voucher| {
        let label = t!(tr, "button-send-gift", name = name(frame, gift));
        vec![Button::new(label, Action::SendGift(gift.id))]
    };
    let rows = shop.gifts.iter().map(pass_on).chain(shop.types.iter().map(button)).collect();
    frame.inline(lines_that_fit(lines), rows)
}

/// What a voucher is for, and what it costs.
pub(super) fn kind(frame: Frame, kind: &VoucherType) -> View {
    let tr = frame.tr;
    let (name, price) = (escape(kind.names.get(tr.language())), tr.money(kind.price));
    let days = kind.valid_days;
    let text = match &kind.visits {
        Some((service, visits)) => {
            let (service, count): (String, u32) = (escape(service.get(tr.language())), *visits);
            let each = tr.money(kind.price.share(count));
            t!(
                tr,
                "voucher-type-visits",
                name = name,
                count = count,
                service = service,
                price = price,
                each = each,
                days = days
            )
        }
        None => t!(tr, "voucher-type-amount", name = name, price = price, days = days),
    };
    let rows = vec![
        vec![Button::new(t!(tr, "button-buy-own"), Action::BuyVoucher(kind.id, false))],
        vec![Button::new(t!(tr, "button-buy-gift"), Action::BuyVoucher(kind.id, true))],
    ];
    frame.inline(text, rows)
}

/// What is left of a voucher, and until when, in a line.
pub(super) fn balance(frame: Frame, voucher: &Voucher, zone: Tz) -> String {
    let tr = frame.tr;
    // It ends with its last day.
    let last = |ends: DateTime<Utc>| local_date(zone, ends - TimeDelta::seconds(1));
    let until = voucher.ends_at.map(|ends| tr.day(last(ends))).unwrap_or_default();
    let name = escape(&name(frame, voucher));
    match &voucher.visits {
        Some(visits) => {
            let (left, all): (u32, u32) = (visits.left, visits.all);
            t!(tr, "voucher-visits", name = name, left = left, all = all, until = until)
        }
        None => t!(tr, "voucher-amount", name = name, left = tr.money(voucher.left), until = until),
    }
}

/// What is sold, for an invoice.
pub(super) fn offer(frame: Frame, voucher: &Voucher) -> String {
    let tr = frame.tr;
    let (name, days) = (name(frame, voucher), voucher.valid_days);
    t!(tr, "invoice-description-voucher", name = name, days = days)
}

fn name(frame: Frame, voucher: &Voucher) -> String {
    let names = voucher.names.as_ref().filter(|_| !frame.hides(voucher.is_discreet));
    names.map_or_else(|| t!(frame.tr, "voucher-name"), |names| names.get(frame.tr.language()).to_owned())
}

/// The button that pays for a visit.
pub(super) fn redeem(frame: Frame, voucher: &Voucher, redemption: &Redemption) -> String {
    let tr = frame.tr;
    match redemption.pays {
        Pays::Visit => t!(tr, "button-redeem-visit", name = name(frame, voucher)),
        Pays::Amount => {
            let (amount, name) = (tr.money(redemption.amount), name(frame, voucher));
            t!(tr, "button-redeem-amount", amount = amount, name = name)
        }
    }
}

/// To whom it belongs.
pub(super) fn letter(frame: Frame, voucher: &Voucher, zone: Tz) -> View {
    let tr = frame.tr;
    let rows = vec![
        vec![Button::new(t!(tr, "button-book"), Action::Book)],
        vec![Button::new(t!(tr, "button-vouchers"), Action::Vouchers)],
    ];
    let text = t!(tr, "letter-voucher", voucher = balance(frame, voucher, zone));
    View { text, keyboard: Keyboard::Inline(rows) }
}

/// To who has paid for it, to be passed on as it is.
pub(super) fn gift(frame: Frame, voucher: &Voucher, zone: Tz, link: &str) -> View {
    let text = t!(frame.tr, "letter-gift", voucher = balance(frame, voucher, zone), link = escape(link));
    View { text, keyboard: Keyboard::Inline(Vec::new()) }
}

/// To who has given it.
pub(super) fn gift_taken(frame: Frame, voucher: &Voucher) -> View {
    let text = t!(frame.tr, "letter-gift-taken", name = escape(&name(frame, voucher)));
    View { text, keyboard: Keyboard::Inline(Vec::new()) }
}
