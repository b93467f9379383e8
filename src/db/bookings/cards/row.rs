//! The row of a card, and what it is in the domain.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::{postgres::types::PgRange, types::Json};
use uuid::Uuid;

use super::{Card, Rating};
use crate::{
    db::{
        DbError,
        rows::{ItemRow, Names, Place, leads, quiet, range},
    },
    domain::{
        booking::{Booking, Pays, Purpose, Status},
        deposit::{Deposit, Reason},
        ids::{BookingId, ClientId, LocationId, MasterId, ResourceId, SeriesId, TelegramId},
        ranges::Range,
        slots::Regard,
    },
};

#[expect(clippy::struct_excessive_bools, reason = "the columns of a row")]
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) uid: Uuid,
    pub(super) client_id: i64,
    pub(super) master_id: i32,
    pub(super) location_id: i32,
    pub(super) status: String,
    pub(super) starts_at: DateTime<Utc>,
    pub(super) ends_at: DateTime<Utc>,
    pub(super) occupied: PgRange<DateTime<Utc>>,
    pub(super) zone: String,
    pub(super) hold_until: Option<DateTime<Utc>>,
    pub(super) price_minor: i64,
    pub(super) currency: String,
    pub(super) sequence: i32,
    pub(super) master: Names,
    pub(super) location: Names,
    pub(super) address: String,
    pub(super) cancel_notice_minutes: i32,
    pub(super) move_notice_minutes: i32,
    pub(super) late_cancel: bool,
    pub(super) late_fee_percent: i16,
    pub(super) is_offered: bool,
    pub(super) replaces: Option<i64>,
    pub(super) series_id: Option<i64>,
    pub(super) resource_ids: Vec<i32>,
    pub(super) is_late_cancel: bool,
    pub(super) old_starts_at: Option<DateTime<Utc>>,
    pub(super) old_ends_at: Option<DateTime<Utc>>,
    pub(super) old_price_minor: Option<i64>,
    pub(super) rule: Option<String>,
    pub(super) most_repeats: i32,
    pub(super) resources: Json<Vec<BTreeMap<String, String>>>,
    pub(super) client: String,
    pub(super) phone: Option<String>,
    pub(super) regard: String,
    pub(super) late_cancels: i64,
    pub(super) no_shows: i64,
    pub(super) client_account: i64,
    pub(super) master_account: Option<i64>,
    pub(super) is_unreachable: bool,
    pub(super) reachable_master: Option<i64>,
    pub(super) quiet_from: Option<i16>,
    pub(super) quiet_to: Option<i16>,
    pub(super) quiet_zone: Option<String>,
    pub(super) leads: Json<Vec<(u32, u32)>>,
    pub(super) approves_flagged: bool,
    pub(super) is_discreet: bool,
    pub(super) hold_minutes: i32,
    pub(super) stars: Option<i16>,
    pub(super) comment: Option<String>,
    pub(super) purpose: String,
    pub(super) coming_at: Option<DateTime<Utc>>,
    pub(super) client_late: i32,
    pub(super) delay: i32,
    pub(super) came_late: bool,
    pub(super) by_studio: bool,
    pub(super) deposit_minor: Option<i64>,
    pub(super) deposit_reason: Option<String>,
    pub(super) money: Option<String>,
    pub(super) desk: Option<String>,
    pub(super) desk_minor: Option<i64>,
    pub(super) discount_minor: i64,
    pub(super) late_fee: i16,
    pub(super) promo: Option<String>,
    pub(super) is_visit: Option<bool>,
    pub(super) items: Json<Vec<ItemRow>>,
}

impl TryFrom<Row> for Card {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Card, DbError> {
        let place = Place { table: "bookings", row: &row.id };
        let currency = place.currency(&row.currency)?;
        let items =
            row.items.0.into_iter().map(|item| item.into_item(place, currency)).collect::<Result<_, _>>()?;
        let deposit = match row.deposit_minor.zip(row.deposit_reason) {
            Some((minor, reason)) => Some(Deposit {
                amount: place.money(minor, currency)?,
                reason: Reason::from_label(&reason).ok_or_else(|| place.bad("deposit_reason"))?,
            }),
            None => None,
        };
        let desk = match row.desk.zip(row.desk_minor) {
            Some((way, minor)) => Some((place.account("desk", &way)?, place.money(minor, currency)?)),
            None => None,
        };
        Ok(Card {
            booking: Booking {
                id: BookingId(row.id),
                uid: row.uid,
                client: ClientId(row.client_id),
                master: MasterId(row.master_id),
                location: LocationId(row.location_id),
                status: Status::from_label(&row.status).ok_or_else(|| place.bad("status"))?,
                visit: Range::new(row.starts_at, row.ends_at).ok_or_else(|| place.bad("ends_at"))?,
                occupied: range(&row.occupied).ok_or_else(|| place.bad("occupied"))?,
                zone: place.zone(&row.zone)?,
                hold_until: row.hold_until,
                items,
                price: place.money(row.price_minor, currency)?,
                deposit,
                money: row.money.map(|label| place.account("money", &label)).transpose()?,
                desk,
                sequence: place.count("sequence", row.sequence)?,
                replaces: row.replaces.map(BookingId),
                series: row.series_id.map(SeriesId),
                resources: row.resource_ids.into_iter().map(ResourceId).collect(),
                is_late_cancel: row.is_late_cancel,
                purpose: Purpose::from_label(&row.purpose).ok_or_else(|| place.bad("purpose"))?,
                coming_at: row.coming_at,
                client_late: place.count("client_late", row.client_late)?,
                delay: place.count("delay", row.delay)?,
                came_late: row.came_late,
                by_studio: row.by_studio,
                late_fee: u8::try_from(row.late_fee).map_err(|_| place.bad("late_fee_percent"))?,
                discount: place.money(row.discount_minor, currency)?,
                voucher: row.is_visit.map(|is_visit| if is_visit { Pays::Visit } else { Pays::Amount }),
            },
            master: place.names(row.master)?,
            location: place.names(row.location)?,
            address: row.address,
            terms: place.terms(
                row.cancel_notice_minutes,
                row.move_notice_minutes,
                (row.late_cancel, row.late_fee_percent),
            )?,
            is_offered: row.is_offered,
            moved_from: row
                .old_starts_at
                .zip(row.old_ends_at)
                .and_then(|(start, end)| Range::new(start, end))
                .zip(row.old_price_minor.map(|minor| place.money(minor, currency)).transpose()?),
            rule: row.rule,
            // A series is not paid beforehand, and a code makes one visit cheaper.
            most_repeats: u32::try_from(row.most_repeats)
                .ok()
                .filter(|most| *most > 0 && deposit.is_none() && row.discount_minor == 0),
            promo: row.promo,
            resources: place.list(row.resources)?,
            client: row.client,
            phone: row.phone,
            regard: Regard::from_label(&row.regard).ok_or_else(|| place.bad("clients.regard"))?,
            late_cancels: u32::try_from(row.late_cancels).unwrap_or(u32::MAX),
            no_shows: u32::try_from(row.no_shows).unwrap_or(u32::MAX),
            client_account: TelegramId(row.client_account),
            master_account: row.master_account.map(TelegramId),
            is_unreachable: row.is_unreachable,
            reachable_master: row.reachable_master.map(TelegramId),
            quiet: quiet(row.quiet_from, row.quiet_to, row.quiet_zone.as_deref().unwrap_or(&row.zone)),
            leads: leads(row.leads),
            approves_flagged: row.approves_flagged,
            is_discreet: row.is_discreet,
            hold: place.count("hold_minutes", row.hold_minutes)?,
            rating: row
                .stars
                .map(|stars| Rating { stars: u8::try_from(stars).unwrap_or_default(), comment: row.comment }),
        })
    }
}
