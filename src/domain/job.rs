//! The jobs that nobody asks for: what each is called, and how often it is to run.

use chrono::TimeDelta;

/// A job without input: it reads what is due, does a bounded part of it, and may run twice and on several replicas.
/// Jobs that are due together run in this order, so that the one that looks after the others comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Job {
    /// Ends holds that have run out.
    HoldCleanup,
    /// Queues reminders that are due.
    ReminderSend,
    /// Asks about visits that are over.
    VisitOutcome,
    /// Offers times that have become free.
    WaitlistOffer,
    /// Lets money follow what becomes of its visits.
    PaymentReconcile,
    /// Sends the masters their day and the admins their week.
    Digest,
    /// Compares payments, bookings and the ledger.
    BooksCheck,
    /// Sees whether the last good backup is too old.
    BackupWatch,
    /// Forgets those who want to be forgotten.
    Erasure,
    /// Removes what has been done with for long.
    InboxCleanup,
    /// Looks after the other jobs, and after messages that could not be sent.
    JobWatch,
}

impl Job {
    pub const ALL: [Job; 11] = [
        Job::HoldCleanup,
        Job::ReminderSend,
        Job::VisitOutcome,
        Job::WaitlistOffer,
        Job::PaymentReconcile,
        Job::Digest,
        Job::BooksCheck,
        Job::BackupWatch,
        Job::Erasure,
        Job::InboxCleanup,
        Job::JobWatch,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Job::HoldCleanup => "hold_cleanup",
            Job::ReminderSend => "reminder_send",
            Job::VisitOutcome => "visit_outcome",
            Job::WaitlistOffer => "waitlist_offer",
            Job::PaymentReconcile => "payment_reconcile",
            Job::Digest => "digest",
            Job::BooksCheck => "books_check",
            Job::BackupWatch => "backup_watch",
            Job::Erasure => "erasure",
            Job::InboxCleanup => "inbox_cleanup",
            Job::JobWatch => "job_watch",
        }
    }

    pub fn from_name(name: &str) -> Option<Job> {
        Job::ALL.into_iter().find(|job| job.name() == name)
    }

    /// When it is woken, as seconds, minutes, hours, days, months and weekdays.
    pub fn cron(self) -> &'static str {
        match self {
            // Every second: people wait for these.
            Job::HoldCleanup | Job::ReminderSend | Job::PaymentReconcile => "* * * * * *",
            // Every five seconds; what has become free wakes it besides.
            Job::WaitlistOffer => "2/5 * * * * *",
            // Every ten seconds.
            Job::VisitOutcome => "3/10 * * * * *",
            // Every minute, not all at once.
            Job::Digest => "17 * * * * *",
            Job::Erasure => "29 * * * * *",
            Job::JobWatch => "41 * * * * *",
            // Twenty minutes past every hour.
            Job::BooksCheck => "50 20 * * * *",
            // Half past every hour.
            Job::BackupWatch => "10 30 * * * *",
            // Ten minutes past every hour.
            Job::InboxCleanup => "30 10 * * * *",
        }
    }

    /// How often that is.
    pub fn period(self) -> TimeDelta {
        match self {
            Job::HoldCleanup | Job::ReminderSend | Job::PaymentReconcile => TimeDelta::seconds(1),
            Job::WaitlistOffer => TimeDelta::seconds(5),
            Job::VisitOutcome => TimeDelta::seconds(10),
            Job::Digest | Job::Erasure | Job::JobWatch => TimeDelta::minutes(1),
            Job::BooksCheck | Job::BackupWatch | Job::InboxCleanup => TimeDelta::hours(1),
        }
    }

    /// The longest time without a success before somebody should know.
    pub fn patience(self) -> TimeDelta {
        self.period() * 3
    }
}
