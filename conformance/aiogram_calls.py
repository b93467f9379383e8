"""What the bot calls: texts, keyboards, files and commands, what is refused, and faults on demand."""

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
    BufferedInputFile,
    ForceReply,
    InputMediaDocument,
)

from aiogram_support import PNG, keyboard, new_bot, refused
from sandbox import TOKEN, check, unknown_fields


@check("aiogram: getMe describes a bot")
async def get_me(bot, inbox, control):
    me = await bot.get_me()
    assert me.is_bot and me.username.lower().endswith("bot") and me.id == int(TOKEN.split(":")[0])
    assert not unknown_fields(me)


@check("aiogram: a wrong token gets 401")
async def wrong_token(bot, inbox, control):
    stranger = new_bot("4242:" + "A" * 35)
    try:
        await refused(TelegramUnauthorizedError, "Unauthorized", stranger.get_me())
    finally:
        await stranger.session.close()


@check("aiogram: an unknown method gets 404")
async def unknown_method(bot, inbox, control):
    class NoSuchMethod(TelegramMethod[bool]):
        __returning__ = bool
        __api_method__ = "noSuchMethod"

    await refused(TelegramNotFound, "Not Found", bot(NoSuchMethod()))


@check("aiogram: a document goes up by multipart, and again by its id")
async def document_up(bot, inbox, control):
    anna = await control.person()
    content = bytes(range(255, -1, -1)) * 900
    sent = await bot.send_document(anna.id, BufferedInputFile(content, "backup.zip"), caption="<b>part 1</b>", parse_mode="HTML")
    assert sent.document.file_name == "backup.zip" and sent.document.file_size == len(content)
    assert sent.caption == "part 1" and sent.caption_entities[0].type == "bold"
    shown = await anna.sees(sent.message_id)
    assert await control.file(shown["document"]["file_id"]) == content
    again = await bot.send_document(anna.id, sent.document.file_id)
    assert again.document.file_unique_id == sent.document.file_unique_id
    assert not unknown_fields(sent)


@check("aiogram: a photo and a group of documents go up")
async def photo_and_group(bot, inbox, control):
    anna = await control.person()
    photo = await bot.send_photo(anna.id, BufferedInputFile(PNG, "map.png"), caption="Here")
    assert photo.photo and photo.caption == "Here" and (await anna.sees(photo.message_id))["photo"]
    parts = [InputMediaDocument(media=BufferedInputFile(b"part %d" % n, f"{n}.zip")) for n in (1, 2, 3)]
    group = await bot.send_media_group(anna.id, parts)
    assert len(group) == 3 and len({m.media_group_id for m in group}) == 1 and group[0].media_group_id
    assert [m.document.file_name for m in group] == ["1.zip", "2.zip", "3.zip"]
    assert not unknown_fields([photo, *group])
    await refused(TelegramBadRequest, "", bot.send_media_group(anna.id, parts * 4))


@check("aiogram: markup becomes entities, counted in UTF-16, in HTML and in MarkdownV2")
async def markup(bot, inbox, control):
    anna = await control.person()
    sent = await bot.send_message(anna.id, "🙂 <b>a &lt; b</b> <a href='https://example.org/'>x</a>", parse_mode="HTML")
    assert sent.text == "🙂 a < b x" and not unknown_fields(sent)
    assert [(e.type, e.offset, e.length) for e in sent.entities] == [("bold", 3, 5), ("text_link", 9, 1)]
    sent = await bot.send_message(anna.id, "*a\\.b* `c`", parse_mode="MarkdownV2")
    assert sent.text == "a.b c" and [e.type for e in sent.entities] == ["bold", "code"]
    await refused(TelegramBadRequest, "can't parse entities", bot.send_message(anna.id, "<b>open", parse_mode="HTML"))
    await refused(TelegramBadRequest, "can't parse entities", bot.send_message(anna.id, "a <3 b", parse_mode="HTML"))
    await refused(TelegramBadRequest, "can't parse entities", bot.send_message(anna.id, "1.", parse_mode="MarkdownV2"))


@check("aiogram: 4096 characters pass, 4097 and none do not")
async def text_length(bot, inbox, control):
    anna = await control.person()
    assert len((await bot.send_message(anna.id, "ж" * 4096)).text) == 4096
    await refused(TelegramBadRequest, "message is too long", bot.send_message(anna.id, "ж" * 4097))
    await refused(TelegramBadRequest, "message text is empty", bot.send_message(anna.id, ""))


@check("aiogram: 64 bytes of callback data pass, 65 do not")
async def data_length(bot, inbox, control):
    anna = await control.person()
    await bot.send_message(anna.id, "ok", reply_markup=keyboard([("a", "ж" * 32)]))
    for data in ("x" * 65, "ж" * 33):
        await refused(TelegramBadRequest, "BUTTON_DATA_INVALID", bot.send_message(anna.id, "no", reply_markup=keyboard([("a", data)])))


@check("aiogram: an edit that changes nothing is refused in Telegram's words")
async def not_modified(bot, inbox, control):
    anna = await control.person()
    buttons = keyboard([("a", "a")])
    sent = await bot.send_message(anna.id, "same", reply_markup=buttons)
    where = {"chat_id": anna.id, "message_id": sent.message_id}
    await refused(TelegramBadRequest, "message is not modified", bot.edit_message_text("same", **where, reply_markup=buttons))
    await refused(TelegramBadRequest, "message is not modified", bot.edit_message_reply_markup(**where, reply_markup=buttons))
    assert (await bot.edit_message_reply_markup(**where, reply_markup=keyboard([("b", "b")]))).reply_markup
    where["message_id"] += 10_000
    await refused(TelegramBadRequest, "message to edit not found", bot.edit_message_text("gone", **where))


@check("aiogram: commands are kept by scope and language, and the nearest is shown")
async def commands(bot, inbox, control):
    anna = await control.person(language="de")
    scopes = {
        "everywhere": BotCommandScopeDefault(),
        "private": BotCommandScopeAllPrivateChats(),
        "here": BotCommandScopeChat(chat_id=anna.id),
    }
    shown = lambda chat: [c["command"] for c in chat["commands"]]  # noqa: E731
    for place, scope in scopes.items():
        for language in (None, "de"):
            name = f"{place}_{language or 'any'}"
            await bot.set_my_commands([BotCommand(command=name, description="x y")], scope=scope, language_code=language)
            assert [c.command for c in await bot.get_my_commands(scope=scope, language_code=language)] == [name]
            assert shown(await anna.chat()) == [name]
    assert await bot.get_my_commands(scope=scopes["everywhere"], language_code="fr") == []
    for scope in reversed(scopes.values()):
        for language in ("de", None):
            assert await bot.delete_my_commands(scope=scope, language_code=language)
    assert shown(await anna.chat()) == []
    bad = [BotCommand(command="Not Valid", description="x")]
    await refused(TelegramBadRequest, "BOT_COMMAND_INVALID", bot.set_my_commands(bad))


@check("aiogram: an action shows, a reply is marked, and an asked reply is asked for")
async def action_and_reply(bot, inbox, control):
    anna = await control.person()
    assert await bot.send_chat_action(anna.id, "typing") and (await anna.chat())["action"] == "typing"
    question = await anna.says("When?")
    sent = await bot.send_message(anna.id, "At ten", reply_to_message_id=question, reply_markup=ForceReply())
    assert sent.reply_to_message.message_id == question and not unknown_fields(sent)


@check("aiogram: faults arrive as Telegram's: 429 with its wait, 5xx, a lost answer")
async def faults(bot, inbox, control):
    anna = await control.person()
    await control.fault(method="sendMessage", kind="too_many_requests", retry_after=7)
    error = await refused(TelegramRetryAfter, "Too Many Requests", bot.send_message(anna.id, "x"))
    assert error.retry_after == 7
    await control.fault(method="sendMessage", kind="server_error", status=502)
    await refused(ClientDecodeError, "502 Bad Gateway", bot.send_message(anna.id, "x"))
    await control.fault(method="sendMessage", kind="answer_lost")
    await refused(TelegramNetworkError, "", bot.send_message(anna.id, "delivered all the same"))
    await control.no_faults()
    assert [m["text"] for m in (await anna.chat())["messages"] if m["from_bot"]] == ["delivered all the same"]
