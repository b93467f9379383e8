"""What the bot receives: every kind of update, polling, and the webhook."""

import asyncio

from aiohttp import web
from aiogram.exceptions import TelegramBadRequest, TelegramConflictError, TelegramForbiddenError
from aiogram.types import InaccessibleMessage, KeyboardButton, Message, ReplyKeyboardMarkup, ReplyKeyboardRemove, Update

from aiogram_support import PNG, keyboard, refused
from sandbox import Refused, check, unknown_fields


@check("aiogram: a text arrives with its command, sender and chat")
async def text(bot, inbox, control):
    anna = await control.person(first_name="Anna", last_name="Ek", username="anna_ek")
    message_id = await anna.says("/start abc 🙂")
    message = await inbox.next("message", anna)
    assert message.message_id == message_id and message.text == "/start abc 🙂"
    assert message.chat.type == "private" and message.chat.id == anna.id
    assert message.from_user.full_name == "Anna Ek" and message.from_user.language_code == "de"
    command = message.entities[0]
    assert command.type == "bot_command" and (command.offset, command.length) == (0, 6)


@check("aiogram: a button's request for a contact brings the person's own card")
async def own_contact(bot, inbox, control):
    anna = await control.person(phone="+49301112233")
    await bot.send_message(
        anna.id,
        "Your phone?",
        reply_markup=ReplyKeyboardMarkup(
            keyboard=[[KeyboardButton(text="Share", request_contact=True)]], resize_keyboard=True, one_time_keyboard=True
        ),
    )
    assert (await anna.chat())["reply_keyboard"]["rows"][0][0]["request_contact"] is True
    await anna.shares_contact()
    message = await inbox.next("message", anna)
    assert message.contact.user_id == anna.id and message.contact.phone_number.lstrip("+") == "49301112233"
    await bot.send_message(anna.id, "Thanks", reply_markup=ReplyKeyboardRemove())
    assert (await anna.chat())["reply_keyboard"] is None


@check("aiogram: somebody else's card is told from one's own")
async def foreign_contact(bot, inbox, control):
    anna = await control.person()
    await anna.shares_contact(phone="+49305550000", first_name="Berta")
    assert (await inbox.next("message", anna)).contact.user_id is None
    await anna.shares_contact(phone="+49305550000", first_name="Berta", user_id=anna.id + 5_000)
    assert (await inbox.next("message", anna)).contact.user_id == anna.id + 5_000


@check("aiogram: location and sticker are valid messages")
async def location_and_sticker(bot, inbox, control):
    anna = await control.person()
    await anna.sends_location(52.52, 13.405)
    place = (await inbox.next("message", anna)).location
    assert abs(place.latitude - 52.52) < 1e-4 and abs(place.longitude - 13.405) < 1e-4
    await anna.sends_sticker("👍")
    assert (await inbox.next("message", anna)).sticker.emoji == "👍"


@check("aiogram: a document comes down byte for byte")
async def document_down(bot, inbox, control):
    anna = await control.person()
    content = bytes(range(256)) * 700
    await anna.sends_file("Befund №1.pdf", "application/pdf", content)
    document = (await inbox.next("message", anna)).document
    assert document.file_name == "Befund №1.pdf" and document.file_size == len(content)
    assert document.mime_type == "application/pdf"
    file = await bot.get_file(document.file_id)
    assert file.file_unique_id == document.file_unique_id
    assert (await bot.download_file(file.file_path)).read() == content
    await refused(TelegramBadRequest, "file", bot.get_file("no-such-file"))


@check("aiogram: a photo comes with its caption, its size and its bytes")
async def photo_down(bot, inbox, control):
    anna = await control.person()
    message_id = await anna.sends_photo("back.png", "image/png", PNG, caption="Mein Rücken 🙂")
    message = await inbox.next("message", anna)
    assert message.message_id == message_id and message.caption == "Mein Rücken 🙂" and message.text is None
    largest = message.photo[-1]
    assert (largest.width, largest.height, largest.file_size) == (1, 1, len(PNG))
    file = await bot.get_file(largest.file_id)
    assert file.file_unique_id == largest.file_unique_id
    assert (await bot.download_file(file.file_path)).read() == PNG
    shown = await anna.sees(message_id)
    assert shown["photo"]["file_id"] == largest.file_id and shown["text"] == message.caption
    await anna.sends_photo("bare.png", "image/png", PNG)
    bare = await inbox.next("message", anna)
    assert bare.photo and bare.caption is None
    assert (await bot.send_photo(anna.id, largest.file_id)).photo
    try:
        await anna.sends_photo("notes.txt", "text/plain", b"no picture")
    except Refused as refusal:
        assert "400" in str(refusal)
    else:
        raise AssertionError("a text went through as a photo")


@check("aiogram: a tap arrives, is answered, and edits its message")
async def tap(bot, inbox, control):
    anna = await control.person()
    sent = await bot.send_message(anna.id, "Choose", reply_markup=keyboard([("10:00", "t:10"), ("11:00", "t:11")]))
    callback_id = await anna.taps(sent.message_id, "t:11")
    query = await inbox.next("callback_query", anna)
    assert query.id == callback_id and query.data == "t:11" and query.chat_instance
    assert isinstance(query.message, Message) and query.message.message_id == sent.message_id
    assert query.message.reply_markup.inline_keyboard[0][1].callback_data == "t:11"
    assert await bot.answer_callback_query(query.id, text="Booked", show_alert=True)
    answer = (await anna.chat())["answers"][-1]
    assert (answer["callback_id"], answer["text"], answer["alert"]) == (callback_id, "Booked", True)
    await refused(TelegramBadRequest, "query is too old", bot.answer_callback_query("17"))
    edited = await bot.edit_message_text("11:00 it is", chat_id=anna.id, message_id=sent.message_id)
    assert edited.edit_date and edited.reply_markup is None and not unknown_fields(edited)
    assert (await anna.sees(sent.message_id))["text"] == "11:00 it is"


@check("aiogram: a tap on a deleted message brings an inaccessible message")
async def tap_on_deleted(bot, inbox, control):
    anna = await control.person()
    sent = await bot.send_message(anna.id, "soon gone", reply_markup=keyboard([("a", "a")]))
    assert await bot.delete_message(anna.id, sent.message_id) and await anna.sees(sent.message_id) is None
    await refused(TelegramBadRequest, "message to delete not found", bot.delete_message(anna.id, sent.message_id))
    await anna.taps(sent.message_id, "a")
    query = await inbox.next("callback_query", anna)
    assert isinstance(query.message, InaccessibleMessage) and query.message.date == 0
    await bot.answer_callback_query(query.id)


@check("aiogram: who blocks the bot is told to it, and gets nothing until unblocked")
async def blocked(bot, inbox, control):
    anna = await control.person()
    await bot.send_message(anna.id, "hello")
    await anna.blocks()
    member = await inbox.next("my_chat_member", anna)
    assert (member.old_chat_member.status, member.new_chat_member.status) == ("member", "kicked")
    await refused(TelegramForbiddenError, "bot was blocked by the user", bot.send_message(anna.id, "hello?"))
    await anna.blocks(False)
    assert (await inbox.next("my_chat_member", anna)).new_chat_member.status == "member"
    await bot.send_message(anna.id, "hello again")
    await refused(TelegramBadRequest, "chat not found", bot.send_message(99_999_999_999, "nobody"))
    stranger = await control.stranger()
    await refused(TelegramForbiddenError, "can't initiate conversation", bot.send_message(stranger.id, "hello"))


@check("aiogram: the second poller ends the first with 409")
async def two_pollers(bot, inbox, control):
    await inbox.drain()
    first = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.3)
    second = asyncio.create_task(bot.get_updates(timeout=0))
    await refused(TelegramConflictError, "terminated by other getUpdates request", first)
    await second


@check("aiogram: unconfirmed updates come again, a negative offset forgets, a filter holds")
async def offsets(bot, inbox, control):
    anna = await control.person()
    await inbox.drain()
    for text in ("one", "two", "three"):
        await anna.says(text)
    first = await bot.get_updates(timeout=0)
    assert [u.message.text for u in first] == ["one", "two", "three"] == [u.message.text for u in await bot.get_updates(timeout=0)]
    assert [b.update_id - a.update_id for a, b in zip(first, first[1:])] == [1, 1]
    assert [u.message.text for u in await bot.get_updates(offset=-1, timeout=0)] == ["three"]
    await bot.get_updates(offset=first[-1].update_id + 1, timeout=0, allowed_updates=["callback_query"])
    await anna.says("unheard")
    assert await bot.get_updates(timeout=0) == []
    await bot.get_updates(timeout=0, allowed_updates=[])


@check("aiogram: a webhook is set, served with its secret, described and deleted")
async def webhook(bot, inbox, control):
    anna = await control.person()
    await inbox.drain()
    seen = asyncio.Queue()

    async def receive(request):
        await seen.put((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), await request.json()))
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", receive)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        assert await bot.set_webhook(url, secret_token="a_secret-1", allowed_updates=["message"], max_connections=10)
        info = await bot.get_webhook_info()
        assert info.url == url and info.allowed_updates == ["message"] and info.max_connections == 10
        assert not unknown_fields(info)
        await refused(TelegramConflictError, "webhook is active", bot.get_updates(timeout=0))
        await anna.says("by webhook")
        secret, update = await asyncio.wait_for(seen.get(), 10)
        update = Update.model_validate(update)
        assert secret == "a_secret-1" and update.message.text == "by webhook" and not unknown_fields(update)
    finally:
        await bot.delete_webhook(drop_pending_updates=True)
        await runner.cleanup()
    assert (await bot.get_webhook_info()).url == ""
    await bot.get_updates(timeout=0, allowed_updates=[])
