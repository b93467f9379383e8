//! The sender: takes messages out of the outbox and into the chats, many people's at once, each person's in order.

mod failures;
mod money;

use std::{collections::HashMap, time::Duration};

use teloxide::{
    RequestError,
    payloads::{EditMessageTextSetters, SendMessageSetters, SendPhotoSetters},
    requests::{Request as _, Requester},
    types::{ChatId, InputFile, MessageId as TelegramMessageId, ParseMode, ReplyParameters},
};
use tokio::{
    sync::oneshot,
    task::{Id, JoinError, JoinSet},
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use self::{
    failures::{failed, in_doubt, later},
    money::{bill_for, give_back},
};
use super::{
    bots::Bots,
    callback::STANDING,
    errors::{chain, is_not_modified, wants_new_message},
    render::inline,
    screens::{Frame, letters},
    view::{Keyboard, View},
};
use crate::{
    domain::{ids::MessageId, message::Message},
    i18n::Tr,
    services::{
        Services,
        outbox::{self, Claimed, End, Finished, Letter, Task},
    },
};

/// Messages on their way at the same time from one process.
const AT_ONCE: usize = 256;
/// So many ends are worth a turn while others are still on their way.
const BATCH: usize = 128;
/// How often the outbox is looked at when nothing wakes the sender, and when the limits have just held something back.
const FALLBACK: Duration = Duration::from_secs(1);
const SOON: Duration = Duration::from_millis(60);
/// How long one message may take.
const DEADLINE: Duration = Duration::from_secs(9);
/// How long the question may take whether Telegram answers again. With the time between renewals, less than a lease.
const QUESTION: Duration = Duration::from_secs(4);
/// How long the messages on their way may take once the sender was told to stop.
const PATIENCE: Duration = Duration::from_secs(18);
/// How often the leases of messages on their way are renewed.
const RENEWAL: Duration = Duration::from_secs(3);
/// So many failures in a row, of whomever, are an outage.
const OUTAGE: u32 = 2;

/// Sends until told to stop; what is on its way then is finished first.
pub async fn run(services: Services, bots: Bots, stop: CancellationToken) {
    let mut sender = Sender {
        services,
        bots,
        flying: JoinSet::new(),
        preparing: JoinSet::new(),
        leases: HashMap::new(),
        renewed: Instant::now(),
        ended: Vec::new(),
        failures_in_a_row: 0,
        is_down: false,
        has_recovered: false,
        is_eager: false,
    };
    while !stop.is_cancelled() {
        sender.turn().await;
        sender.wait(&stop).await;
    }
    sender.finish().await;
}

struct Sender {
    services: Services,
    bots: Bots,
    flying: JoinSet<(Finished, Outside)>,
    preparing: JoinSet<()>,
    leases: HashMap<Id, Uuid>,
    renewed: Instant,
    ended: Vec<Finished>,
    failures_in_a_row: u32,
    /// Telegram has not answered the last question.
    is_down: bool,
    has_recovered: bool,
    /// The last turn found something, so there may be more.
    is_eager: bool,
}

/// What a try says of Telegram as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outside {
    Answers,
    Fails,
    /// Nobody was asked.
    Unknown,
}

impl Sender {
    /// Waits until there is something to do: messages that have ended are gathered while others are on their way.
    async fn wait(&mut self, stop: &CancellationToken) {
        let until = Instant::now() + if self.is_eager { SOON } else { FALLBACK };
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.services.bell.rung(), if self.flying.len() < AT_ONCE => return,
                Some(end) = self.flying.join_next_with_id() => {
                    self.land(end);
                    if self.ended.len() >= BATCH || self.flying.is_empty() {
                        return;
                    }
                }
                () = sleep_until(until) => return,
            }
        }
    }

    /// Writes down what ended and takes off with what is due.
    async fn turn(&mut self) {
        while let Some(end) = self.flying.try_join_next_with_id() {
            self.land(end);
        }
        self.renew().await;
        let is_outage = self.is_outage().await;
        let free = if is_outage { 0 } else { AT_ONCE.saturating_sub(self.flying.len()) };
        match outbox::turn(&self.services, &self.ended, free, self.has_recovered).await {
            Ok(claimed) => {
                self.ended.clear();
                self.has_recovered = false;
                self.is_eager = !claimed.is_empty();
                self.take_off(claimed);
            }
            Err(error) => {
                tracing::warn!(error = %chain(&error), "outbox out of reach");
                self.is_eager = false;
                tokio::time::sleep(SOON).await;
            }
        }
    }

    /// Whether Telegram is out of reach. While it is, a question that costs nothing is asked instead of trying messages;
    /// once that is answered, all that has failed meanwhile is due at once.
    async fn is_outage(&mut self) -> bool {
        if self.failures_in_a_row < OUTAGE {
            return false;
        }
        // What has ended is written down first, lest somebody else takes it up while the answer is awaited.
        if !self.ended.is_empty() && outbox::turn(&self.services, &self.ended, 0, false).await.is_ok() {
            self.ended.clear();
        }
        let asked = tokio::time::timeout(QUESTION, self.bots.prompt.get_me().send()).await;
        if !matches!(asked, Ok(Ok(_))) {
            self.is_down = true;
            return true;
        }
        if self.is_down {
            tracing::info!("Telegram answers again");
        }
        // Where only some messages fail, each keeps its growing pauses.
        (self.has_recovered, self.is_down, self.failures_in_a_row) = (self.is_down, false, 0);
        false
    }

    /// Sends each message once all of them are prepared, which happens aside: others are claimed and sent meanwhile.
    fn take_off(&mut self, all: Vec<Claimed>) {
        if all.is_empty() {
            return;
        }
        let mut prepared = Vec::with_capacity(all.len());
        for claimed in &all {
            let (services, bots, claimed) = (self.services.clone(), self.bots.clone(), claimed.clone());
            let (ready, task) = oneshot::channel();
            prepared.push(ready);
            let lease = claimed.lease;
            let flight = self.flying.spawn(async move {
                let task = task.await.unwrap_or_else(|_| {
                    Task::End(later(&services, &claimed, false, "it could not be prepared".to_owned()))
                });
                deliver(&services, &bots, claimed, task).await
            });
            self.leases.insert(flight.id(), lease);
        }
        let services = self.services.clone();
        while self.preparing.try_join_next().is_some() {}
        self.preparing.spawn(async move {
            match outbox::prepare(&services, &all).await {
                // Nobody waits any more for a task that cannot be handed over.
                Ok(tasks) => prepared.into_iter().zip(tasks).for_each(|(ready, task)| drop(ready.send(task))),
                Err(error) => {
                    tracing::warn!(error = %chain(&error), "what messages say could not be read");
                }
            }
        });
    }

    fn land(&mut self, end: Result<(Id, (Finished, Outside)), JoinError>) {
        match end {
            Ok((flight, (finished, outside))) => {
                self.leases.remove(&flight);
                self.ended.push(finished);
                match outside {
                    Outside::Fails => self.failures_in_a_row = self.failures_in_a_row.saturating_add(1),
                    Outside::Answers => self.failures_in_a_row = 0,
                    Outside::Unknown => {}
                }
            }
            // What panicked is taken up again when its lease ends, as one of which nobody knows.
            Err(error) => {
                tracing::error!(%error, "a message got lost on its way");
                self.leases.remove(&error.id());
            }
        }
    }

    async fn renew(&mut self) {
        if self.leases.is_empty() || self.renewed.elapsed() < RENEWAL {
            return;
        }
        self.renewed = Instant::now();
        let leases: Vec<Uuid> = self.leases.values().copied().collect();
        if let Err(error) = outbox::renew(&self.services, &leases).await {
            tracing::warn!(error = %chain(&error), "leases could not be renewed");
        }
    }

    /// Lets what is on its way land and writes it down.
    async fn finish(mut self) {
        let deadline = Instant::now() + PATIENCE;
        while !self.flying.is_empty() && Instant::now() < deadline {
            tokio::select! {
                Some(end) = self.flying.join_next_with_id() => self.land(end),
                () = tokio::time::sleep(RENEWAL) => {}
                () = sleep_until(deadline) => {}
            }
            self.renew().await;
        }
        if !self.ended.is_empty()
            && let Err(error) = outbox::turn(&self.services, &self.ended, 0, false).await
        {
            tracing::warn!(error = %chain(&error), "outbox out of reach");
        }
    }
}

/// Sends, edits or lets be, and says how it ended.
async fn deliver(services: &Services, bots: &Bots, claimed: Claimed, task: Task) -> (Finished, Outside) {
    let began = services.clock.now();
    let manner = claimed.message.as_ref().map(Message::manner);
    let is_card = matches!(task, Task::Send(_)) && manner.is_some_and(|manner| manner.becomes_the_card);
    let (end, outside) = match task {
        Task::End(end) => (end, Outside::Unknown),
        task => match tokio::time::timeout(DEADLINE, send(services, bots, &claimed, task)).await {
            Ok(Ok(end)) => (end, Outside::Answers),
            Ok(Err(error)) => failed(services, &claimed, began, &error).await,
            Err(_) => (in_doubt(services, &claimed, "no answer in time".to_owned()), Outside::Fails),
        },
    };
    if let End::Parked(error) = &end {
        tracing::error!(outbox_id = claimed.id.0, error, "a message was put aside");
    }
    let kind = manner.map(|manner| manner.kind);
    tracing::debug!(outbox_id = claimed.id.0, kind, attempt = claimed.attempts, outcome = ?end, "message");
    let finished =
        Finished { id: claimed.id, lease: claimed.lease, recipient: claimed.recipient, end, is_card };
    (finished, outside)
}

async fn send(services: &Services, bots: &Bots, claimed: &Claimed, task: Task) -> Result<End, RequestError> {
    let chat = ChatId(claimed.recipient.0);
    let frame = Frame {
        tr: Tr::to(claimed.language),
        now: services.clock.now(),
        can_go_back: false,
        is_aloud: false,
    };
    match task {
        Task::Send(Letter::Week(week)) => {
            let caption = letters::letter(frame, &Letter::Week(week.clone())).text;
            let drawing = letters::chart(frame.tr, &week);
            let drawn = tokio::task::spawn_blocking(move || crate::chart::draw(&drawing)).await;
            let sent = match drawn {
                Ok(Ok(picture)) => {
                    let picture = InputFile::memory(picture).file_name("week.png");
                    bots.prompt.send_photo(chat, picture).caption(caption).parse_mode(ParseMode::Html).await?
                }
                // The figures are worth more than the picture.
                _ => bots.prompt.send_message(chat, caption).parse_mode(ParseMode::Html).await?,
            };
            Ok(End::Sent(Some(MessageId(sent.id.0))))
        }
        Task::Send(letter) => {
            let view = letters::letter(frame, &letter);
            let keyboard = keyboard(&view);
            let request = bots.prompt.send_message(chat, view.text).parse_mode(ParseMode::Html);
            let sent = request.reply_markup(keyboard).await?;
            Ok(End::Sent(Some(MessageId(sent.id.0))))
        }
        Task::PointAt(message, entry, zone) => {
            let text = letters::backup_found(frame, &entry, zone);
            let to = ReplyParameters::new(TelegramMessageId(message.0)).allow_sending_without_reply();
            let sent = bots.prompt.send_message(chat, text).reply_parameters(to).await?;
            Ok(End::Sent(Some(MessageId(sent.id.0))))
        }
        Task::Bill(bill) => bill_for(bots, frame, chat, &bill).await,
        Task::TakeAway(message) => match bots.prompt.delete_message(chat, TelegramMessageId(message.0)).await
        {
            // What cannot be taken away any more cannot be paid any more either.
            Ok(_) | Err(RequestError::Api(_)) => Ok(End::Sent(None)),
            Err(error) => Err(error),
        },
        Task::GiveBack(refund) => give_back(services, bots, claimed, &refund).await,
        Task::Edit(message, letter) => {
            edit(services, bots, claimed, message, letters::letter(frame, &letter)).await
        }
        Task::CloseOffer(message, facts) => {
            edit(services, bots, claimed, message, letters::offer_over(frame, &facts)).await
        }
        Task::Retire(message, letter) => {
            let text = letters::letter(frame, &letter).text;
            let view = View { text, keyboard: Keyboard::Inline(Vec::new()) };
            edit(services, bots, claimed, message, view).await
        }
        Task::End(end) => Ok(end),
    }
}

async fn edit(
    services: &Services,
    bots: &Bots,
    claimed: &Claimed,
    message: MessageId,
    view: View,
) -> Result<End, RequestError> {
    let chat = ChatId(claimed.recipient.0);
    let keyboard = keyboard(&view);
    let edited = bots
        .prompt
        .edit_message_text(chat, TelegramMessageId(message.0), view.text)
        .parse_mode(ParseMode::Html)
        .reply_markup(keyboard)
        .await;
    match edited {
        Ok(_) => Ok(End::Sent(Some(message))),
        Err(error) if is_not_modified(&error) => Ok(End::Sent(Some(message))),
        Err(error) if wants_new_message(&error) => {
            // The person has deleted it; what they need to notice comes as a message of its own.
            if let Some(booking) = claimed.message.as_ref().and_then(Message::booking)
                && let Err(error) = outbox::forget_card(services, claimed.recipient, booking, message).await
            {
                tracing::debug!(error = %chain(&error), "a card could not be forgotten");
            }
            Ok(End::Skipped("its message is gone"))
        }
        Err(error) => Err(error),
    }
}

fn keyboard(view: &View) -> teloxide::types::InlineKeyboardMarkup {
    match &view.keyboard {
        Keyboard::Inline(rows) => inline(rows, STANDING),
        Keyboard::Phone { .. } => inline(&[], STANDING),
    }
}
