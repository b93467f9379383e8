//! The jobs: what each does when it is woken, who runs it, and how it went.

use std::{collections::HashMap, time::Duration};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    ServiceError, Services, attendance, backup, booking, digest, payments, privacy, reminders, waitlist,
};
use crate::{
    db::{
        jobs,
        outbox::{self, NewMessage, Record},
    },
    domain::{job::Job, message::Message},
};

pub use crate::db::jobs::{Ended, Status};

/// How long a job belongs to the process that runs it; longer than it may take.
const LEASE: Duration = Duration::from_mins(2);

/// The jobs that were overdue when they were last looked at, with their last success then. An outage makes all of them
/// overdue for a moment, which is no news.
pub type Suspects = HashMap<String, Option<DateTime<Utc>>>;

/// Takes those of the jobs that no other process runs at the moment, in the order in which they are to run.
pub async fn lease(services: &Services, wanted: &[Job]) -> Result<Vec<(Job, Uuid)>, ServiceError> {
    let names: Vec<&str> = wanted.iter().map(|job| job.name()).collect();
    let mut conn = services.pool.acquire().await?;
    let leased = jobs::lease(&mut conn, &names, LEASE, services.clock.now()).await?;
    let mut leased: Vec<_> =
        leased.into_iter().filter_map(|(name, lease)| Some((Job::from_name(&name)?, lease))).collect();
    leased.sort_unstable_by_key(|(job, _)| *job);
    Ok(leased)
}

/// Writes down how a job ended.
pub async fn end(services: &Services, ended: &Ended) -> Result<(), ServiceError> {
    let mut conn = services.pool.acquire().await?;
    Ok(jobs::end(&mut conn, ended, services.clock.now()).await?)
}

/// Does a bounded part of what is due for a job; how much that was.
pub async fn run(services: &Services, job: Job, suspects: &mut Suspects) -> Result<u64, ServiceError> {
    match job {
        Job::HoldCleanup => {
            let swept = booking::sweep(services).await?;
            if swept > 0 {
                services.bell.ring();
                services.bell.ring_free();
            }
            Ok(swept)
        }
        Job::ReminderSend => reminders::send_due(services).await,
        Job::VisitOutcome => attendance::ask_due(services).await,
        Job::WaitlistOffer => waitlist::offer_free_times(services).await,
        Job::PaymentReconcile => payments::follow(services).await,
        Job::Digest => digest::queue_due(services).await,
        Job::BooksCheck => payments::check_books(services).await,
        Job::BackupWatch => backup::watch(services).await,
        Job::Erasure => privacy::erase_due(services).await,
        Job::InboxCleanup => privacy::clean_up(services).await,
        Job::JobWatch => watch(services, suspects).await,
    }
}

/// Warns the admins, once a day, of jobs that have not succeeded for three of their periods, and of messages that were
/// tried enough.
async fn watch(services: &Services, suspects: &mut Suspects) -> Result<u64, ServiceError> {
    let now = services.clock.now();
    let mut conn = services.pool.acquire().await?;
    let all = jobs::all(&mut conn, now).await?;
    let is_overdue = |status: &&Status| status.name != Job::JobWatch.name() && status.is_overdue(now);
    let overdue: Suspects =
        all.iter().filter(is_overdue).map(|status| (status.name.clone(), status.succeeded_at)).collect();
    let date = now.date_naive();
    let mut messages = Vec::new();
    for (name, succeeded_at) in &overdue {
        if suspects.get(name) != Some(succeeded_at) {
            continue;
        }
        tracing::error!(job = name, "a job has not succeeded for three of its periods");
        messages.extend(services.admins.iter().map(|admin| {
            let key = format!("job:{name}:{admin}:{date}");
            NewMessage::at_once(key, *admin, Message::JobLate(name.clone()), now)
        }));
    }
    *suspects = overdue;
    let parked = outbox::counts(&mut conn, now, now).await?.parked;
    if let Some(parked) = u32::try_from(parked).ok().filter(|parked| *parked > 0) {
        messages.extend(services.admins.iter().map(|admin| {
            let key = format!("parked:{admin}:{date}");
            NewMessage::at_once(key, *admin, Message::Parked(parked), now)
        }));
    }
    let told = outbox::record(&mut conn, &Record { messages, ..Record::default() }, now).await?;
    if told > 0 {
        services.bell.ring();
    }
    Ok(told)
}

/// All jobs that have ever run here, as they stand.
pub async fn statuses(services: &Services) -> Result<Vec<Status>, ServiceError> {
    let mut conn = services.pool.acquire().await?;
    Ok(jobs::all(&mut conn, services.clock.now()).await?)
}
