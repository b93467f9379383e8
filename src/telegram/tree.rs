//! The handler tree: which update is whose business.

use std::sync::Arc;

use teloxide::{
    RequestError,
    dispatching::{UpdateFilterExt, UpdateHandler},
    dptree,
    payloads::AnswerCallbackQuerySetters,
    requests::Requester,
    types::{CallbackQuery, ChatMemberUpdated, Me, Message, Update},
};

use super::{
    bots::Bots,
    callback::STANDING,
    commands, decode,
    errors::HandleError,
    exports::Exports,
    guard::Trace,
    render::{self, Place},
    screens::{self, Frame},
};
use crate::{
    domain::{
        conversation::{Command, Event, File},
        ids::{MessageId, TelegramId},
        month::Month,
    },
    i18n::Tr,
    ics,
    services::{
        Services,
        browse::{self, Facts},
        chat::{self, Applied, Incoming},
        inbox::Claimed,
        outbox, payments, privacy, reach,
    },
    t,
};

/// What a handler needs besides the update.
#[derive(Clone)]
pub(super) struct Context {
    pub(super) services: Services,
    pub(super) bots: Bots,
    pub(super) me: Me,
    pub(super) claimed: Arc<Claimed>,
    pub(super) trace: Arc<Trace>,
    pub(super) exports: Exports,
}

/// The whole tree. What no branch takes is none of the bot's business.
pub(super) fn tree() -> UpdateHandler<HandleError> {
    dptree::entry()
        .branch(Update::filter_callback_query().endpoint(on_tap))
        .branch(
            Update::filter_message()
                .filter(|message: Message| message.chat.is_private())
                .endpoint(on_message),
        )
        .branch(Update::filter_my_chat_member().endpoint(on_membership))
}

/// Somebody has blocked the bot, or is back.
async fn on_membership(context: Context, change: ChatMemberUpdated) -> Result<(), HandleError> {
    if !change.chat.is_private() {
        return Ok(());
    }
    let person = TelegramId(change.chat.id.0);
    if change.new_chat_member.is_present() {
        reach::found(&context.services, person).await?;
    } else {
        reach::lost(&context.services, person, None).await?;
    }
    Ok(())
}

async fn on_message(context: Context, message: Message) -> Result<(), HandleError> {
    let Some(incoming) = decode::message(&message, &context.me) else { return Ok(()) };
    let person = TelegramId(message.chat.id.0);
    let starts = incoming.event == Event::Command(Command::Start);
    let applied = apply(&context, person, incoming).await?;
    let tr = Tr::to(applied.language);
    let said = applied.reply.notice.map(|notice| screens::notice(tr, notice));
    let greets_staff = starts && applied.viewer.is_staff();
    let is_admin = applied.viewer.is_admin;
    show(&context, applied, None, (said, false)).await?;
    if greets_staff {
        commands::publish_to(&context.bots, person, is_admin).await;
    }
    Ok(())
}

async fn on_tap(context: Context, query: CallbackQuery) -> Result<(), HandleError> {
    let person = TelegramId(i64::try_from(query.from.id.0).unwrap_or_default());
    let incoming = decode::tap(&query);
    let tapped = incoming.tapped;
    let applied = apply(&context, person, incoming).await?;
    let tr = Tr::to(applied.language);
    // A second tap on the living message is no mistake of the person's, so nothing is said about it.
    let is_double = applied.reply.is_stale && tapped.is_some() && tapped == applied.living;
    let toast = applied.reply.notice.filter(|_| !is_double).map(|notice| screens::notice(tr, notice));
    let (answered, shown) =
        tokio::join!(answer(&context, &query, toast), show(&context, applied, tapped, (None, false)));
    // The screen matters more than the answer: an answer that came too late is no failure.
    if let Err(error) = answered {
        tracing::debug!(error = %super::errors::chain(&error), "callback answer not taken");
    }
    shown
}

/// What the bot itself has to tell a conversation; it is shown where the conversation stands.
pub(super) async fn on_word(context: Context, word: Event) -> Result<(), HandleError> {
    let claimed = context.claimed.clone();
    // Who was forgotten meanwhile is told nothing.
    let (Some(client), Some(person)) = (&claimed.client, claimed.person) else { return Ok(()) };
    let (name, language) = (client.name.clone(), client.language);
    let incoming = Incoming { event: word, rev: None, tapped: None, name, language };
    let applied = apply(&context, person, incoming).await?;
    let tr = Tr::to(applied.language);
    let said = applied.reply.notice.map(|notice| screens::notice(tr, notice));
    let living = applied.living;
    show(&context, applied, living, (said, true)).await
}

/// Money came. What it does to the conversation is shown where that stands.
pub(super) async fn on_payment(context: Context, incoming: Incoming) -> Result<(), HandleError> {
    let Some(person) = context.claimed.person else { return Ok(()) };
    let applied = apply(&context, person, incoming).await?;
    let tr = Tr::to(applied.language);
    let said = applied.reply.notice.map(|notice| screens::notice(tr, notice));
    show(&context, applied, None, (said, true)).await
}

async fn answer(context: &Context, query: &CallbackQuery, toast: Option<String>) -> Result<(), RequestError> {
    let answer = context.bots.prompt.answer_callback_query(query.id.clone());
    match toast {
        Some(text) => answer.text(text).await?,
        None => answer.await?,
    };
    context.trace.answered();
    Ok(())
}

async fn apply(context: &Context, person: TelegramId, incoming: Incoming) -> Result<Applied, HandleError> {
    context.trace.event(&incoming.event);
    let applied = chat::apply(&context.services, &context.claimed, person, incoming).await?;
    context.trace.applied(&applied);
    Ok(applied)
}

/// Shows where the conversation is now. `said` goes above the screen; what nobody has asked for may be read by others.
async fn show(
    context: &Context,
    mut applied: Applied,
    tapped: Option<MessageId>,
    (said, is_aloud): (Option<String>, bool),
) -> Result<(), HandleError> {
    if !applied.reply.shows {
        return Ok(());
    }
    let services = &context.services;
    let bot = &context.bots.prompt;
    let person = applied.viewer.person;
    let tr = Tr::to(applied.language);
    if let Some(file) = applied.reply.file {
        match file {
            File::Calendar(booking) => send_calendar_file(context, &applied, booking, tr).await?,
            File::OwnData => send_own_data(context, &applied, tr).await?,
            File::Ledger(month) => send_ledger(context, &applied, month, tr).await?,
            File::Export(export) => {
                let whose = (applied.viewer, tr);
                context.exports.send(services, &context.bots, whose, export).await?;
            }
        }
        context.trace.called();
    }
    let facts = match (applied.facts.take(), applied.reply.card) {
        (Some(facts), _) => *facts,
        (None, Some(booking)) => browse::card(services, applied.viewer, booking).await?,
        (None, None) => browse::facts(services, applied.viewer, applied.conversation.top()).await?,
    };
    let can_go_back = applied.conversation.can_go_back();
    let frame = Frame { tr, now: services.clock.now(), can_go_back, is_aloud };
    let (mut view, rev) = match (&facts, applied.reply.card) {
        (Facts::Visit(visit), Some(_)) => (screens::letters::card(frame, visit), STANDING),
        _ => (screens::view(&facts, frame), applied.rev),
    };
    match said {
        Some(said) if applied.reply.clears_keyboard => render::say_and_clear(bot, person, &said).await?,
        None if applied.reply.clears_keyboard => {
            render::say_and_clear(bot, person, &t!(tr, "keyboard-gone")).await?;
        }
        Some(said) => view.text = format!("<i>{}</i>\n\n{}", super::view::escape(&said), view.text),
        None => {}
    }
    // What has become a card stays; the next screen comes after it.
    let living = applied.living.filter(|_| !applied.is_card);
    let place = Place { person, tapped, living };
    let living = render::show(bot, place, &view, rev).await?;
    context.trace.called();
    if let Some(booking) = applied.reply.card {
        outbox::adopt_card(services, person, booking, living).await?;
    }
    if applied.living != Some(living) {
        context.trace.shown(living);
    }
    Ok(())
}

async fn send_ledger(context: &Context, applied: &Applied, month: Month, tr: Tr) -> Result<(), HandleError> {
    if !applied.viewer.is_admin {
        return Ok(());
    }
    let services = &context.services;
    let movements = payments::movements(services, month).await?;
    let frame = Frame { tr, now: services.clock.now(), can_go_back: false, is_aloud: false };
    let table = screens::ledger_table(frame, &movements, services.zone);
    let name = format!("ledger-{}.csv", month.first().format("%Y-%m"));
    let caption = t!(tr, "ledger-caption", month = tr.month(month), count = movements.len());
    Ok(render::send_file(&context.bots.prompt, applied.viewer.person, &name, table, caption).await?)
}

async fn send_own_data(context: &Context, applied: &Applied, tr: Tr) -> Result<(), HandleError> {
    let (services, person) = (&context.services, applied.viewer.person);
    let Some(client) = applied.viewer.client else { return Ok(()) };
    let data = privacy::own_data(services, client, person).await?;
    let frame = Frame { tr, now: services.clock.now(), can_go_back: false, is_aloud: false };
    let text = screens::own_data(frame, &data, services.zone);
    let bot = &context.bots.prompt;
    render::send_file(bot, person, "vizit-data.txt", text, t!(tr, "own-data-caption")).await?;
    let all = serde_json::to_string_pretty(&data.all).unwrap_or_default();
    Ok(render::send_file(bot, person, "vizit-data.json", all, t!(tr, "own-data-caption-json")).await?)
}

async fn send_calendar_file(
    context: &Context,
    applied: &Applied,
    booking: crate::domain::ids::BookingId,
    tr: Tr,
) -> Result<(), HandleError> {
    let Some(client) = applied.viewer.client else { return Ok(()) };
    let Some(card) = chat::own_card(&context.services, client, booking).await? else { return Ok(()) };
    let calendar = ics::file(&card, tr, context.services.clock.now());
    let caption = t!(tr, "ics-caption");
    Ok(render::send_file(&context.bots.prompt, applied.viewer.person, "visit.ics", calendar, caption).await?)
}
