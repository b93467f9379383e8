//! Backups on their way to those who want them. A part is deleted when Telegram has confirmed it to everybody who can be
//! reached, and not before.

use std::{path::Path, time::Duration};

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
        backup::{self, Failure, Piece, Report, Setup, Task},
    },
};

/// How often it is looked whether one is due or wanted.
const GLANCE: Duration = Duration::from_secs(1);
/// How often a backup is kept for this process while it is made.
const RENEWAL: Duration = Duration::from_secs(30);
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

/// Why a backup was not delivered.
enum Undelivered {
    Failed(String),
    /// The program ends, or another process has taken it.
    Later,
}

impl Courier {
    async fn pause(&self, pause: Duration) {
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = sleep(pause) => {}
        }
    }

    async fn serve(&self, task: &Task) {
        let (stage, seen) = watch::channel(Stage::Reading);
        let shown = self.show_progress(task, seen);
        tokio::pin!(shown);
        let end = tokio::select! {
            end = Box::pin(self.make_and_send(task, &stage)) => end,
            () = self.keep(task) => Err(Undelivered::Later),
            () = &mut shown => Err(Undelivered::Later),
        };
        if end.is_ok() {
            stage.send_replace(Stage::Done);
            drop(tokio::time::timeout(LAST_WORD, shown).await);
        }
        let written = match end {
            Ok(report) => {
                tracing::info!(backup_id = task.id.0, bytes = report.bytes, "a backup has arrived");
                backup::done(&self.services, task, &report).await
            }
            Err(Undelivered::Failed(reason)) => {
                tracing::error!(backup_id = task.id.0, reason, "a backup failed");
                backup::failed(&self.services, task, &reason).await
            }
            Err(Undelivered::Later) => backup::put_back(&self.services, task).await,
        };
        if let Err(error) = written {
            tracing::warn!(backup_id = task.id.0, error = %chain(&error), "the end of a backup could not be written down");
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

    async fn make_and_send(&self, task: &Task, stage: &watch::Sender<Stage>) -> Result<Report, Undelivered> {
        let made = backup::create(&self.setup, &self.services.clock, &self.stop, stage).await;
        let finished = match made {
            Ok(finished) => finished,
            // Somebody makes one by hand; this one is made after it.
            Err(Failure::Running(_)) => {
                self.pause(RENEWAL).await;
                return Err(Undelivered::Later);
            }
            Err(Failure::Stopped) => return Err(Undelivered::Later),
            Err(error) => return Err(Undelivered::Failed(chain(&error))),
        };
        if let Some(folder) = &self.setup.to {
            finished.copy_into(folder).await.map_err(|error| Undelivered::Failed(chain(&error)))?;
        }
        let mut delivery = Delivery {
            courier: self,
            task,
            recipients: backup::recipients(&self.services, task),
            report: finished.report.clone(),
            number: 0,
            until: self.services.clock.now() + PATIENCE,
        };
        let of = finished.report.pieces.len();
        for (piece, path) in finished.parts() {
            stage.send_replace(Stage::Sending { part: delivery.number + 1, of });
            delivery.part(piece, path).await?;
            finished.let_go(path);
        }
        Ok(delivery.report)
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

/// A finished backup on its way.
struct Delivery<'a> {
    courier: &'a Courier,
    task: &'a Task,
    /// Who has got every part so far.
    recipients: Vec<TelegramId>,
    report: Report,
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
                None => reached.push(recipient),
                Some(refusal) => reason = refusal,
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
    ) -> Result<Option<String>, Undelivered> {
        let Courier { services, bots, stop, .. } = self.courier;
        let mut pause = FIRST_PAUSE;
        loop {
            let frame = self.courier.frame(recipient).await;
            let caption = letters::backup_caption(frame, &self.report, piece, self.number);
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
                    let noted = backup::sent(services, self.task, recipient, self.number, message).await;
                    if let Err(error) = noted {
                        tracing::warn!(error = %chain(&error), "where a part of a backup is could not be written down");
                    }
                    return Ok(None);
                }
                Err(error) => error,
            };
            let line = chain(&error);
            let wait = match verdict(&error) {
                Verdict::Later(after) => after.max(pause),
                Verdict::Unreachable => {
                    tracing::warn!(error = line, "somebody who should get a backup cannot be reached");
                    return Ok(Some("nobody who should get it can be reached".to_owned()));
                }
                Verdict::Never => {
                    tracing::error!(error = line, "somebody who should get a backup cannot be sent it");
                    return Ok(Some(format!("Telegram does not take it: {line}")));
                }
            };
            tracing::warn!(error = line, "a part of a backup was not taken; it will be tried again");
            if services.clock.now() >= self.until {
                return Err(Undelivered::Failed("Telegram could not be reached".to_owned()));
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
            self.courier.pause(wait).await;
            if stop.is_cancelled() {
                return Err(Undelivered::Later);
            }
        }
    }
}
