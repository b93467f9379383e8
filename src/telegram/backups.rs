//! Backups on their way to those who want them. A part is deleted when Telegram has confirmed it to everybody who can be
//! reached, and not before.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use teloxide::{
    payloads::SendDocumentSetters,
    requests::Requester,
    types::{ChatId, InputFile, MessageId as TelegramMessageId, ParseMode},
};
use tokio::{sync::watch, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{
    bots::Bots,
    errors::{Verdict, chain, verdict},
    screens::{Frame, letters},
};
use crate::{
    domain::{
        backup::Stage,
        ids::{MessageId, TelegramId},
    },
    i18n::Tr,
    services::{
        Services,
        backup::{self, Arrived, Failure, Piece, Report, Setup, Task},
    },
};

/// How often it is looked whether one is due or wanted.
const GLANCE: Duration = Duration::from_secs(1);
/// How often a backup is kept for this process while it is made.
const RENEWAL: Duration = Duration::from_secs(10);
/// How long the making may take to tidy up behind itself: less than what everything has when the program ends.
const TIDYING: Duration = Duration::from_secs(20);
/// How long it is tried to write down how a backup ended.
const STUBBORN: Duration = Duration::from_hours(1);
/// The pauses between tries of sending a part, while Telegram does not answer.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// How long the last word about a backup that has arrived may take.
const LAST_WORD: Duration = Duration::from_secs(5);
/// For how long a finished backup waits for Telegram: by then the next night's is due.
const PATIENCE: TimeDelta = TimeDelta::hours(22);

/// Makes and sends backups, one at a time, until told to stop.
pub async fn run(services: Services, bots: Bots, setup: Setup, stop: CancellationToken) {
    let courier = Courier { services, bots, setup, stop };
    while !courier.stop.is_cancelled() {
        match backup::next(&courier.services).await {
            Ok(Some(task)) => Box::pin(courier.serve(&task)).await,
            Ok(None) => courier.pause(GLANCE).await,
            Err(error) => {
                tracing::warn!(error = %chain(&error), "it could not be seen whether a backup is due");
                courier.pause(RENEWAL).await;
            }
        }
    }
}

struct Courier {
    services: Services,
    bots: Bots,
    setup: Setup,
    stop: CancellationToken,
}

/// A backup that has arrived, and where.
struct Delivered {
    report: Report,
    arrived: Vec<Arrived>,
}

/// Why a backup was not delivered.
enum Undelivered {
    Failed(String),
    /// The program ends, or another process has taken it.
    Later,
}

impl From<Failure> for Undelivered {
    fn from(failure: Failure) -> Undelivered {
        match failure {
            Failure::Stopped => Undelivered::Later,
            failure => Undelivered::Failed(chain(&failure)),
        }
    }
}

impl Courier {
    async fn pause(&self, pause: Duration) {
        pause_unless(&self.stop, pause).await;
    }

    async fn serve(&self, task: &Task) {
        let (stage, seen) = watch::channel(Stage::Reading);
        let shown = self.show_progress(task, seen);
        tokio::pin!(shown);
        let stop = self.stop.child_token();
        let mut making = Box::pin(self.make_and_send(task, &stage, &stop));
        let made = tokio::select! {
            end = &mut making => Some(end),
            () = self.keep(task) => None,
            () = &mut shown => None,
        };
        let end = if let Some(end) = made {
            end
        } else {
            tracing::warn!(
                backup_id = task.id.0,
                "another process has taken a backup that was being made here"
            );
            // Only a making that ends by itself drops its scratch database.
            stop.cancel();
            if tokio::time::timeout(TIDYING, &mut making).await.is_err() {
                tracing::warn!(backup_id = task.id.0, "what was made of a backup may stay behind");
            }
            Err(Undelivered::Later)
        };
        drop(making);
        match &end {
            Ok(delivered) => {
                tracing::info!(backup_id = task.id.0, bytes = delivered.report.bytes, "a backup has arrived");
                stage.send_replace(Stage::Done);
                drop(tokio::time::timeout(LAST_WORD, shown).await);
            }
            Err(Undelivered::Failed(reason)) => {
                tracing::error!(backup_id = task.id.0, reason, "a backup failed");
            }
            Err(Undelivered::Later) => {}
        }
        self.write_down(task, &end).await;
    }

    /// Tries for a while, for what is not written down is made, and sent, once more.
    async fn write_down(&self, task: &Task, end: &Result<Delivered, Undelivered>) {
        let (begun, mut pause) = (Instant::now(), FIRST_PAUSE);
        loop {
            let services = &self.services;
            let written = match end {
                Ok(delivered) => backup::done(services, task, &delivered.report, &delivered.arrived).await,
                Err(Undelivered::Failed(reason)) => backup::failed(services, task, reason).await,
                Err(Undelivered::Later) => backup::put_back(services, task).await,
            };
            let Err(error) = written else { return };
            tracing::warn!(backup_id = task.id.0, error = %chain(&error), "the end of a backup could not be written down");
            if self.stop.is_cancelled() || begun.elapsed() > STUBBORN {
                return;
            }
            self.pause(pause).await;
            pause = (pause * 2).min(RENEWAL);
        }
    }

    /// Keeps the backup for this process; ends when another has taken it.
    async fn keep(&self, task: &Task) {
        loop {
            sleep(RENEWAL).await;
            match backup::renew(&self.services, task).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    tracing::warn!(error = %chain(&error), "the lease of a backup could not be renewed");
                }
            }
        }
    }

    async fn make_and_send(
        &self,
        task: &Task,
        stage: &watch::Sender<Stage>,
        stop: &CancellationToken,
    ) -> Result<Delivered, Undelivered> {
        let made = backup::create(&self.setup, &self.services.clock, stop, stage).await;
        let mut finished = match made {
            // Somebody makes one by hand; this one is made after it.
            Err(Failure::Running(_)) => {
                pause_unless(stop, RENEWAL).await;
                return Err(Undelivered::Later);
            }
            made => made?,
        };
        if let Some(folder) = &self.setup.to {
            finished.copy_into(folder, stop).await?;
        }
        let mut delivery = Delivery {
            courier: self,
            task,
            stop,
            recipients: backup::recipients(&self.services, task),
            delivered: Delivered { report: finished.report.clone(), arrived: Vec::new() },
            number: 0,
            until: self.services.clock.now() + PATIENCE,
        };
        let of = finished.report.pieces.len();
        for (piece, path) in finished.parts() {
            stage.send_replace(Stage::Sending { part: delivery.number + 1, of });
            delivery.part(piece, path).await?;
            finished.let_go(path);
        }
        Ok(delivery.delivered)
    }

    /// Tells whoever wants a backup how far it is, in one message that changes; ends when it has arrived.
    async fn show_progress(&self, task: &Task, mut seen: watch::Receiver<Stage>) {
        let Some(person) = task.asked_by else {
            seen.wait_for(|stage| *stage == Stage::Done).await.map(drop).unwrap_or_default();
            return;
        };
        let mut shown: Option<TelegramMessageId> = None;
        loop {
            let stage = *seen.borrow_and_update();
            let text = letters::backup_stage(self.frame(person).await, stage);
            let chat = ChatId(person.0);
            // What cannot be shown is no reason to stop: the backup itself will arrive or not.
            shown = match shown {
                None => self.bots.prompt.send_message(chat, text).await.ok().map(|sent| sent.id),
                Some(message) => {
                    let edited = self.bots.prompt.edit_message_text(chat, message, text).await;
                    edited.map_or(Some(message), |edited| Some(edited.id))
                }
            };
            if stage == Stage::Done || seen.changed().await.is_err() {
                return;
            }
        }
    }

    async fn frame(&self, person: TelegramId) -> Frame {
        let language = backup::language(&self.services, person).await;
        Frame { tr: Tr::to(language), now: self.services.clock.now(), can_go_back: false, is_aloud: false }
    }
}

async fn pause_unless(stop: &CancellationToken, pause: Duration) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = sleep(pause) => {}
    }
}

/// A finished backup on its way.
struct Delivery<'a> {
    courier: &'a Courier,
    task: &'a Task,
    stop: &'a CancellationToken,
    /// Who has got every part so far.
    recipients: Vec<TelegramId>,
    delivered: Delivered,
    number: usize,
    until: DateTime<Utc>,
}

impl Delivery<'_> {
    /// Sends a part to everybody. Whom it cannot be sent gets no more of them; when nobody is left, the backup has failed.
    async fn part(&mut self, piece: &Piece, path: &Path) -> Result<(), Undelivered> {
        self.number += 1;
        let mut reached = Vec::new();
        let mut reason = "nobody should get it".to_owned();
        for recipient in std::mem::take(&mut self.recipients) {
            match self.send(recipient, piece, path).await? {
                Ok(message) => {
                    self.delivered.arrived.push(Arrived { recipient, part: self.number, message });
                    reached.push(recipient);
                }
                Err(refusal) => reason = refusal,
            }
        }
        self.recipients = reached;
        if self.recipients.is_empty() {
            return Err(Undelivered::Failed(reason));
        }
        Ok(())
    }

    /// Sends a part until Telegram has confirmed it; why not, when this person can never get it.
    async fn send(
        &self,
        recipient: TelegramId,
        piece: &Piece,
        path: &Path,
    ) -> Result<Result<MessageId, String>, Undelivered> {
        let (Courier { services, bots, .. }, stop) = (self.courier, self.stop);
        let mut pause = FIRST_PAUSE;
        loop {
            let frame = self.courier.frame(recipient).await;
            let caption = letters::backup_caption(frame, &self.delivered.report, piece, self.number);
            let file = InputFile::file(path).file_name(piece.name.clone());
            let document = bots.uploads.send_document(ChatId(recipient.0), file);
            let sending = document.caption(caption).parse_mode(ParseMode::Html);
            let sent = tokio::select! {
                () = stop.cancelled() => return Err(Undelivered::Later),
                sent = sending => sent,
            };
            let error = match sent {
                Ok(sent) => {
                    let message = MessageId(sent.id.0);
                    let arrived = Arrived { recipient, part: self.number, message };
                    let noted = backup::sent(services, self.task, arrived).await;
                    if let Err(error) = noted {
                        tracing::warn!(error = %chain(&error), "where a part of a backup is could not be written down");
                    }
                    return Ok(Ok(message));
                }
                Err(error) => error,
            };
            let line = chain(&error);
            let wait = match verdict(&error) {
                Verdict::Later(after) => after.max(pause),
                Verdict::Unreachable => {
                    tracing::warn!(error = line, "somebody who should get a backup cannot be reached");
                    return Ok(Err("nobody who should get it can be reached".to_owned()));
                }
                Verdict::Never => {
                    tracing::error!(error = line, "somebody who should get a backup cannot be sent it");
                    return Ok(Err(format!("Telegram does not take it: {line}")));
                }
            };
            tracing::warn!(error = line, "a part of a backup was not taken; it will be tried again");
            if services.clock.now() >= self.until {
                return Err(Undelivered::Failed("Telegram could not be reached".to_owned()));
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
            pause_unless(stop, wait).await;
            if stop.is_cancelled() {
                return Err(Undelivered::Later);
            }
        }
    }
}
