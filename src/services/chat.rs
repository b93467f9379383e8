//! One update of one person: from its event to the next screen, with all its effects, exactly once.
//!
//! The effect, the conversation's new stack and the mark "applied" on the update are committed together. What is
//! shown afterwards can therefore be shown again after a crash, but nothing is done twice.

use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::{
    ServiceError, Services, booking,
    browse::{Facts, Viewer, VisitFacts},
    inbox::{Claimed, Client},
};
use crate::{
    db::{
        DbError,
        bookings::{By, Card},
        conversations::{self, Save, Stored},
        locks::SlotLock,
        people,
    },
    domain::{
        conversation::{self, Action, Conversation, Effect, Event, Notice, Outcome, Screen, Standing, Step},
        ids::{BookingId, ClientId, MessageId, TelegramId},
        language::Language,
    },
};

/// What came from a person, with what Telegram says about them.
#[derive(Debug, Clone)]
pub struct Incoming {
    pub event: Event,
    /// The revision on the button, where a button was tapped.
    pub rev: Option<i64>,
    /// The message with that button.
    pub tapped: Option<MessageId>,
    pub name: String,
    /// The language of their Telegram, for the first contact.
    pub language: Language,
}

/// A conversation after an update, to be shown.
#[derive(Debug, Clone)]
pub struct Applied {
    pub viewer: Viewer,
    pub language: Language,
    pub conversation: Conversation,
    pub rev: i64,
    /// The message that shows the previous screen.
    pub living: Option<MessageId>,
    pub reply: Reply,
    /// The facts of the new screen, where they are known already.
    pub facts: Option<Box<Facts>>,
}

/// What is said beside the screen; kept with the update until it has been shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    pub notice: Option<Notice>,
    /// The visit whose calendar file goes along.
    pub file: Option<BookingId>,
    /// The screen before had a keyboard of its own that must go.
    pub clears_keyboard: bool,
    /// Whether the screen is to be shown at all.
    pub shows: bool,
    /// The button belonged to an older screen.
    pub is_stale: bool,
}

/// How many times a step is tried that lost against a concurrent transaction.
const TRIES: u32 = 4;

/// Applies an update, or finds what is still to be shown of one that was applied before a crash.
pub async fn apply(
    services: &Services,
    claimed: &Claimed,
    person: TelegramId,
    incoming: Incoming,
) -> Result<Applied, ServiceError> {
    let mut attempt = 1;
    loop {
        match apply_once(services, claimed, person, &incoming).await {
            Err(ServiceError::Db(DbError::TryAgain(_))) if attempt < TRIES => {
                attempt += 1;
                let jitter = u64::from(uuid::Uuid::new_v4().as_bytes()[0]) / 4;
                tokio::time::sleep(std::time::Duration::from_millis(u64::from(attempt) * 10 + jitter)).await;
            }
            result => return result,
        }
    }
}

async fn apply_once(
    services: &Services,
    claimed: &Claimed,
    person: TelegramId,
    incoming: &Incoming,
) -> Result<Applied, ServiceError> {
    let (client, stored) = acquaint(services, claimed, person, incoming).await?;
    let language = client.as_ref().map_or(incoming.language, |client| client.language);
    let mut session = Session {
        services,
        claimed,
        viewer: Viewer {
            person,
            client: client.as_ref().map(|client| client.id),
            master: claimed.master,
            is_admin: services.is_admin(person),
        },
        language,
        stored,
        by: By { client: person, correlation: claimed.correlation },
    };
    let readable = conversations::decode(&session.stored.stack);
    if let Some(reply) = &claimed.reply {
        let conversation = readable.unwrap_or(Conversation::at(Screen::Home));
        return Ok(session.shown(conversation, session.stored.rev, decode_reply(reply), None));
    }
    let is_old = incoming.rev.is_some_and(|rev| rev != session.stored.rev);
    let is_living = incoming.tapped.is_some() && incoming.tapped == session.stored.living;
    let is_a_tick =
        is_living && readable.as_ref().is_some_and(|conversation| is_a_tick(conversation, &incoming.event));
    let is_stale = incoming.event == Event::StaleTap || (is_old && !is_a_tick);
    let event = if is_stale { Event::StaleTap } else { incoming.event.clone() };
    let standing = Standing {
        consented: client.as_ref().is_some_and(|client| client.consented),
        is_staff: session.viewer.is_staff(),
        only_location: claimed.only_location,
    };
    let before = readable.as_ref().map(|conversation| conversation.top().clone());
    let step = match readable {
        Some(conversation) => conversation::step(conversation, event, standing),
        None if matches!(event, Event::Command(_)) => {
            conversation::step(Conversation::at(Screen::Home), event, standing)
        }
        None => Step {
            notice: Some(Notice::StartedAnew),
            ..conversation::step(
                Conversation::at(Screen::Home),
                Event::Command(conversation::Command::Start),
                standing,
            )
        },
    };
    session.carry_out(step, before.as_ref(), is_stale).await
}

/// Whether somebody ticks services, perhaps faster than the screen follows: a tick says what is wanted, so it means the
/// same whatever was ticked before.
fn is_a_tick(conversation: &Conversation, event: &Event) -> bool {
    matches!((conversation.top(), event), (Screen::Services { .. }, Event::Tap(Action::Tick(..))))
}

/// Makes sure that there is a client and a conversation to go on with, and that the client's name is their own.
async fn acquaint(
    services: &Services,
    claimed: &Claimed,
    person: TelegramId,
    incoming: &Incoming,
) -> Result<(Option<Client>, Stored), ServiceError> {
    if let (Some(client), Some(stored)) = (&claimed.client, &claimed.conversation) {
        if client.name != incoming.name {
            let mut conn = services.pool.acquire().await?;
            people::rename(&mut conn, person, &incoming.name).await?;
        }
        return Ok((Some(client.clone()), stored.clone()));
    }
    let consented = claimed.client.as_ref().is_some_and(|client| client.consented);
    let first = Conversation::at(if consented { Screen::Home } else { Screen::Welcome });
    let stack = conversations::encode(&first);
    let mut conn = services.pool.acquire().await?;
    people::meet(&mut conn, person, &incoming.name, incoming.language, &stack, services.clock.now()).await?;
    Ok((claimed.client.clone(), Stored { stack, rev: 1, living: None }))
}

struct Session<'a> {
    services: &'a Services,
    claimed: &'a Claimed,
    viewer: Viewer,
    language: Language,
    stored: Stored,
    by: By,
}

impl Session<'_> {
    async fn carry_out(
        &mut self,
        step: Step,
        before: Option<&Screen>,
        is_stale: bool,
    ) -> Result<Applied, ServiceError> {
        let now = self.services.clock.now();
        let pool = &self.services.pool;
        let Some(effect) = step.effect.clone() else {
            let mut conn = pool.acquire().await?;
            return self.save(&mut conn, step, before, is_stale, None).await;
        };
        match (&effect, self.viewer.client) {
            (Effect::Hold { wish, master, start }, Some(client)) => {
                match booking::hold(pool, client, wish, *master, *start, self.by, now).await? {
                    Ok(held) => {
                        let outcome = Outcome::Held(held.card.booking.id);
                        self.commit(
                            held.lock,
                            held.card,
                            conversation::resume(step, &effect, outcome),
                            before,
                        )
                        .await
                    }
                    Err(outcome) => self.go_on(conversation::resume(step, &effect, outcome), before).await,
                }
            }
            (Effect::Confirm(booking), Some(client)) => {
                match booking::confirm(pool, client, *booking, self.by, now).await? {
                    Ok(confirmed) => {
                        let step = conversation::resume(step, &effect, Outcome::Confirmed(*booking));
                        self.commit(confirmed.lock, confirmed.card, step, before).await
                    }
                    Err(outcome) => self.go_on(conversation::resume(step, &effect, outcome), before).await,
                }
            }
            _ => {
                let mut transaction = pool.begin().await?;
                let outcome = self.small_effect(&mut transaction, &effect).await?;
                let step = conversation::resume(step, &effect, outcome);
                let applied = self.save(&mut transaction, step, before, is_stale, None).await?;
                transaction.commit().await?;
                Ok(applied)
            }
        }
    }

    async fn small_effect(
        &mut self,
        conn: &mut PgConnection,
        effect: &Effect,
    ) -> Result<Outcome, ServiceError> {
        let now = self.services.clock.now();
        let person = self.viewer.person;
        match effect {
            Effect::SetLanguage(language) => {
                people::set_language(conn, person, *language).await?;
                self.language = *language;
            }
            Effect::Agree => people::agree(conn, person, now).await?,
            Effect::SavePhone(phone) => people::set_phone(conn, person, phone).await?,
            Effect::Release(booking) => {
                if let Some(client) = self.viewer.client {
                    booking::release(conn, client, *booking, self.by, now).await?;
                }
            }
            Effect::Cancel(booking) => {
                return match self.viewer.client {
                    Some(client) => Ok(booking::cancel(conn, client, *booking, self.by, now).await?),
                    None => Ok(Outcome::NotFound),
                };
            }
            // Only somebody who was never met has no client, and they are asked for their consent first.
            Effect::Hold { .. } | Effect::Confirm(_) => return Ok(Outcome::NotFound),
        }
        Ok(Outcome::Done)
    }

    async fn go_on(&self, step: Step, before: Option<&Screen>) -> Result<Applied, ServiceError> {
        let mut conn = self.services.pool.acquire().await?;
        self.save(&mut conn, step, before, false, None).await
    }

    /// Commits a locked booking together with the step that follows from it; its card is what the screen shows.
    async fn commit(
        &self,
        mut lock: SlotLock,
        card: Card,
        step: Step,
        before: Option<&Screen>,
    ) -> Result<Applied, ServiceError> {
        let standing = card.booking.standing(card.cancel_notice, self.services.clock.now());
        let visit = VisitFacts { card, standing };
        let facts = match step.conversation.top() {
            Screen::Summary { .. } => Some(Facts::Summary(visit)),
            Screen::Visit { .. } => Some(Facts::Visit(visit)),
            _ => None,
        };
        let applied = self.save(lock.connection(), step, before, false, facts).await?;
        lock.commit().await?;
        Ok(applied)
    }

    async fn save(
        &self,
        conn: &mut PgConnection,
        step: Step,
        before: Option<&Screen>,
        is_stale: bool,
        facts: Option<Facts>,
    ) -> Result<Applied, ServiceError> {
        let reply = Reply {
            notice: step.notice,
            file: step.file,
            clears_keyboard: before == Some(&Screen::Phone) && *step.conversation.top() != Screen::Phone,
            shows: step.shows,
            is_stale,
        };
        let save = Save {
            person: self.viewer.person,
            stack: &conversations::encode(&step.conversation),
            expected_rev: self.stored.rev,
            update: self.claimed.id,
            lease: self.claimed.lease,
            reply: &encode_reply(&reply),
            // A tap on a mere label changes nothing, so the buttons around it stay good.
            raises_rev: step.shows,
            now: self.services.clock.now(),
        };
        let rev = conversations::save(conn, save).await?.ok_or(ServiceError::TakenOver)?;
        Ok(self.shown(step.conversation, rev, reply, facts))
    }

    fn shown(&self, conversation: Conversation, rev: i64, reply: Reply, facts: Option<Facts>) -> Applied {
        Applied {
            viewer: self.viewer,
            language: self.language,
            conversation,
            rev,
            living: self.stored.living,
            reply,
            facts: facts.map(Box::new),
        }
    }
}

/// The card of a client's own booking, for its calendar file.
pub async fn own_card(
    services: &Services,
    client: ClientId,
    booking: BookingId,
) -> Result<Option<Card>, ServiceError> {
    let mut conn = services.pool.acquire().await?;
    Ok(booking::own_card(&mut conn, client, booking).await?)
}

#[derive(Serialize, Deserialize)]
struct StoredReply {
    notice: Option<String>,
    file: Option<i64>,
    clears_keyboard: bool,
    shows: bool,
    is_stale: bool,
}

fn encode_reply(reply: &Reply) -> serde_json::Value {
    let stored = StoredReply {
        notice: reply.notice.map(|notice| notice.label().to_owned()),
        file: reply.file.map(|booking| booking.0),
        clears_keyboard: reply.clears_keyboard,
        shows: reply.shows,
        is_stale: reply.is_stale,
    };
    serde_json::to_value(stored).unwrap_or_default()
}

/// What cannot be read any more is shown as the plain screen.
fn decode_reply(stored: &serde_json::Value) -> Reply {
    match StoredReply::deserialize(stored) {
        Ok(stored) => Reply {
            notice: stored.notice.as_deref().and_then(Notice::from_label),
            file: stored.file.map(BookingId),
            clears_keyboard: stored.clears_keyboard,
            shows: stored.shows,
            is_stale: stored.is_stale,
        },
        Err(_) => Reply { shows: true, ..Reply::default() },
    }
}
