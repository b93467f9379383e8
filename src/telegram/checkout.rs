//! Whether somebody may be charged: answered beside everything that waits its turn, for Telegram gives up after ten
//! seconds.

use std::time::Duration;

use serde::Deserialize;
use teloxide::{
    RequestError,
    payloads::AnswerPreCheckoutQuerySetters as _,
    requests::{Request as _, Requester as _},
    types::{PreCheckoutQueryId, True},
};
use tokio::{sync::mpsc, task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;

use super::{
    bots::Bots,
    errors::{Verdict, chain, verdict},
};
use crate::{
    domain::{
        ids::TelegramId,
        language::Language,
        payment::{Question, Refusal},
    },
    i18n::Tr,
    services::{Services, payments},
    t,
};

/// How long the decision may take, so that there is time left to tell it.
const BUDGET: Duration = Duration::from_secs(3);
/// For how long it is tried to tell it, how long one try may take (teloxide waits long after a failure of the server),
/// and the pause between two.
const PATIENCE: Duration = Duration::from_secs(8);
const TRY: Duration = Duration::from_millis(1500);
const PAUSE: Duration = Duration::from_millis(200);
/// Questions answered at the same time.
const AT_ONCE: usize = 64;

/// A raw update with a question. Read without teloxide, whose amounts end where Telegram's go on.
#[derive(Debug, Deserialize)]
struct Update {
    pre_checkout_query: Query,
}

#[derive(Debug, Deserialize)]
struct Query {
    id: String,
    from: From,
    currency: String,
    total_amount: i64,
    invoice_payload: String,
}

#[derive(Debug, Deserialize)]
struct From {
    id: i64,
    #[serde(default)]
    language_code: Option<String>,
}

/// Answers until told to stop.
pub async fn run(services: Services, bots: Bots, mut asked: mpsc::Receiver<String>, stop: CancellationToken) {
    let mut answering = JoinSet::new();
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            Some(question) = asked.recv(), if answering.len() < AT_ONCE => {
                answering.spawn(answer(services.clone(), bots.clone(), question));
            }
            Some(ended) = answering.join_next() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "a checkout got lost");
                }
            }
        }
    }
    while answering.join_next().await.is_some() {}
}

async fn answer(services: Services, bots: Bots, raw: String) {
    let began = Instant::now();
    let Ok(Update { pre_checkout_query: query }) = serde_json::from_str(&raw) else {
        tracing::warn!("a checkout of an unknown form");
        return;
    };
    let question = Question {
        payer: TelegramId(query.from.id),
        payload: query.invoice_payload,
        amount_minor: query.total_amount,
        currency: query.currency,
    };
    let decided = tokio::time::timeout(BUDGET, payments::may_charge(&services, &question)).await;
    let theirs =
        query.from.language_code.as_deref().and_then(Language::from_tag).unwrap_or(Language::DEFAULT);
    let (refusal, language) = match decided {
        Ok(Ok((Ok(()), _))) => (None, theirs),
        Ok(Ok((Err(refusal), language))) => {
            tracing::info!(?refusal, "nobody is charged");
            (Some(Some(refusal)), language.unwrap_or(theirs))
        }
        Ok(Err(error)) => {
            tracing::warn!(error = %chain(&error), "whether somebody may be charged could not be decided");
            (Some(None), theirs)
        }
        Err(_) => {
            tracing::warn!("whether somebody may be charged was not decided in time");
            (Some(None), theirs)
        }
    };
    let reason = refusal.map(|refusal| words(Tr::to(language), refusal));
    while began.elapsed() < PATIENCE {
        match tokio::time::timeout(TRY, tell(&bots, &query.id, reason.clone())).await {
            Ok(Ok(_)) => return,
            Ok(Err(error)) if matches!(verdict(&error), Verdict::Never | Verdict::Unreachable) => {
                tracing::warn!(error = %chain(&error), "the answer to a checkout was not taken");
                return;
            }
            Ok(Err(error)) => tracing::warn!(error = %chain(&error), "an answer to a checkout got lost"),
            Err(_) => tracing::warn!("an answer to a checkout got stuck"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Says yes, or why not.
async fn tell(bots: &Bots, query: &str, reason: Option<String>) -> Result<True, RequestError> {
    let id = PreCheckoutQueryId(query.to_owned());
    let answer = bots.checkout.answer_pre_checkout_query(id, reason.is_none());
    match reason {
        None => answer.send().await,
        Some(reason) => answer.error_message(reason).send().await,
    }
}

/// Why nobody is charged; `None` when nobody knows.
fn words(tr: Tr, refusal: Option<Refusal>) -> String {
    match refusal {
        Some(Refusal::NotYours) => t!(tr, "checkout-not-yours"),
        Some(Refusal::AlreadyPaid) => t!(tr, "checkout-paid"),
        Some(Refusal::Over) => t!(tr, "checkout-over"),
        Some(Refusal::Unknown | Refusal::Mismatch) => t!(tr, "checkout-unknown"),
        None => t!(tr, "checkout-later"),
    }
}
