//! Invoices, and money that goes back.

use teloxide::{RequestError, payloads::SendInvoiceSetters, requests::Requester, types::ChatId};

use super::failures::later;
use crate::{
    domain::ids::MessageId,
    services::{
        Services,
        outbox::{Claimed, End},
        payments::{self, Bill, Refund},
    },
    telegram::{
        bots::Bots,
        errors::chain,
        payments as ports,
        screens::{Frame, letters},
    },
};

/// Sends an invoice.
pub(super) async fn bill_for(
    bots: &Bots,
    frame: Frame,
    chat: ChatId,
    bill: &Bill,
) -> Result<End, RequestError> {
    let words = letters::invoice(frame, bill);
    let invoice = &bill.invoice;
    let Some(price) = ports::price(words.label, invoice) else {
        return Ok(End::Parked("an amount that Telegram does not take".to_owned()));
    };
    let request = bots.prompt.send_invoice(
        chat,
        words.title,
        words.description,
        invoice.payload.to_string(),
        invoice.amount.currency().code(),
        [price],
    );
    // With a parameter to start with, a forwarded copy leads to the bot, and only its client can pay.
    let request = request.start_parameter("pay");
    let sent = ports::port(invoice.method).create_invoice(bots, request).await?;
    Ok(End::Sent(Some(MessageId(sent.id.0))))
}

/// Gives money back that goes back by itself.
pub(super) async fn give_back(
    services: &Services,
    bots: &Bots,
    claimed: &Claimed,
    refund: &Refund,
) -> Result<End, RequestError> {
    let Some(giving) = ports::port(refund.method()).refund(bots, refund) else {
        return Ok(End::Parked("only a person can give this back".to_owned()));
    };
    giving.await?;
    Ok(match payments::sent(services, refund.id).await {
        Ok(()) => End::Sent(None),
        // Telegram gives nothing back twice, so another try only writes it down.
        Err(error) => later(services, claimed, false, chain(&error)),
    })
}
