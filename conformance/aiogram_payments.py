"""Money: invoices, checkouts, payments, and Stars that are given back."""

from aiogram.exceptions import TelegramBadRequest
from aiogram.types import LabeledPrice

from aiogram_support import refused
from sandbox import Refused, check, unknown_fields

INVOICE = {"title": "Deposit", "description": "For Monday", "payload": "visit-7"}
EUROS = {"currency": "EUR", "provider_token": "123:TEST:abc", "prices": [LabeledPrice(label="Visit", amount=1500)]}
STARS = {"currency": "XTR", "prices": [LabeledPrice(label="Visit", amount=50)]}


@check("aiogram: an invoice is asked about, agreed to, paid, and becomes a receipt")
async def paid_once(bot, inbox, control):
    anna = await control.person()
    sent = await bot.send_invoice(anna.id, **INVOICE, **EUROS, start_parameter="pay")
    assert sent.invoice.total_amount == 1500 and sent.invoice.start_parameter == "pay"
    assert sent.reply_markup.inline_keyboard[0][0].pay and not unknown_fields(sent)
    checkout = await anna.opens_checkout(sent.message_id)
    query = await inbox.next("pre_checkout_query", anna)
    assert (query.id, query.total_amount, query.invoice_payload) == (checkout, 1500, "visit-7")
    await refused(TelegramBadRequest, "error_message", bot.answer_pre_checkout_query(checkout, ok=False))
    assert await bot.answer_pre_checkout_query(checkout, ok=True) is True
    await refused(TelegramBadRequest, "query is too old", bot.answer_pre_checkout_query(checkout, ok=True))
    await control.call("POST", f"checkouts/{checkout}", {"act": "pay"})
    payment = (await inbox.next("message", anna)).successful_payment
    assert (payment.currency, payment.total_amount, payment.invoice_payload) == ("EUR", 1500, "visit-7")
    assert payment.telegram_payment_charge_id and payment.provider_payment_charge_id
    assert (await anna.sees(sent.message_id))["invoice"]["paid"] is True
    try:
        await anna.opens_checkout(sent.message_id)
    except Refused:
        return
    raise AssertionError("a receipt was paid again")


@check("aiogram: Stars are paid, listed and given back once")
async def stars(bot, inbox, control):
    anna = await control.person()
    assert (await bot.create_invoice_link(**INVOICE, **STARS)).startswith("https://t.me/$")
    sent = await bot.send_invoice(anna.id, **INVOICE, **STARS)
    checkout = await anna.opens_checkout(sent.message_id)
    await bot.answer_pre_checkout_query((await inbox.next("pre_checkout_query", anna)).id, ok=True)
    await control.call("POST", f"checkouts/{checkout}", {"act": "pay"})
    charge = (await inbox.next("message", anna)).successful_payment.telegram_payment_charge_id
    assert await bot.refund_star_payment(anna.id, charge) is True
    await refused(TelegramBadRequest, "CHARGE_ALREADY_REFUNDED", bot.refund_star_payment(anna.id, charge))
    await refused(TelegramBadRequest, "CHARGE_NOT_FOUND", bot.refund_star_payment(anna.id, "other"))
    listed = await bot.get_star_transactions()
    come, gone = (one for one in listed.transactions if one.id == charge)
    assert come.source.user.id == gone.receiver.user.id == anna.id and come.receiver is gone.source is None
    assert come.source.invoice_payload == "visit-7" and come.amount == gone.amount == 50
    assert not unknown_fields(listed.transactions)
