"""What the aiogram checks share: a bot that speaks to the sandbox, its inbox, and errors that must have Telegram's words."""

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from sandbox import START, TOKEN, URL, unknown_fields

# A picture of one pixel by one.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def new_bot(token=TOKEN):
    return Bot(token, AiohttpSession(api=TelegramAPIServer.from_base(URL)))


def keyboard(*rows):
    return InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text=text, callback_data=data) for text, data in row] for row in rows]
    )


async def refused(kind, saying, call):
    """The call fails with this kind of error, and with Telegram's words."""
    try:
        await call
    except kind as error:
        assert saying.lower() in str(error).lower(), f"expected {saying!r} in {error!s}"
        return error
    raise AssertionError(f"expected {kind} ({saying}), but the call went through")


class Inbox:
    """Everything that arrives, confirmed once it was read."""

    def __init__(self, bot):
        self._bot = bot
        self._offset = None

    async def next(self, kind, person):
        """The next update of this kind from this person; it must hold nothing that Telegram never sends."""
        for _ in range(20):
            for update in await self._bot.get_updates(offset=self._offset, limit=1, timeout=5):
                self._offset = update.update_id + 1
                extra = unknown_fields(update, "update")
                assert not extra, f"the client knows no {', '.join(extra)}"
                event = getattr(update, kind)
                if event is None or event.from_user.id != person.id or getattr(event, "text", None) == START:
                    continue
                return event
        raise AssertionError(f"no {kind} arrived")

    async def drain(self):
        while updates := await self._bot.get_updates(offset=self._offset, timeout=0):
            self._offset = updates[-1].update_id + 1
