//! Work that nobody asks for. Cron lines and a bell wake the jobs; what is due, a query decides.

use std::{
    collections::BTreeSet,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt as _;
use tokio::{sync::Notify, time::sleep};
use tokio_cron_scheduler::{JobScheduler, JobSchedulerError};
use tokio_util::sync::CancellationToken;

use crate::{
    domain::job::Job,
    services::{
        Services,
        jobs::{self, Ended, Suspects},
    },
};

/// How long a job may take at a time.
const DEADLINE: Duration = Duration::from_mins(1);
/// How often the clock is compared with the time that has passed.
const GLANCE: Duration = Duration::from_millis(100);
/// So long after a start it is only listened, before anything is done that cannot be taken back.
const HEARING: Duration = Duration::from_secs(5);
/// A clock that has moved so much by itself makes everything due: the machine slept, or somebody has set it.
const JUMP: TimeDelta = TimeDelta::seconds(2);

/// The jobs that are to run next.
#[derive(Clone, Default)]
struct Wanted(Arc<Wishes>);

#[derive(Default)]
struct Wishes {
    jobs: Mutex<BTreeSet<Job>>,
    some: Notify,
}

impl Wanted {
    fn add(&self, jobs: impl IntoIterator<Item = Job>) {
        self.0.jobs.lock().unwrap_or_else(PoisonError::into_inner).extend(jobs);
        self.0.some.notify_one();
    }

    fn take(&self) -> Vec<Job> {
        let mut jobs = self.0.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *jobs).into_iter().collect()
    }
}

/// Runs the jobs until told to stop; one that runs then is finished. `wake` wakes the pump, which tells people what came
/// of them.
pub async fn run(services: Services, wake: Arc<Notify>, stop: CancellationToken) {
    let wanted = Wanted::default();
    wanted.add(Job::ALL);
    let mut scheduler = match schedule(&wanted).await {
        Ok(scheduler) => scheduler,
        Err(error) => {
            // Without its jobs the bot must not run on as if nothing were amiss.
            tracing::error!(%error, "jobs cannot be scheduled");
            return;
        }
    };
    let mut watch = Watch { read: services.clock.now(), at: Instant::now() };
    let mut suspects = Suspects::new();
    let mut hearing = Hearing { began: Instant::now(), waiting: BTreeSet::new() };
    while !stop.is_cancelled() {
        let due = hearing.first(due(&wanted, &mut watch, services.clock.now()));
        if !due.is_empty() {
            pass(&services, &due, &wanted, &wake, &mut suspects).await;
            continue;
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = wanted.0.some.notified() => {}
            () = services.bell.rung_free() => wanted.add([Job::WaitlistOffer]),
            () = sleep(GLANCE) => {}
        }
    }
    if let Err(error) = scheduler.shutdown().await {
        tracing::debug!(%error, "the scheduler did not end in order");
    }
}

/// What is to run now. Once the clock has jumped, that is everything, whatever else is due: otherwise the job that looks
/// after the others might run twice before one of those that the jump has made late.
fn due(wanted: &Wanted, watch: &mut Watch, now: DateTime<Utc>) -> Vec<Job> {
    if watch.jumped(now) {
        wanted.add(Job::ALL);
    }
    wanted.take()
}

/// Whoever has changed their mind while the bot was away is heard before it is too late. What looks after the other jobs
/// waits as well, lest it takes for late what is only held back.
struct Hearing {
    began: Instant,
    waiting: BTreeSet<Job>,
}

impl Hearing {
    fn first(&mut self, due: Vec<Job>) -> Vec<Job> {
        let mut due: BTreeSet<Job> = due.into_iter().collect();
        if self.began.elapsed() < HEARING {
            self.waiting.extend([Job::Erasure, Job::JobWatch].into_iter().filter(|job| due.remove(job)));
        } else {
            due.append(&mut self.waiting);
        }
        due.into_iter().collect()
    }
}

/// Cron only wakes: it holds no work and no state.
async fn schedule(wanted: &Wanted) -> Result<JobScheduler, JobSchedulerError> {
    let scheduler = JobScheduler::new().await?;
    for job in Job::ALL {
        let wanted = wanted.clone();
        let line = tokio_cron_scheduler::Job::new(job.cron(), move |_, _| wanted.add([job]))?;
        scheduler.add(line).await?;
    }
    scheduler.start().await?;
    Ok(scheduler)
}

/// The clock beside the time that passes.
struct Watch {
    read: DateTime<Utc>,
    at: Instant,
}

impl Watch {
    fn jumped(&mut self, now: DateTime<Utc>) -> bool {
        let passed = TimeDelta::from_std(self.at.elapsed()).unwrap_or_default();
        let drift = (now - self.read - passed).abs();
        *self = Watch { read: now, at: Instant::now() };
        drift > JUMP
    }
}

/// Runs those of the jobs that no other replica runs.
async fn pass(services: &Services, due: &[Job], wanted: &Wanted, wake: &Notify, suspects: &mut Suspects) {
    let leased = match jobs::lease(services, due).await {
        Ok(leased) => leased,
        Err(error) => {
            tracing::warn!(error = %chain(&error), "jobs could not be taken");
            return;
        }
    };
    for (job, lease) in leased {
        let started = Instant::now();
        let run = AssertUnwindSafe(jobs::run(services, job, suspects)).catch_unwind();
        let result = match tokio::time::timeout(DEADLINE, run).await {
            Ok(Ok(Ok(done))) => Ok(done),
            Ok(Ok(Err(error))) => Err(chain(&error)),
            Ok(Err(_)) => Err("the job panicked".to_owned()),
            Err(_) => Err("the job took too long".to_owned()),
        };
        match &result {
            Ok(0) => {}
            Ok(done) => {
                tracing::info!(job = job.name(), done, "job");
                wake.notify_one();
                // There may be more than one pass takes.
                wanted.add([job]);
            }
            Err(error) => tracing::warn!(job = job.name(), error, "a job failed"),
        }
        // At once, lest the job that looks after the others takes for overdue what has just run.
        let ended = Ended { name: job.name(), lease, took: started.elapsed(), result };
        if let Err(error) = jobs::end(services, &ended).await {
            tracing::warn!(job = job.name(), error = %chain(&error), "the end of a job could not be written down");
        }
    }
}

/// The chain of causes in one line.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |cause| cause.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_moved_is_noticed_either_way() {
        let now: DateTime<Utc> = "2026-12-01T09:00:00Z".parse().expect("an instant");
        let mut watch = Watch { read: now, at: Instant::now() };
        assert!(!watch.jumped(now), "a clock that stands still for a moment");
        assert!(watch.jumped(now + TimeDelta::hours(1)));
        assert!(!watch.jumped(now + TimeDelta::hours(1)));
        assert!(watch.jumped(now));
    }

    #[test]
    fn after_a_start_it_is_heard_who_has_changed_their_mind() {
        let mut hearing = Hearing { began: Instant::now(), waiting: BTreeSet::new() };
        assert_eq!(hearing.first(vec![Job::Erasure, Job::Digest, Job::JobWatch]), [Job::Digest]);
        assert_eq!(hearing.first(vec![]), []);
        let before = Instant::now().checked_sub(HEARING).expect("the machine runs for longer");
        let mut hearing = Hearing { began: before, ..hearing };
        assert_eq!(hearing.first(vec![Job::Digest]), [Job::Digest, Job::Erasure, Job::JobWatch]);
        assert_eq!(hearing.first(vec![]), []);
    }

    #[test]
    fn after_a_jump_everything_is_due_and_not_only_what_cron_has_just_woken() {
        let now: DateTime<Utc> = "2026-12-01T09:00:00Z".parse().expect("an instant");
        let mut watch = Watch { read: now, at: Instant::now() };
        let wanted = Wanted::default();
        wanted.add([Job::JobWatch]);
        assert_eq!(due(&wanted, &mut watch, now), [Job::JobWatch]);
        wanted.add([Job::JobWatch]);
        assert_eq!(due(&wanted, &mut watch, now + TimeDelta::hours(1)), Job::ALL);
        assert_eq!(due(&wanted, &mut watch, now + TimeDelta::hours(1)), []);
    }
}
