//! Telegram's own list of Stars, for payments whose update was lost: updates wait for a day, and money for ever.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use teloxide::requests::{JsonRequest, Payload, Request as _};
use tokio_util::sync::CancellationToken;

use super::{bots::Bots, errors::chain};
use crate::{
    domain::{ids::TelegramId, payment::Paid},
    services::{Services, payments},
};

/// How often the list is read; the first time at the start.
const PERIOD: Duration = Duration::from_hours(1);
const PAGE: usize = 100;

/// `getStarTransactions`, read without teloxide, which knows fewer kinds of partners than there are.
#[derive(Debug, Clone, Serialize)]
struct StarTransactions {
    offset: usize,
    limit: usize,
}

impl Payload for StarTransactions {
    type Output = Page;

    const NAME: &'static str = "GetStarTransactions";
}

#[derive(Debug, Deserialize)]
struct Page {
    transactions: Vec<Transaction>,
}

#[derive(Debug, Deserialize)]
struct Transaction {
    id: String,
    amount: i64,
    date: i64,
    source: Option<Partner>,
}

#[derive(Debug, Deserialize)]
struct Partner {
    user: Option<User>,
    invoice_payload: Option<String>,
}

#[derive(Debug, Deserialize)]
struct User {
    id: i64,
}

/// Reads the list every hour until told to stop.
pub async fn run(services: Services, bots: Bots, stop: CancellationToken) {
    let mut offset = 0;
    while !stop.is_cancelled() {
        let read = tokio::select! {
            () = stop.cancelled() => break,
            read = look(&services, &bots, offset) => read,
        };
        offset = read;
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(PERIOD) => {}
        }
    }
}

/// Reads on from `offset`; where to read on the next time.
async fn look(services: &Services, bots: &Bots, mut offset: usize) -> usize {
    loop {
        let page = StarTransactions { offset, limit: PAGE };
        let page = match JsonRequest::new(bots.prompt.clone(), page).send().await {
            Ok(page) => page.transactions,
            Err(error) => {
                tracing::warn!(error = %chain(&error), "the list of Stars could not be read");
                return offset;
            }
        };
        let read = page.len();
        let paid: Vec<(Paid, i64)> = page.into_iter().filter_map(paid).collect();
        if let Err(error) = payments::find_lost(services, &paid).await {
            tracing::warn!(error = %chain(&error), "payments could not be looked for");
            return offset;
        }
        if read < PAGE {
            // The last page is read again, as it grows.
            return offset;
        }
        offset += read;
    }
}

/// What came from a person for an invoice, and when, in seconds since 1970.
fn paid(transaction: Transaction) -> Option<(Paid, i64)> {
    let source = transaction.source?;
    let paid = Paid {
        payer: TelegramId(source.user?.id),
        payload: source.invoice_payload?,
        amount_minor: transaction.amount,
        currency: "XTR".to_owned(),
        charge: transaction.id,
        provider_charge: String::new(),
    };
    Some((paid, transaction.date))
}
