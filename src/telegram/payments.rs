//! The ways in which money comes through Telegram: what each asks for, and how it gives back. How to add one is told in
//! `docs/payments.md`.

use futures::future::BoxFuture;
use secrecy::ExposeSecret as _;
use teloxide::{
    RequestError,
    payloads::{SendInvoice, SendInvoiceSetters as _},
    requests::{JsonRequest, Requester as _},
    types::{LabeledPrice, TelegramTransactionId, UserId},
};

use super::bots::Bots;
use crate::{
    domain::payment::{Invoice, Method},
    services::payments::Refund,
};

/// One way in which money comes.
pub(super) trait Port: Send + Sync {
    /// Makes an invoice one of this way's.
    fn create_invoice(&self, bots: &Bots, request: JsonRequest<SendInvoice>) -> JsonRequest<SendInvoice>;

    /// Gives money back; `None` where a person has to.
    fn refund<'a>(
        &self,
        bots: &'a Bots,
        refund: &'a Refund,
    ) -> Option<BoxFuture<'a, Result<(), RequestError>>>;
}

pub(super) fn port(method: Method) -> &'static dyn Port {
    match method {
        Method::Stars => &Stars,
        Method::Provider => &Provider,
    }
}

struct Stars;

impl Port for Stars {
    /// Stars need no provider.
    fn create_invoice(&self, _: &Bots, request: JsonRequest<SendInvoice>) -> JsonRequest<SendInvoice> {
        request
    }

    fn refund<'a>(
        &self,
        bots: &'a Bots,
        refund: &'a Refund,
    ) -> Option<BoxFuture<'a, Result<(), RequestError>>> {
        let payer = UserId(u64::try_from(refund.payer.0).unwrap_or_default());
        let charge = TelegramTransactionId(refund.charge.clone());
        Some(Box::pin(async move {
            match bots.prompt.refund_star_payment(payer, charge).await {
                Ok(_) => Ok(()),
                // An earlier try, whose answer was lost, has done it.
                Err(error) if error.to_string().contains("CHARGE_ALREADY_REFUNDED") => Ok(()),
                Err(error) => Err(error),
            }
        }))
    }
}

struct Provider;

impl Port for Provider {
    fn create_invoice(&self, bots: &Bots, request: JsonRequest<SendInvoice>) -> JsonRequest<SendInvoice> {
        match &bots.provider {
            Some(token) => request.provider_token(token.expose_secret()),
            None => request,
        }
    }

    /// The Bot API has no such call for providers.
    fn refund<'a>(&self, _: &'a Bots, _: &'a Refund) -> Option<BoxFuture<'a, Result<(), RequestError>>> {
        None
    }
}

/// What is to be paid, as Telegram takes it.
pub(super) fn price(label: String, invoice: &Invoice) -> Option<LabeledPrice> {
    let amount = u32::try_from(invoice.amount.minor()).ok()?;
    Some(LabeledPrice { label, amount })
}
