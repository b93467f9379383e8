// Drives the sandbox with grammY: its own polling loop, its filters, its streamed uploads and its webhook handler.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { Bot, GrammyError, HttpError, InlineKeyboard, InputFile, InputMediaBuilder, Keyboard, webhookCallback } from "grammy";
import { TOKEN, URL_BASE, check, control, newPerson, runAll, until } from "./sandbox.mjs";

const newBot = (token = TOKEN) => new Bot(token, { client: { apiRoot: URL_BASE } });

/** The call fails with this code, and with Telegram's words. */
async function refused(code, saying, call) {
  const error = await call.then(() => null, (error) => error);
  assert.ok(error instanceof GrammyError, `expected ${code} ${saying}, got ${error ?? "success"}`);
  assert.equal(error.error_code, code, error.description);
  assert.ok(error.description.toLowerCase().includes(saying.toLowerCase()), error.description);
  return error;
}

/** A bot that polls while the work runs; an error in one of its handlers is an error of the check. */
async function polling(prepare, work) {
  const bot = newBot();
  const errors = [];
  prepare(bot);
  bot.catch((error) => errors.push(error.error));
  const running = bot.start({ drop_pending_updates: true, timeout: 5 });
  await until("the bot polls", () => bot.isInited() && bot.isRunning());
  // The first poll must have dropped what is older before anybody speaks.
  await new Promise((resolve) => setTimeout(resolve, 200));
  try {
    await work(bot);
  } finally {
    await bot.stop();
    await running;
  }
  assert.deepEqual(errors, []);
}

check("grammY: getMe, a wrong token, an unknown method", async () => {
  const me = await newBot().api.getMe();
  assert.ok(me.is_bot && me.username);
  await refused(401, "Unauthorized", newBot("4242:" + "A".repeat(35)).api.getMe());
  await refused(404, "Not Found", newBot().api.raw.noSuchMethod({}));
});

check("grammY: a conversation by its polling loop: command, reply keyboard, contact, sticker", async () => {
  const ben = await newPerson({ phone: "+49401112233" });
  const heard = [];
  await polling(
    (bot) => {
      bot.command("start", (ctx) => {
        heard.push(`start ${ctx.match}`);
        return ctx.reply("Your phone?", { reply_markup: new Keyboard().requestContact("Share").resized() });
      });
      bot.on("message:contact", (ctx) => {
        heard.push(ctx.message.contact.user_id === ctx.from.id ? "own card" : "other card");
        return ctx.reply("Thanks", { reply_markup: { remove_keyboard: true } });
      });
      bot.on("message:sticker", (ctx) => heard.push(ctx.message.sticker.emoji));
      bot.on("message:text", (ctx) => ctx.reply(`You said ${ctx.msg.text}`));
    },
    async () => {
      await ben.says("/start token_1");
      await until("the keyboard", async () => (await ben.chat()).reply_keyboard?.rows[0][0].request_contact);
      await ben.sharesContact();
      await until("the thanks", async () => (await ben.chat()).messages.at(-1).text === "Thanks");
      assert.equal((await ben.chat()).reply_keyboard, null);
      await ben.sharesContact({ phone: "+49400000001", first_name: "Carla" });
      await ben.sendsSticker("🎉");
      await ben.says("Grüße");
      await until("the echo", async () => (await ben.chat()).messages.at(-1).text === "You said Grüße");
    },
  );
  assert.deepEqual(heard, ["start token_1", "own card", "other card", "🎉"]);
});

check("grammY: a tap is answered and edits the message that it stands on", async () => {
  const ben = await newPerson();
  await polling(
    (bot) =>
      bot.callbackQuery(/^day:(\d+)$/, async (ctx) => {
        await ctx.answerCallbackQuery(`Day ${ctx.match[1]}`);
        await ctx.editMessageText(`<i>Day ${ctx.match[1]}</i>`, { parse_mode: "HTML", reply_markup: new InlineKeyboard().url("Map", "https://example.org/") });
      }),
    async (bot) => {
      const sent = await bot.api.sendMessage(ben.id, "Which day?", { reply_markup: new InlineKeyboard().text("1", "day:1").row().text("2", "day:2") });
      const callback = await ben.taps(sent.message_id, "day:2");
      const shown = await until("the edit", async () => {
        const message = await ben.sees(sent.message_id);
        return message.edited && message;
      });
      assert.equal(shown.text, "Day 2");
      assert.match(shown.html, /<i>Day 2<\/i>/);
      assert.equal(shown.keyboard[0][0].url, "https://example.org/");
      assert.ok((await ben.chat()).answers.some((answer) => answer.callback_id === callback && answer.text === "Day 2"));
    },
  );
});

check("plain HTTP: any case of the method, query string and form", async () => {
  const ben = await newPerson();
  const address = `${URL_BASE}/bot${TOKEN}`;
  const byQuery = await fetch(`${address}/SENDMESSAGE?chat_id=${ben.id}&text=a%20%2B%20b`);
  assert.equal((await byQuery.json()).result.text, "a + b");
  const byForm = await fetch(`${address}/SendMessage`, { method: "POST", body: new URLSearchParams({ chat_id: ben.id, text: "ä=b&c" }) });
  assert.equal((await byForm.json()).result.text, "ä=b&c");
  const missing = await fetch(`${URL_BASE}/file/bot${TOKEN}/documents/none`);
  assert.equal(missing.status, 404);
});

check("grammY: a streamed upload arrives whole, and so does a file that comes down", async () => {
  const ben = await newPerson();
  const { api } = newBot();
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, n) => (n * 7) % 256));
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += 9_000) yield bytes.subarray(at, at + 9_000);
  }
  const sent = await api.sendDocument(ben.id, new InputFile(pieces, "копия.zip"), { caption: "nightly" });
  assert.equal(sent.document.file_name, "копия.zip");
  assert.equal(sent.document.file_size, bytes.length);
  assert.deepEqual(await control("GET", `files/${(await ben.sees(sent.message_id)).document.file_id}`), bytes);
  const down = await api.getFile(sent.document.file_id);
  const answer = await fetch(`${URL_BASE}/file/bot${TOKEN}/${down.file_path}`);
  assert.deepEqual(Buffer.from(await answer.arrayBuffer()), bytes);
});

check("grammY: a document from a person reaches its filter", async () => {
  const ben = await newPerson();
  const names = [];
  await polling(
    (bot) => bot.on("message:document", (ctx) => names.push(`${ctx.msg.document.file_name} ${ctx.msg.document.mime_type}`)),
    async () => {
      await ben.sendsFile("notes.txt", "text/plain", Buffer.from("hello"));
      await until("the document", () => names.length === 1);
    },
  );
  assert.deepEqual(names, ["notes.txt text/plain"]);
});

check("grammY: a group of documents, by upload and by id", async () => {
  const ben = await newPerson();
  const { api } = newBot();
  const first = await api.sendDocument(ben.id, new InputFile(Buffer.from("one"), "1.zip"));
  const group = await api.sendMediaGroup(ben.id, [
    InputMediaBuilder.document(first.document.file_id, { caption: "part 1" }),
    InputMediaBuilder.document(new InputFile(Buffer.from("two"), "2.zip")),
  ]);
  assert.deepEqual(group.map((message) => message.document.file_name), ["1.zip", "2.zip"]);
  assert.equal(group[0].caption, "part 1");
  assert.equal(new Set(group.map((message) => message.media_group_id)).size, 1);
});

check("grammY: what Telegram refuses is refused in its words", async () => {
  const ben = await newPerson();
  const { api } = newBot();
  const markup = (data) => ({ reply_markup: new InlineKeyboard().text("a", data) });
  await refused(400, "message is too long", api.sendMessage(ben.id, "x".repeat(4097)));
  await refused(400, "BUTTON_DATA_INVALID", api.sendMessage(ben.id, "x", markup("d".repeat(65))));
  await refused(400, "can't parse entities", api.sendMessage(ben.id, "<b>x", { parse_mode: "HTML" }));
  await refused(400, "caption is too long", api.sendDocument(ben.id, new InputFile(Buffer.from("x"), "x"), { caption: "c".repeat(1025) }));
  const sent = await api.sendMessage(ben.id, "x", markup("d"));
  await refused(400, "message is not modified", api.editMessageText(ben.id, sent.message_id, "x", markup("d")));
  await refused(400, "chat not found", api.sendMessage(99_999_999_998, "x"));
  await refused(400, "query is too old", api.answerCallbackQuery("1"));
  await ben.blocks();
  await refused(403, "bot was blocked by the user", api.sendMessage(ben.id, "x"));
});

check("grammY: 429 carries its wait, a broken answer is an HTTP error", async () => {
  const ben = await newPerson();
  const { api } = newBot();
  await control("POST", "faults", { method: "sendMessage", kind: "too_many_requests", retry_after: 3, times: 1, after: 1 });
  await api.sendMessage(ben.id, "passes");
  const error = await refused(429, "Too Many Requests: retry after 3", api.sendMessage(ben.id, "x"));
  assert.equal(error.parameters.retry_after, 3);
  await control("POST", "faults", { method: "sendMessage", kind: "answer_lost", times: 1, after: 0 });
  const lost = await api.sendMessage(ben.id, "arrives").then(() => null, (error) => error);
  assert.ok(lost instanceof HttpError, String(lost));
  const sent = (await ben.chat()).messages.filter((message) => message.from_bot);
  assert.deepEqual(sent.map((message) => message.text), ["passes", "arrives"]);
  await control("DELETE", "faults");
});

check("grammY: two polling loops are one too many", async () => {
  const [one, other] = [newBot().api, newBot().api];
  await one.deleteWebhook({ drop_pending_updates: true });
  const ended = refused(409, "terminated by other getUpdates request", one.getUpdates({ timeout: 20 }));
  const later = new Promise((resolve) => setTimeout(resolve, 300)).then(() => other.getUpdates({ timeout: 0 }));
  await Promise.all([ended, later]);
});

check("grammY: its webhook handler accepts the secret, and commands survive a round trip", async () => {
  const ben = await newPerson();
  const bot = newBot();
  bot.on("message:text", (ctx) => ctx.reply(`hook: ${ctx.msg.text}`));
  await bot.init();
  const server = createServer(webhookCallback(bot, "http", { secretToken: "s-3cret" }));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}/`;
  try {
    await bot.api.setWebhook(url, { secret_token: "s-3cret", drop_pending_updates: true });
    await ben.says("hello");
    await until("the reply", async () => (await ben.chat()).messages.at(-1).text === "hook: hello");
    const info = await bot.api.getWebhookInfo();
    assert.equal(info.url, url);
    assert.equal(info.pending_update_count, 0);
  } finally {
    await bot.api.deleteWebhook();
    server.closeAllConnections();
    server.close();
  }
  const list = [{ command: "book", description: "Book a visit" }];
  await bot.api.setMyCommands(list, { scope: { type: "all_private_chats" }, language_code: "en" });
  assert.deepEqual(await bot.api.getMyCommands({ scope: { type: "all_private_chats" }, language_code: "en" }), list);
  assert.deepEqual((await ben.chat()).commands, list);
  await bot.api.deleteMyCommands({ scope: { type: "all_private_chats" }, language_code: "en" });
});

process.exitCode = (await runAll()) ? 0 : 1;
