"""The sandbox as the checks see it from outside: its people, through the control interface, and the list of checks."""

import asyncio
import itertools
import os
import traceback

import aiohttp

URL = os.environ["SANDBOX_URL"]
TOKEN = os.environ["SANDBOX_TOKEN"]
# What everybody says first; the inbox of the checks leaves it out.
START = "/start"

_checks = []
_numbers = itertools.count(1)


def check(title):
    """Registers a check under the sentence that its line will print."""

    def register(function):
        _checks.append((title, function))
        return function

    return register


async def run_all(*arguments):
    """Runs every check on its own and says whether all have passed."""
    failed = 0
    for title, function in _checks:
        try:
            await asyncio.wait_for(function(*arguments), timeout=30)
            print(f"ok   {title}", flush=True)
        except Exception:  # a check that breaks is a check that fails; the others still run
            failed += 1
            print(f"FAIL {title}\n{traceback.format_exc()}", flush=True)
    return failed == 0


class Refused(Exception):
    """The control interface said no."""


class Control:
    """The control interface over HTTP."""

    def __init__(self, http):
        self._http = http

    async def call(self, verb, path, body=None, data=None):
        async with self._http.request(verb, f"{URL}/control/{path}", json=body, data=data) as response:
            answer = await response.json() if response.content_type == "application/json" else await response.read()
            if response.status >= 400:
                raise Refused(f"{verb} {path}: {response.status} {answer}")
            return answer

    async def stranger(self, **fields):
        """A new person, so that no check sees another's chat, who has never written to the bot."""
        number = next(_numbers)
        fields = {"first_name": f"Anna {number}", "label": "Patient", "language": "de", "phone": f"+4930{number:07}", **fields}
        return Person(self, await self.call("POST", "people", fields))

    async def person(self, **fields):
        """A new person who has started the bot, so that it may write to them."""
        person = await self.stranger(**fields)
        await person.says(START)
        return person

    async def fault(self, **fields):
        await self.call("POST", "faults", {"times": 1, "after": 0, **fields})

    async def no_faults(self):
        await self.call("DELETE", "faults")

    async def file(self, file_id):
        return await self.call("GET", f"files/{file_id}")


class Person:
    """Somebody who sits in front of a chat with the bot."""

    def __init__(self, control, fields):
        self._control = control
        self.fields = fields
        self.id = fields["id"]

    async def _act(self, what, body=None, data=None):
        return await self._control.call("POST", f"chats/{self.id}/{what}", body, data)

    async def says(self, text):
        return (await self._act("text", {"text": text}))["message_id"]

    async def shares_contact(self, **card):
        return (await self._act("contact", card))["message_id"]

    async def sends_location(self, latitude, longitude):
        return (await self._act("location", {"latitude": latitude, "longitude": longitude}))["message_id"]

    async def sends_sticker(self, emoji):
        return (await self._act("sticker", {"emoji": emoji}))["message_id"]

    async def sends_file(self, name, mime, content):
        return await self._uploads("document", name, mime, content)

    async def sends_photo(self, name, mime, content, **fields):
        return await self._uploads("photo", name, mime, content, **fields)

    async def _uploads(self, what, name, mime, content, **fields):
        form = aiohttp.FormData(quote_fields=False)
        for field, value in fields.items():
            form.add_field(field, value)
        form.add_field("file", content, filename=name, content_type=mime)
        return (await self._act(what, data=form))["message_id"]

    async def taps(self, message_id, data):
        return (await self._act("tap", {"message_id": message_id, "data": data}))["callback_id"]

    async def opens_checkout(self, message_id):
        return (await self._act("checkout", {"message_id": message_id}))["checkout_id"]

    async def blocks(self, blocked=True):
        await self._act("block", {"blocked": blocked})

    async def chat(self):
        return await self._control.call("GET", f"chats/{self.id}")

    async def sees(self, message_id):
        """The message as it stands in the chat, or nothing once it is deleted."""
        return next((m for m in (await self.chat())["messages"] if m["id"] == message_id), None)


def unknown_fields(value, path=""):
    """Fields that the client's models do not know: Telegram sends none of them, so neither may the sandbox."""
    if isinstance(value, (list, tuple)):
        return [field for item in value for field in unknown_fields(item, f"{path}[]")]
    if not hasattr(type(value), "model_fields"):
        return []
    found = [f"{path}.{name}" for name in (value.model_extra or {})]
    for name in type(value).model_fields:
        found += unknown_fields(getattr(value, name), f"{path}.{name}")
    return found
