//! The side effects that a step asks for, each in the transaction of its step.

use sqlx::PgConnection;

use super::{Locked, Session};
use crate::{
    db::{
        bookings::{self, Card},
        outbox, people,
    },
    domain::{
        booking::{Purpose, Status},
        conversation::{Effect, MasterChoice, Outcome, Wish},
        ids::{BookingId, ClientId},
        month::Month,
        time,
    },
    services::{
        ServiceError, attendance, backup,
        booking::{self, Confirmed, own_card},
        messages::{self, Happened},
        payments::{self, Brought},
        privacy, settings, staff, vouchers, waitlist,
    },
};

/// Whether an effect may make time free that somebody waits for.
pub(super) fn frees_time(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::Release(_)
            | Effect::Cancel(_)
            | Effect::CancelFrom(_)
            | Effect::Confirm(_)
            | Effect::AcceptOffer(_)
            | Effect::DeclineOffer(_)
            | Effect::Unblock(_)
            | Effect::StaffCancel(_)
            | Effect::Refuse(_)
            | Effect::JoinWaitlist(_)
            | Effect::LeaveWaitlist(_)
            | Effect::Hold { .. }
            | Effect::HoldAgain { .. }
    )
}

impl Session<'_> {
    /// Effects that take time, and therefore need a lock; `None` for all others.
    pub(super) async fn locked(
        &self,
        effect: &Effect,
    ) -> Result<Option<Result<Locked, Outcome>>, ServiceError> {
        let now = self.services.clock.now();
        let pool = &self.services.pool;
        match effect {
            Effect::Block { from, to, master } => {
                let blocked = staff::block(pool, self.viewer, master.as_deref(), (*from, *to)).await?;
                let done = |lock| Locked { lock, card: None, outcome: Outcome::Blocked };
                return Ok(Some(blocked.map(done)));
            }
            Effect::Approve(booking) => {
                let approved = staff::approve(self.services, self.viewer, *booking, self.by).await?;
                let done = |lock| Locked { lock, card: None, outcome: Outcome::Done };
                return Ok(Some(approved.map(done)));
            }
            Effect::Settle(paid) => {
                let brought = payments::settle(self.services, paid, self.by).await?;
                let done = |Brought { lock, card, outcome }| Locked { lock, card, outcome };
                return Ok(Some(brought.map(done)));
            }
            _ => {}
        }
        // Only somebody who was never met has no client, and they are asked for their consent first.
        let Some(client) = self.viewer.client else { return Ok(None) };
        let confirmed = match effect {
            Effect::Hold { wish, master, start } => {
                let held = booking::hold(pool, client, wish, *master, *start, self.by, now).await?;
                return Ok(Some(held.map(|held| {
                    let outcome = Outcome::Held(held.card.booking.id);
                    Locked { lock: held.lock, card: Some(held.card), outcome }
                })));
            }
            Effect::HoldAgain { booking, master, start } => {
                return Ok(Some(
                    self.hold_again(client, *booking, MasterChoice::One(*master), *start).await?,
                ));
            }
            Effect::Confirm(booking) => booking::confirm(self.services, client, *booking, self.by).await?,
            Effect::Redeem(booking, voucher) => {
                booking::redeem(self.services, client, *booking, *voucher, self.by).await?
            }
            Effect::AcceptOffer(offer) => waitlist::accept(self.services, client, *offer, self.by).await?,
            Effect::ConfirmSeries { wish, booking, rule, deviations } => {
                let series = (*rule, deviations.as_slice());
                booking::confirm_series(self.services, client, wish, *booking, series, self.by).await?
            }
            _ => return Ok(None),
        };
        Ok(Some(match confirmed {
            Ok(confirmed) => Ok(self.told(client, confirmed).await?),
            Err(outcome) => Err(outcome),
        }))
    }

    /// Writes down who is to be told of what was confirmed.
    async fn told(&self, client: ClientId, confirmed: Confirmed) -> Result<Locked, ServiceError> {
        let Confirmed { mut lock, card, outcome, was } = confirmed;
        let happened = match outcome {
            Outcome::Confirmed(_) | Outcome::SeriesConfirmed(_) => Some(Happened::Booked),
            Outcome::Moved(_) => Some(Happened::Moved { was }),
            _ => None,
        };
        let (services, by) = (self.services, self.by);
        if let Some(happened) = happened {
            let conn = lock.connection();
            let cards = std::slice::from_ref(&card);
            messages::tell(conn, services, cards, happened, by.client, by.correlation).await?;
            if let Outcome::SeriesConfirmed(first) = outcome {
                let mut others = bookings::series_from(conn, client, first).await?;
                others.retain(|other| other.booking.id != first);
                let happened = Happened::BookedAlong;
                messages::tell(conn, services, &others, happened, by.client, by.correlation).await?;
            }
        } else if let Outcome::Invoiced(_) = outcome {
            payments::ask(lock.connection(), services, &card).await?;
        } else if let Outcome::Requested(_) = outcome {
            staff::ask_for_approval(lock.connection(), services, &card).await?;
        }
        Ok(Locked { lock, card: Some(card), outcome })
    }

    /// Holds a time of what a visit was made of.
    async fn hold_again(
        &self,
        client: ClientId,
        before: BookingId,
        master: MasterChoice,
        start: chrono::DateTime<chrono::Utc>,
    ) -> Result<Result<Locked, Outcome>, ServiceError> {
        let (pool, now) = (&self.services.pool, self.services.clock.now());
        let mut conn = pool.acquire().await?;
        let Some(card) = own_card(&mut conn, client, before).await? else {
            return Ok(Err(Outcome::NotFound));
        };
        drop(conn);
        let wish = Wish::again(&card.booking);
        let held = booking::hold(pool, client, &wish, master, start, self.by, now).await?;
        Ok(held.map(|held| {
            let outcome = Outcome::HeldAgain { wish, booking: held.card.booking.id };
            Locked { lock: held.lock, card: Some(held.card), outcome }
        }))
    }

    pub(super) async fn small_effect(
        &mut self,
        conn: &mut PgConnection,
        effect: &Effect,
    ) -> Result<Outcome, ServiceError> {
        let now = self.services.clock.now();
        let (services, viewer, by) = (self.services, self.viewer, self.by);
        Ok(match effect {
            Effect::SetLanguage(language) => {
                people::set_language(conn, viewer.person, *language).await?;
                self.language = *language;
                Outcome::Done
            }
            Effect::Agree => {
                people::agree(conn, viewer.person, now).await?;
                Outcome::Done
            }
            Effect::SavePhone(phone) => {
                people::set_phone(conn, viewer.person, phone).await?;
                Outcome::Done
            }
            Effect::Choose { location, picked } => {
                booking::choose(conn, viewer.client, *location, picked, now).await?
            }
            Effect::Set(setting) => settings::change(conn, services, viewer.person, *setting).await?,
            Effect::Regard(booking, regard) => staff::regard(conn, viewer, *booking, *regard, now).await?,
            Effect::Unblock(time_off) => staff::unblock(conn, viewer, *time_off).await?,
            Effect::StaffCancel(booking) => staff::cancel(conn, services, viewer, *booking, by).await?,
            Effect::Attended(booking, said) => {
                attendance::attended(conn, services, viewer, *booking, *said, by).await?
            }
            Effect::RunLate(minutes) => staff::run_late(conn, services, viewer, *minutes, by).await?,
            Effect::Refuse(booking) => staff::decline(conn, services, viewer, *booking, by).await?,
            Effect::RefundDone(refund) => payments::close(conn, services, viewer, *refund).await?,
            Effect::AtDesk(booking, way) => payments::at_desk(conn, services, viewer, *booking, *way).await?,
            Effect::Backup => backup::ask(conn, services, viewer).await?,
            Effect::FindBackup(id) => backup::point(conn, services, viewer, *id, by.correlation).await?,
            Effect::TakeGift(token) => {
                vouchers::take_gift(conn, services, viewer.person, *token, by.correlation).await?
            }
            Effect::RefundTasks => payments::tell_tasks(conn, services, viewer, by.correlation).await?,
            Effect::Parked { retries } if viewer.is_admin => {
                outbox::act(conn, None, *retries, now).await?;
                Outcome::Done
            }
            effect => match viewer.client {
                Some(client) => self.clients_effect(conn, client, effect).await?,
                None => Outcome::NotFound,
            },
        })
    }

    async fn clients_effect(
        &self,
        conn: &mut PgConnection,
        client: ClientId,
        effect: &Effect,
    ) -> Result<Outcome, ServiceError> {
        let now = self.services.clock.now();
        let (services, by) = (self.services, self.by);
        Ok(match effect {
            Effect::Release(booking) => {
                booking::release(conn, client, *booking, by, now).await?;
                Outcome::Done
            }
            Effect::MissHold(booking) => booking::missed(conn, client, *booking).await?,
            Effect::Cancel(booking) => {
                let visit = own_card(conn, client, *booking).await?;
                let (visit, request): (Vec<Card>, Vec<Card>) = visit
                    .into_iter()
                    .filter(|card| card.booking.is_confirmed() || card.booking.purpose == Purpose::Requested)
                    .partition(|card| card.booking.is_confirmed());
                let outcome = booking::cancel(conn, client, *booking, by, now).await?;
                self.tell_cancelled(conn, visit).await?;
                // Nobody was promised anything yet, but the staff need not decide any more.
                let changed = Happened::Changed;
                messages::tell(conn, services, &request, changed, by.client, by.correlation).await?;
                outcome
            }
            Effect::CancelFrom(booking) => {
                let visits = bookings::series_from(conn, client, *booking).await?;
                let outcome = booking::cancel_from(conn, client, *booking, by, now).await?;
                self.tell_cancelled(conn, visits).await?;
                outcome
            }
            Effect::Move(booking) => booking::moving(conn, client, *booking, now).await?,
            Effect::Coming(booking) => attendance::coming(conn, services, client, *booking, by).await?,
            Effect::Late(booking, minutes) => {
                attendance::client_late(conn, services, client, *booking, *minutes, by).await?
            }
            Effect::Rate(booking, stars) => {
                attendance::rate(conn, services, client, *booking, *stars).await?
            }
            Effect::Comment(booking, comment) => attendance::comment(conn, client, *booking, comment).await?,
            Effect::Tip(booking, percent) => {
                payments::tip(conn, services, client, *booking, *percent).await?
            }
            Effect::UseCode(booking, code) => booking::use_code(conn, client, *booking, code, now).await?,
            Effect::BuyVoucher(kind, is_gift) => {
                vouchers::buy(conn, services, (client, by.client), *kind, *is_gift).await?
            }
            Effect::SendGift(voucher) => {
                vouchers::send_gift(conn, services, (client, by.client), *voucher, by.correlation).await?
            }
            Effect::RatherVoucher(refund) => {
                payments::rather_voucher(conn, services, (client, by.client), *refund).await?
            }
            Effect::Forget => privacy::ask(conn, services, self.viewer, client).await?,
            Effect::KeepData => privacy::keep(conn, services, client).await?,
            Effect::DeclineOffer(offer) => waitlist::decline(conn, client, *offer, by, now).await?,
            Effect::Earlier(booking) => waitlist::earlier(conn, client, *booking, now).await?,
            Effect::JoinWaitlist(wanted) => waitlist::join(conn, client, wanted, now).await?,
            Effect::LeaveWaitlist(wait) => waitlist::leave(conn, client, *wait, now).await?,
            Effect::Again(booking) => match own_card(conn, client, *booking).await? {
                Some(card) => {
                    let date = time::local_date(card.booking.zone, card.booking.visit.start().max(now));
                    Outcome::Again { wish: Wish::again(&card.booking), month: Month::of(date) }
                }
                None => Outcome::NotFound,
            },
            _ => Outcome::NotFound,
        })
    }

    /// Tells of those visits that are cancelled now.
    async fn tell_cancelled(&self, conn: &mut PgConnection, visits: Vec<Card>) -> Result<(), ServiceError> {
        let ids: Vec<BookingId> = visits.iter().map(|card| card.booking.id).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let mut cards = bookings::cards(conn, &ids).await?;
        cards.retain(|card| card.booking.status == Status::Cancelled);
        cards.sort_by_key(|card| card.booking.visit.start());
        let happened = Happened::CancelledByClient;
        let by = self.by;
        messages::tell(conn, self.services, &cards, happened, by.client, by.correlation).await?;
        Ok(())
    }
}
