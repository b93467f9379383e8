//! One update of one person: from its event to the next screen, with all its effects, exactly once.
//!
//! The effect, the conversation's new stack and the mark "applied" on the update are committed together. What is
//! shown afterwards can therefore be shown again after a crash, but nothing is done twice.

mod effects;
mod reply;

use sqlx::PgConnection;

pub use self::reply::Reply;

use super::{
    ServiceError, Services, booking,
    browse::{self, Facts, Viewer},
    inbox::{Claimed, Client},
    reach,
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
    /// It is the card of a visit, which stays.
    pub is_card: bool,
    pub reply: Reply,
    /// The facts of the new screen, where they are known already.
    pub facts: Option<Box<Facts>>,
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
            result => {
                services.bell.ring();
                return result;
            }
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
    if claimed.is_unreachable && !claimed.is_word() {
        reach::found(services, person).await?;
    }
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
        return Ok(session.shown(conversation, session.stored.rev, reply::decode(reply), None));
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
        is_admin: session.viewer.is_admin,
        only_location: claimed.only_location,
    };
    if is_stale && is_living && session.stored.is_card {
        // The second of two taps on what has become a card: there is nothing to show anew.
        let conversation = readable.unwrap_or(Conversation::at(Screen::Home));
        return session.ignore(conversation).await;
    }
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
    Ok((claimed.client.clone(), Stored { stack, rev: 1, living: None, is_card: false }))
}

/// What was done under a lock, to be committed.
struct Locked {
    lock: SlotLock,
    card: Option<Card>,
    outcome: Outcome,
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
        let pool = &self.services.pool;
        let Some(effect) = step.effect.clone() else {
            let mut conn = pool.acquire().await?;
            return self.save(&mut conn, step, before, is_stale, None).await;
        };
        let applied = self.with_effect(step, &effect, before, is_stale).await?;
        if effects::frees_time(&effect) {
            self.services.bell.ring_free();
        }
        Ok(applied)
    }

    async fn with_effect(
        &mut self,
        step: Step,
        effect: &Effect,
        before: Option<&Screen>,
        is_stale: bool,
    ) -> Result<Applied, ServiceError> {
        let pool = &self.services.pool;
        match self.locked(effect).await? {
            Some(Ok(Locked { mut lock, card, outcome })) => {
                let step = conversation::resume(step, effect, outcome);
                self.give_back(lock.connection(), &step).await?;
                self.commit(lock, card, step, before).await
            }
            Some(Err(outcome)) => {
                let mut transaction = pool.begin().await?;
                let step = conversation::resume(step, effect, outcome);
                self.give_back(&mut transaction, &step).await?;
                let applied = self.save(&mut transaction, step, before, false, None).await?;
                transaction.commit().await?;
                Ok(applied)
            }
            None => {
                let mut transaction = pool.begin().await?;
                let outcome = self.small_effect(&mut transaction, effect).await?;
                let step = conversation::resume(step, effect, outcome);
                self.give_back(&mut transaction, &step).await?;
                let applied = self.save(&mut transaction, step, before, is_stale, None).await?;
                transaction.commit().await?;
                Ok(applied)
            }
        }
    }

    async fn give_back(&self, conn: &mut PgConnection, step: &Step) -> Result<(), ServiceError> {
        if let (Some(booking), Some(client)) = (step.gives_back, self.viewer.client) {
            booking::release(conn, client, booking, self.by, self.services.clock.now()).await?;
        }
        Ok(())
    }

    /// Commits what was done under a lock together with the step that follows from it; a card is what the screen shows.
    async fn commit(
        &self,
        mut lock: SlotLock,
        card: Option<Card>,
        step: Step,
        before: Option<&Screen>,
    ) -> Result<Applied, ServiceError> {
        let now = self.services.clock.now();
        let facts = match (step.conversation.top(), card) {
            (_, Some(card)) if step.card == Some(card.booking.id) => {
                Some(Facts::Visit(browse::visit(card, now)))
            }
            (Screen::Summary { wish, .. }, Some(card)) => {
                Some(browse::summary(lock.connection(), card, wish, now).await?)
            }
            _ => None,
        };
        let applied = self.save(lock.connection(), step, before, false, facts).await?;
        lock.commit().await?;
        Ok(applied)
    }

    /// Answers and shows nothing.
    async fn ignore(&self, conversation: Conversation) -> Result<Applied, ServiceError> {
        let mut conn = self.services.pool.acquire().await?;
        let step = Step {
            conversation,
            effect: None,
            notice: None,
            file: None,
            gives_back: None,
            shows: false,
            card: None,
        };
        self.save(&mut conn, step, None, true, None).await
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
            card: step.card,
        };
        let save = Save {
            person: self.viewer.person,
            stack: &conversations::encode(&step.conversation),
            expected_rev: self.stored.rev,
            update: self.claimed.id,
            lease: self.claimed.lease,
            reply: &reply::encode(&reply),
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
            is_card: self.stored.is_card,
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
