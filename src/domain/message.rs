//! What the bot tells people of its own accord, and how each kind of it is to be sent.

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    ids::{BackupId, BookingId, ErasureId, InvoiceId, MessageId, OfferId, RefundId, VoucherId},
    language::Language,
};

/// Something that one person is told. It names what it is about; what it says is read when it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// To the master: a visit has been booked.
    VisitNew(BookingId),
    /// To the master: a visit has moved, also away to somebody else.
    VisitMoved(BookingId),
    /// To the master: a client has cancelled.
    VisitCancelled(BookingId),
    /// To the client: the studio had to cancel.
    StudioCancelled(BookingId),
    /// To the client: the master is late by so many minutes.
    Delay(BookingId, u32),
    /// To the master: the client is late by so many minutes.
    ClientLate(BookingId, u32),
    /// To the master: the client of a visit cannot be told anything.
    Unreachable(BookingId),
    /// To the client: a visit that starts at this instant is near.
    Reminder(BookingId, DateTime<Utc>),
    /// To the master: has the client come?
    OutcomeAsk(BookingId),
    /// To the client: how was it?
    RatingAsk(BookingId),
    /// To the master: a client has rated a visit.
    Rated(BookingId),
    /// To a waiting client: a time has been kept for them.
    Offer(OfferId),
    /// To a waiting client: the offer in this message is over.
    OfferOver(OfferId, MessageId),
    /// To the staff: a flagged client wishes a visit.
    RequestAsk(BookingId),
    /// To the client: the wished visit has been approved.
    RequestApproved(BookingId),
    /// To the client: the wished visit cannot be, or nobody has answered in time.
    RequestDeclined(BookingId),
    /// Brings the card of a visit up to date where there is one, without a new message.
    Card(BookingId),
    /// Takes the buttons off a card that a newer one has replaced.
    OldCard(BookingId, MessageId),
    /// To the master, in the morning.
    DayDigest(NaiveDate),
    /// To the admin: how the week was that began on this Monday.
    WeekDigest(NaiveDate),
    /// To the admin: what has happened in the minute from this instant on.
    News(DateTime<Utc>),
    /// To the admin: a job has not succeeded for too long.
    JobLate(String),
    /// To the admin: so many messages could not be sent.
    Parked(u32),
    /// To the client: what is to be paid.
    Invoice(InvoiceId),
    /// Takes away the message that asks for money which is not wanted any more.
    InvoiceOver(InvoiceId, MessageId),
    /// To the client: a time is not kept any more, as it was not paid.
    PaymentOver(BookingId),
    /// To nobody: has Telegram give Stars back.
    RefundStars(RefundId),
    /// To the client: money goes back, or has gone.
    Refund(RefundId),
    /// To the admin: money is to be given back by hand.
    RefundTask(RefundId),
    /// To the master: a client has given a tip.
    Tip(InvoiceId),
    /// To the admin: payments, bookings and the ledger disagree.
    Books,
    /// To whom it belongs: a voucher is theirs.
    Voucher(VoucherId),
    /// To who has paid for it: a gift that they can pass on.
    Gift(VoucherId),
    /// To who has given it: somebody has taken the gift.
    GiftTaken(VoucherId),
    /// To the admin: the client took a voucher in place of the money that was to be given back.
    RefundOver(RefundId),
    /// To whoever would have got it: there is no such backup.
    BackupFailed(BackupId),
    /// To the admin: the last good backup is too old.
    BackupLate,
    /// To whoever looks for it: the answer to the message with this backup.
    BackupAt(BackupId),
    /// To the staff who know them: a client wants to be forgotten.
    ErasureAsked(ErasureId),
    /// To the same: the client has changed their mind.
    ErasureWithdrawn(ErasureId),
    /// To the admin: a client was forgotten.
    ErasureDone(ErasureId),
    /// To somebody of whom nothing is known any more but this.
    Forgotten(Language),
}

/// What goes first when not everything can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// What somebody waits for, or must act upon now.
    Prompt,
    Reminder,
    Question,
    Digest,
}

impl Priority {
    pub const ALL: [Priority; 4] =
        [Priority::Prompt, Priority::Reminder, Priority::Question, Priority::Digest];

    /// As the database has it; 0 goes first.
    pub fn number(self) -> i16 {
        match self {
            Priority::Prompt => 0,
            Priority::Reminder => 1,
            Priority::Question => 2,
            Priority::Digest => 3,
        }
    }
}

/// What happens to a message of which nobody knows whether it arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InDoubt {
    /// Twice is better than never.
    Resend,
    /// Never is better than twice.
    Drop,
}

/// Messages that a person can switch off. The labels are stored with their settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// The client's reminders.
    Reminders,
    /// The request for a rating.
    Ratings,
    /// New visits, for the master or, summed up by the minute, for the admin.
    Booked,
    Moved,
    Cancelled,
    /// Clients who are late, or cannot be told anything.
    Clients,
    /// The questions after the visits.
    Outcomes,
    /// The morning's visits of a master, the week of the admin.
    Digests,
}

impl Topic {
    pub const ALL: [Topic; 8] = [
        Topic::Reminders,
        Topic::Ratings,
        Topic::Booked,
        Topic::Moved,
        Topic::Cancelled,
        Topic::Clients,
        Topic::Outcomes,
        Topic::Digests,
    ];
    /// What a client may choose, and what the staff.
    pub const OF_CLIENTS: [Topic; 2] = [Topic::Reminders, Topic::Ratings];
    pub const OF_STAFF: [Topic; 6] =
        [Topic::Booked, Topic::Moved, Topic::Cancelled, Topic::Clients, Topic::Outcomes, Topic::Digests];

    pub fn label(self) -> &'static str {
        match self {
            Topic::Reminders => "reminders",
            Topic::Ratings => "ratings",
            Topic::Booked => "booked",
            Topic::Moved => "moved",
            Topic::Cancelled => "cancelled",
            Topic::Clients => "clients",
            Topic::Outcomes => "outcomes",
            Topic::Digests => "digests",
        }
    }

    pub fn from_label(label: &str) -> Option<Topic> {
        Topic::ALL.into_iter().find(|topic| topic.label() == label)
    }
}

/// How a kind of message is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manner {
    /// The name under which it is stored.
    pub kind: &'static str,
    pub priority: Priority,
    pub in_doubt: InDoubt,
    /// Whether it comes in quiet hours, too: what cannot wait for the morning, and what makes no sound. Offers are not made
    /// in quiet hours, and reminders are planned around them.
    pub is_urgent: bool,
    /// By what the recipient may have switched it off; `None` when they cannot.
    pub topic: Option<Topic>,
    /// Whether the message is from then on the living card of its visit.
    pub becomes_the_card: bool,
}

impl Manner {
    /// Rather twice than never, not in quiet hours, whether it is wanted or not.
    const fn of(kind: &'static str, priority: Priority) -> Manner {
        Manner {
            kind,
            priority,
            in_doubt: InDoubt::Resend,
            is_urgent: false,
            topic: None,
            becomes_the_card: false,
        }
    }

    /// A nuisance when it comes twice, and no harm when it never comes.
    const fn once(self) -> Manner {
        Manner { in_doubt: InDoubt::Drop, ..self }
    }

    const fn urgent(self) -> Manner {
        Manner { is_urgent: true, ..self }
    }

    const fn about(self, topic: Topic) -> Manner {
        Manner { topic: Some(topic), ..self }
    }

    const fn card(self) -> Manner {
        Manner { becomes_the_card: true, ..self }
    }
}

impl Message {
    pub fn manner(&self) -> Manner {
        use Priority::{Digest, Prompt, Question, Reminder};
        use Topic::{Booked, Cancelled, Clients, Digests, Moved, Outcomes, Ratings, Reminders};
        match self {
            Message::VisitNew(_) => Manner::of("visit_new", Prompt).about(Booked).card(),
            Message::VisitMoved(_) => Manner::of("visit_moved", Prompt).about(Moved).card(),
            Message::VisitCancelled(_) => Manner::of("visit_cancelled", Prompt).about(Cancelled).card(),
            Message::StudioCancelled(_) => Manner::of("studio_cancelled", Prompt).urgent().card(),
            Message::Delay(..) => Manner::of("delay", Prompt).urgent().card(),
            Message::ClientLate(..) => Manner::of("client_late", Prompt).urgent().about(Clients).card(),
            Message::Unreachable(_) => Manner::of("unreachable", Prompt).urgent().about(Clients).card(),
            Message::Reminder(..) => Manner::of("reminder", Reminder).urgent().about(Reminders).card(),
            Message::OutcomeAsk(_) => Manner::of("outcome_ask", Question).about(Outcomes).card(),
            Message::RatingAsk(_) => Manner::of("rating_ask", Question).once().about(Ratings),
            Message::Rated(_) => Manner::of("rated", Question).once().about(Clients),
            Message::Offer(_) => Manner::of("offer", Prompt).urgent(),
            Message::OfferOver(..) => Manner::of("offer_over", Prompt).urgent(),
            Message::RequestAsk(_) => Manner::of("request_ask", Prompt).card(),
            Message::RequestApproved(_) => Manner::of("request_approved", Prompt).card(),
            Message::RequestDeclined(_) => Manner::of("request_declined", Prompt).card(),
            // Edits may be made twice, and nobody notices.
            Message::Card(_) => Manner::of("card", Question).urgent(),
            Message::OldCard(..) => Manner::of("old_card", Digest).urgent(),
            Message::DayDigest(_) => Manner::of("day_digest", Digest).once().about(Digests),
            Message::WeekDigest(_) => Manner::of("week_digest", Digest).once().about(Digests),
            // They choose by themselves what of them is wanted.
            Message::News(_) => Manner::of("news", Digest).once(),
            Message::JobLate(_) => Manner::of("job_late", Digest).urgent(),
            Message::Parked(_) => Manner::of("parked", Digest),
            // A second invoice can only be paid as long as the first is not.
            Message::Invoice(_) => Manner::of("invoice", Prompt).urgent(),
            Message::InvoiceOver(..) => Manner::of("invoice_over", Prompt).urgent(),
            Message::PaymentOver(_) => Manner::of("payment_over", Prompt).urgent().card(),
            // Telegram gives the same Stars back only once.
            Message::RefundStars(_) => Manner::of("refund_stars", Prompt).urgent(),
            Message::Refund(_) => Manner::of("refund", Prompt),
            Message::RefundTask(_) => Manner::of("refund_task", Prompt),
            Message::Tip(_) => Manner::of("tip", Question).about(Clients),
            Message::Books => Manner::of("books", Digest),
            Message::Voucher(_) => Manner::of("voucher", Prompt).urgent(),
            Message::Gift(_) => Manner::of("gift", Prompt).urgent(),
            Message::GiftTaken(_) => Manner::of("gift_taken", Question).once(),
            Message::RefundOver(_) => Manner::of("refund_over", Prompt),
            Message::BackupFailed(_) => Manner::of("backup_failed", Prompt),
            Message::BackupLate => Manner::of("backup_late", Prompt),
            Message::BackupAt(_) => Manner::of("backup_at", Prompt).once().urgent(),
            Message::ErasureAsked(_) => Manner::of("erasure_asked", Question),
            Message::ErasureWithdrawn(_) => Manner::of("erasure_withdrawn", Question),
            Message::ErasureDone(_) => Manner::of("erasure_done", Question),
            Message::Forgotten(_) => Manner::of("forgotten", Prompt).once().urgent(),
        }
    }

    pub fn booking(&self) -> Option<BookingId> {
        match self {
            Message::VisitNew(booking)
            | Message::VisitMoved(booking)
            | Message::VisitCancelled(booking)
            | Message::StudioCancelled(booking)
            | Message::Delay(booking, _)
            | Message::ClientLate(booking, _)
            | Message::Unreachable(booking)
            | Message::Reminder(booking, _)
            | Message::OutcomeAsk(booking)
            | Message::RatingAsk(booking)
            | Message::Rated(booking)
            | Message::RequestAsk(booking)
            | Message::RequestApproved(booking)
            | Message::RequestDeclined(booking)
            | Message::Card(booking)
            | Message::OldCard(booking, _)
            | Message::PaymentOver(booking) => Some(*booking),
            Message::Offer(_)
            | Message::OfferOver(..)
            | Message::DayDigest(_)
            | Message::WeekDigest(_)
            | Message::News(_)
            | Message::JobLate(_)
            | Message::Parked(_)
            | Message::Invoice(_)
            | Message::InvoiceOver(..)
            | Message::RefundStars(_)
            | Message::Refund(_)
            | Message::RefundTask(_)
            | Message::Tip(_)
            | Message::Voucher(_)
            | Message::Gift(_)
            | Message::GiftTaken(_)
            | Message::RefundOver(_)
            | Message::BackupFailed(_)
            | Message::BackupLate
            | Message::BackupAt(_)
            | Message::ErasureAsked(_)
            | Message::ErasureWithdrawn(_)
            | Message::ErasureDone(_)
            | Message::Forgotten(_)
            | Message::Books => None,
        }
    }
}
