"""Drives the sandbox with aiogram, whose models validate every update and every answer."""

import asyncio
import sys

import aiohttp

import aiogram_calls  # noqa: F401  (registers its checks)
import aiogram_payments  # noqa: F401  (registers its checks)
import aiogram_updates  # noqa: F401  (registers its checks)
from aiogram_support import Inbox, new_bot
from sandbox import Control, run_all


async def main():
    bot = new_bot()
    try:
        async with aiohttp.ClientSession() as http:
            return await run_all(bot, Inbox(bot), Control(http))
    finally:
        await bot.session.close()


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(main()) else 1)
