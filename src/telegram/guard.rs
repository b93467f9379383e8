//! The guard around every handler: a deadline, panics caught, an answer in any case, and one line in the log.

use std::{
    ops::ControlFlow,
    panic::AssertUnwindSafe,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use futures::FutureExt as _;
use teloxide::{
    dispatching::UpdateHandler,
    dptree,
    payloads::AnswerCallbackQuerySetters,
    requests::Requester,
    types::{CallbackQueryId, Update, UpdateKind},
};

use super::{
    errors::{HandleError, Retry, Verdict, chain, verdict},
    render,
    tree::{self, Context},
};
use crate::{
    domain::{
        conversation::{Event, Screen},
        ids::{MessageId, TelegramId},
        language::Language,
    },
    i18n::Tr,
    services::{
        chat::{Applied, Incoming},
        inbox::{End, LONGEST_WAIT},
    },
    t,
};

/// How long a handler may take; the lease of its update is renewed meanwhile.
const DEADLINE: Duration = Duration::from_secs(25);
/// How long an update that fails is tried again before it is put aside.
const PATIENCE: Duration = Duration::from_hours(1);
/// The longest pause between two tries, unless Telegram asks for more.
const LONGEST_BACKOFF: Duration = Duration::from_secs(30);

/// How the log calls money that came.
const MONEY: &str = "paid";

/// What a handler found out on its way, for the log and for the answer when it fails.
#[derive(Default)]
pub(super) struct Trace {
    answered: AtomicBool,
    /// Messages sent and edited.
    calls: AtomicU32,
    seen: Mutex<Seen>,
}

#[derive(Default, Clone)]
struct Seen {
    event: &'static str,
    role: &'static str,
    state: &'static str,
    flow: &'static str,
    booking: Option<i64>,
    master: Option<i32>,
    services: Option<Vec<i32>>,
    language: Option<Language>,
    living: Option<MessageId>,
}

impl Trace {
    pub(super) fn answered(&self) {
        self.answered.store(true, Ordering::Relaxed);
    }

    /// The screen is on another message than before.
    pub(super) fn shown(&self, living: MessageId) {
        self.note(|seen| seen.living = Some(living));
    }

    /// A message was sent or edited.
    pub(super) fn called(&self) {
        self.calls.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn calls(&self) -> u32 {
        self.calls.load(Ordering::Relaxed)
    }

    pub(super) fn living(&self) -> Option<MessageId> {
        self.seen().living
    }

    pub(super) fn event(&self, event: &Event) {
        self.note(|seen| {
            seen.event = match event {
                Event::Command(_) => "command",
                Event::Tap(_) => "tap",
                Event::StaleTap => "stale_tap",
                Event::OwnPhone(_) | Event::ForeignPhone => "contact",
                Event::SkipPhone => "skip_phone",
                Event::Text(_) => "text",
                Event::Stray(_) => "stray",
                Event::HoldOver(_) => "hold_over",
                Event::Paid(_) => MONEY,
            }
        });
    }

    pub(super) fn applied(&self, applied: &Applied) {
        self.note(|seen| {
            seen.role = match (applied.viewer.is_admin, applied.viewer.master) {
                (true, _) => "admin",
                (false, Some(_)) => "staff",
                (false, None) => "client",
            };
            let top = applied.conversation.top();
            seen.state = top.name();
            seen.flow = if top.is_booking() { "booking" } else { "none" };
            seen.language = Some(applied.language);
            match top {
                Screen::Summary { wish, booking, .. } => {
                    seen.booking = Some(booking.0);
                    seen.services = Some(wish.services.iter().map(|service| service.0).collect());
                }
                Screen::Repeat { booking, .. }
                | Screen::Series { booking, .. }
                | Screen::Visit { booking }
                | Screen::CancelVisit { booking }
                | Screen::StaffVisit { booking } => {
                    seen.booking = Some(booking.0);
                }
                Screen::Calendar { wish, master, .. }
                | Screen::Times { wish, master, .. }
                | Screen::Taken { wish, master, .. } => {
                    seen.master = master.one().map(|master| master.0);
                    seen.services = Some(wish.services.iter().map(|service| service.0).collect());
                }
                _ => {}
            }
        });
    }

    fn note(&self, write: impl FnOnce(&mut Seen)) {
        write(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn seen(&self) -> Seen {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Handles one update and says how it ended. Never fails, never panics, always answers a tap.
pub(super) async fn handle(tree: &UpdateHandler<HandleError>, context: Context, update: Update) -> End {
    let tapped = match &update.kind {
        UpdateKind::CallbackQuery(query) => Some(query.id.clone()),
        _ => None,
    };
    let dispatched = tree.dispatch(dptree::deps![update, context.clone()]);
    let handled = async {
        match dispatched.await {
            ControlFlow::Break(result) => result,
            // No branch wanted it.
            ControlFlow::Continue(_) => Ok(()),
        }
    };
    guarded(&context, tapped, handled).await
}

/// Tells a conversation what the bot itself has to say, under the same guard.
pub(super) async fn tell(context: Context, word: Event) -> End {
    guarded(&context, None, Box::pin(tree::on_word(context.clone(), word))).await
}

/// Brings money to its owner, under the same guard.
pub(super) async fn take(context: Context, incoming: Incoming) -> End {
    guarded(&context, None, Box::pin(tree::on_payment(context.clone(), incoming))).await
}

async fn guarded(
    context: &Context,
    tapped: Option<CallbackQueryId>,
    handled: impl Future<Output = Result<(), HandleError>>,
) -> End {
    let started = Instant::now();
    let run = AssertUnwindSafe(handled).catch_unwind();
    let result = match tokio::time::timeout(DEADLINE, run).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(HandleError::Panic),
        Err(_) => Err(HandleError::Timeout),
    };
    let end = match result {
        Ok(()) => End::Done,
        Err(error) => failed(context, &error, tapped.is_some()).await,
    };
    if let Some(query) = tapped.filter(|_| !context.trace.answered.load(Ordering::Relaxed)) {
        let answer = context.bots.prompt.answer_callback_query(query);
        let text = match &end {
            // What is tried again soon will show itself.
            End::Done | End::Later { .. } => None,
            End::Failed { .. } => Some(excuse(context)),
        };
        let answered = match text {
            Some(text) => answer.text(text).await,
            None => answer.await,
        };
        if let Err(error) = answered {
            tracing::debug!(error = %chain(&error), "callback answer not taken");
        }
    }
    log(context, &end, started.elapsed());
    end
}

/// Decides about a failure and, when it is final, tells the person.
async fn failed(context: &Context, error: &HandleError, is_tap: bool) -> End {
    let claimed = &context.claimed;
    let line = chain(error);
    if let HandleError::Telegram(error) = error
        && verdict(error) == Verdict::Unreachable
    {
        tracing::info!(correlation_id = %claimed.correlation, error = line, "the person cannot be reached");
        return End::Done;
    }
    let now = context.services.clock.now();
    let is_money = context.trace.seen().event == MONEY;
    let is_fresh = now - claimed.received_at < TimeDelta::from_std(PATIENCE).unwrap_or_default();
    // A tap or a word is shown by an edit, which nobody notices when it is made twice.
    let is_edit = is_tap || claimed.is_word();
    let worthwhile =
        |retry: &Retry| is_fresh && (is_edit || retry.most.is_none_or(|most| claimed.doubts + 1 < most));
    if let Some(Retry { after, most }) = error.retry().filter(worthwhile) {
        let doubled = after * 2u32.saturating_pow(claimed.attempts.saturating_sub(1).min(10));
        let wait = doubled.min(LONGEST_BACKOFF).max(after);
        tracing::warn!(correlation_id = %claimed.correlation, attempt = claimed.attempts, error = line, "update will be tried again");
        let not_before = now + wait.min(LONGEST_WAIT / 2);
        return End::Later { not_before, in_doubt: most.is_some(), error: line };
    }
    // Money is never put aside: somebody mends what stands in its way, and it is brought to its owner then.
    if is_money {
        tracing::error!(correlation_id = %claimed.correlation, attempt = claimed.attempts, error = line, "money waits");
        return End::Later { not_before: now + LONGEST_BACKOFF, in_doubt: false, error: line };
    }
    tracing::error!(correlation_id = %claimed.correlation, attempt = claimed.attempts, error = line, "update put aside");
    // Who has not asked for anything needs no excuse.
    if let Some(person) = claimed.person.filter(|_| !claimed.is_word())
        && let Err(error) = render::say(&context.bots.prompt, TelegramId(person.0), &excuse(context)).await
    {
        tracing::warn!(correlation_id = %claimed.correlation, error = %chain(&error), "the person could not be told");
    }
    End::Failed { error: line }
}

/// A kind word with a code that leads to the log.
fn excuse(context: &Context) -> String {
    let known = context.claimed.client.as_ref().map(|client| client.language);
    let language = context.trace.seen().language.or(known).unwrap_or(Language::DEFAULT);
    let code: String = context.claimed.correlation.simple().to_string().chars().take(8).collect();
    t!(Tr::to(language), "error", code = code.to_uppercase())
}

fn log(context: &Context, end: &End, took: Duration) {
    let seen = context.trace.seen();
    let outcome = match end {
        End::Done => "done",
        End::Failed { .. } => "failed",
        End::Later { .. } => "later",
    };
    tracing::info!(
        event = seen.event,
        user_id = context.claimed.person.map(|person| person.0),
        role = seen.role,
        booking_id = seen.booking,
        master_id = seen.master,
        service_ids = seen.services.map(tracing::field::debug),
        state = seen.state,
        flow = seen.flow,
        correlation_id = %context.claimed.correlation,
        latency_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        outcome,
        "update",
    );
}

/// A fresh trace for an update.
pub(super) fn trace() -> Arc<Trace> {
    Arc::new(Trace::default())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use secrecy::SecretString;
    use teloxide::{dispatching::UpdateFilterExt as _, types::Me};
    use tokio_util::sync::CancellationToken;
    use uuid::Uuid;

    use super::*;
    use crate::{
        clock::SystemClock,
        domain::ids::UpdateId,
        services::{Services, inbox::Claimed},
        telegram::{Bots, exports::Exports},
    };

    const UPDATE: &str = r#"{"update_id": 5, "message": {"message_id": 1, "date": 0, "text": "hello",
        "chat": {"id": 7, "type": "private", "first_name": "Ann"},
        "from": {"id": 7, "is_bot": false, "first_name": "Ann"}}}"#;
    const ME: &str = r#"{"id": 1, "is_bot": true, "first_name": "Vizit", "username": "vizit_bot",
        "can_join_groups": false, "can_read_all_group_messages": false, "supports_inline_queries": false,
        "can_connect_to_business": false, "has_main_web_app": false}"#;

    /// A context in which neither Telegram nor the database can be reached.
    fn context() -> Context {
        let clock = Arc::new(SystemClock);
        let pool = sqlx::PgPool::connect_lazy("postgres://nobody@127.0.0.1:9/nothing").expect("a URL");
        let nowhere = "http://127.0.0.1:9".parse().expect("a URL");
        let token = SecretString::from("1:not-a-real-token-of-any-bot");
        let claimed = Claimed {
            id: UpdateId(5),
            person: None,
            payload: UPDATE.to_owned(),
            lease: Uuid::nil(),
            correlation: Uuid::nil(),
            received_at: crate::clock::Clock::now(&SystemClock),
            attempts: 1,
            doubts: 0,
            reply: None,
            client: None,
            conversation: None,
            is_unreachable: false,
            master: None,
            only_location: None,
        };
        Context {
            services: Services::new(pool, clock, Vec::new()),
            bots: Bots::new(&token, Some(&nowhere), None).expect("clients"),
            me: serde_json::from_str::<Me>(ME).expect("a bot"),
            claimed: Arc::new(claimed),
            trace: trace(),
            exports: Exports::new(&std::env::temp_dir(), CancellationToken::new()),
        }
    }

    async fn handled_by(tree: UpdateHandler<HandleError>) -> End {
        let update: Update = serde_json::from_str(UPDATE).expect("an update");
        handle(&tree, context(), update).await
    }

    async fn panics() -> Result<(), HandleError> {
        panic!("as a mistake would")
    }

    async fn never_ends() -> Result<(), HandleError> {
        std::future::pending().await
    }

    #[tokio::test]
    async fn a_panic_ends_one_update_and_nothing_else() {
        let tree = dptree::entry().branch(Update::filter_message().endpoint(panics));
        assert!(matches!(handled_by(tree).await, End::Failed { error } if error == "the handler panicked"));
        let unwanted = dptree::entry().branch(Update::filter_callback_query().endpoint(panics));
        assert!(matches!(handled_by(unwanted).await, End::Done), "the next update is handled as ever");
    }

    #[tokio::test(start_paused = true)]
    async fn a_handler_without_end_is_cut_and_tried_again() {
        let tree = dptree::entry().branch(Update::filter_message().endpoint(never_ends));
        assert!(
            matches!(handled_by(tree).await, End::Later { error, .. } if error == "the handler took too long")
        );
    }
}
