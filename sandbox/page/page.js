// The demo page: keeps what it shows equal to the sandbox, and does what the open person does.
import {
  bottomKeeper, drawCommands, drawDay, drawMessage, drawPerson, drawReplyRows, edgeFader, isLink, make, menus, nameOf,
  paintAvatar, patch, previewOf, toaster,
} from "./view.js";
import { paySheet } from "./pay.js";
import { tapKeeper } from "./taps.js";
import { actionText, clockText, dayText, fillWords, word } from "./words.js";

const STICKERS = ["👍", "❤️", "😂", "🎉", "🙏", "🐱"];
const BERLIN = { latitude: 52.5219, longitude: 13.4132 };
const RETRY_MS = 1000;
const TOAST_MS = 4000;

const part = (id) => document.getElementById(id);
const messages = part("messages");
const input = part("input");
const toast = toaster(part("toast"), TOAST_MS);
const bottom = bottomKeeper(messages, part("to-bottom"));
const fadePeople = edgeFader(part("people"));
const closeMenus = menus([
  { button: part("menu"), panel: part("commands") },
  { button: part("attach"), panel: part("attachments") },
]);

let state = null;
let chats = new Map();
let open = null;
let shown = null;
const drafts = new Map();

// ---- Talking to the sandbox

async function call(path, options) {
  const response = await fetch(path, { cache: "no-store", ...options });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `${response.status} ${response.statusText}`);
  return answer;
}

async function post(path, body) {
  const options = body instanceof FormData
    ? { method: "POST", body }
    : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  try {
    return await call(path, options);
  } catch (error) {
    toast(error instanceof TypeError ? word("unreachable") : error.message);
    return null;
  }
}

/** Does something as the open person. The answer is null when it failed; the reason was shown. */
async function act(what, body) {
  const answer = await post(`/control/chats/${open}/${what}`, body);
  if (answer) {
    bottom.go();
    refresh();
  }
  return answer;
}

const openPay = paySheet(call, toast);
const taps = tapKeeper(messages, post, toast);

// ---- Live updates

let refreshing = false;
let stale = false;
const lost = new Set();

/** Fetches everything again; calls made meanwhile become one more round, so the last change is never missed. */
async function refresh() {
  stale = true;
  if (refreshing) return;
  refreshing = true;
  try {
    while (stale) {
      stale = false;
      await load();
      connection("fetch", true);
    }
  } catch (error) {
    console.warn(error);
    connection("fetch", false);
    setTimeout(refresh, RETRY_MS);
  } finally {
    refreshing = false;
  }
}

async function load() {
  const fresh = await call("/control/state");
  const pairs = fresh.people.map(async ({ id }) => [id, await call(`/control/chats/${id}`)]);
  chats = new Map(await Promise.all(pairs));
  state = fresh;
  taps.hear([...chats.values()]);
  choosePerson();
  render();
  followMinute();
}

function connection(way, alive) {
  if (alive) lost.delete(way);
  else lost.add(way);
  part("reconnecting").hidden = lost.size === 0;
}

let stream = null;

function listen() {
  stream = new EventSource("/control/events");
  stream.addEventListener("message", (event) => {
    connection("events", true);
    noticeRestart(JSON.parse(event.data).version);
    refresh();
  });
  stream.addEventListener("error", () => {
    stream.close();
    connection("events", false);
    setTimeout(listen, RETRY_MS);
  });
}

// A page that is kept for the way back would keep its connection, and a browser opens only six to one host.
addEventListener("pagehide", () => stream?.close());
addEventListener("pageshow", (event) => event.persisted && listen());

let minuteTimer = 0;

/** The clock may run on its own: asks again when its next minute begins. */
function followMinute() {
  clearTimeout(minuteTimer);
  const passed = new Date(state.now).getTime() % 60_000;
  minuteTimer = setTimeout(refresh, 60_000 - passed + 100);
}

// ---- Which person is open, and what each has seen

const seen = JSON.parse(sessionStorage.getItem("seen") ?? `{"version":0,"last":{}}`);

/** Versions only rise while a sandbox lives; a smaller one is a new sandbox, where nothing was read yet. */
function noticeRestart(version) {
  if (version < seen.version) seen.last = {};
  seen.version = version;
  sessionStorage.setItem("seen", JSON.stringify(seen));
}

const unreadOf = (id) => (chats.get(id)?.messages ?? [])
  .filter((message) => message.from_bot && message.id > (seen.last[id] ?? 0)).length;

function choosePerson() {
  const wanted = Number(location.hash.slice(1));
  const person = state.people.find(({ id }) => id === wanted) ?? state.people[0];
  open = person?.id ?? null;
  if (person && wanted !== open) history.replaceState(null, "", `#${open}`);
  const last = chats.get(open)?.messages.at(-1);
  if (last) seen.last[open] = last.id;
  sessionStorage.setItem("seen", JSON.stringify(seen));
}

addEventListener("hashchange", () => {
  if (!state) return;
  choosePerson();
  render();
  refresh();
});

// ---- Showing

function render() {
  const changed = shown !== open;
  if (changed) {
    closeMenus();
    toast("");
    drafts.set(shown, input.value);
    input.value = drafts.get(open) ?? "";
    grow();
  }
  renderClock();
  renderPeople(changed);
  const person = state.people.find(({ id }) => id === open);
  const chat = chats.get(open);
  if (person && chat) {
    renderHead(person, chat);
    renderReplyKeyboard(chat.reply_keyboard?.rows ?? []);
    renderMessages(person, chat, changed);
    patch(part("commands"), [{ key: "all", value: chat.commands, draw: (all) => make("div", {}, ...drawCommands(all)) }]);
  }
  shown = open;
}

function renderClock() {
  part("clock-local").textContent = clockText(state);
  part("clock-local").dateTime = state.now;
  part("clock-zone").textContent = state.zone;
}

function renderPeople(changed) {
  let waiting = 0;
  patch(part("people"), state.people.map((person) => {
    const unread = person.id === open ? 0 : unreadOf(person.id);
    waiting += unread;
    const preview = previewOf(chats.get(person.id)?.messages.at(-1));
    return { key: person.id, value: { person, open: person.id === open, unread, preview }, draw: drawPerson };
  }));
  document.title = (waiting ? `(${waiting}) ` : "") + "Vizit sandbox";
  if (changed) part("people").querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  fadePeople();
}

function renderHead(person, chat) {
  paintAvatar(part("bot-avatar"), state.bot.id, state.bot.first_name);
  part("bot-name").textContent = state.bot.first_name;
  part("acting-as").textContent = word("acting", { name: nameOf(person) });
  part("bot-status").classList.toggle("busy", Boolean(chat.action));
  part("bot-status").textContent = chat.action ? actionText(chat.action) : `@${state.bot.username} · ${word("bot")}`;
}

function renderMessages(person, chat, changed) {
  const known = new Set([...messages.children].map((child) => child.dataset.message));
  if (changed) messages.replaceChildren();
  messages.lang = person.language ?? "";
  const entries = [];
  let day = null;
  for (const message of chat.messages) {
    if (message.local_date !== day) {
      day = message.local_date;
      entries.push({ key: `day ${day}`, value: dayText(day, state), draw: drawDay });
    }
    entries.push({ key: message.id, value: message, draw: drawMessage });
  }
  patch(messages, entries);
  taps.show(open);
  part("empty").hidden = chat.messages.length > 0;
  if (!changed) announce(chat.messages.filter(({ id, from_bot: fromBot }) => fromBot && !known.has(String(id))));
  if (changed) bottom.go();
  else bottom.keep();
}

/** Reads new messages out, and only those: edits and a change of person would drown them. */
function announce(fresh) {
  if (fresh.length > 0) part("announcer").textContent = fresh.map((one) => one.text || previewOf(one)).join("\n");
}

function renderReplyKeyboard(rows) {
  const keyboard = part("reply-keyboard");
  const now = JSON.stringify(rows);
  if (keyboard.dataset.closed !== now) keyboard.dataset.closed = "";
  patch(keyboard, [{ key: "all", value: rows, draw: (all) => make("div", {}, ...drawReplyRows(all)) }]);
  keyboard.hidden = rows.length === 0 || keyboard.dataset.closed === now;
  part("toggle-keyboard").hidden = rows.length === 0;
  part("toggle-keyboard").setAttribute("aria-pressed", String(!keyboard.hidden));
}

// ---- What the person does

function grow() {
  input.style.height = "auto";
  const borders = input.offsetHeight - input.clientHeight;
  input.style.height = `${input.scrollHeight + borders}px`;
}

async function sendInput() {
  const text = input.value;
  if (!text.trim()) return;
  input.value = "";
  grow();
  if (await act("text", { text }) || input.value) return;
  input.value = text;
  grow();
}

part("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  sendInput();
});
input.addEventListener("input", grow);
input.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  sendInput();
});

part("people").addEventListener("click", (event) => {
  const button = event.target.closest("[data-person]");
  if (button) location.hash = button.dataset.person;
});

messages.addEventListener("click", (event) => {
  const key = event.target.closest("[data-callback]");
  const pay = event.target.closest("[data-pay]");
  if (pay) return openPay(open, messageOf(pay));
  if (key) return tap(messageOf(key).id, key.dataset.callback);
  event.target.closest(".text tg-spoiler, .text .tg-spoiler")?.classList.add("open");
  const link = event.target.closest("a[href]");
  if (link && link.dataset.file === undefined) {
    event.preventDefault();
    follow(link.href);
  }
});

async function tap(messageId, data) {
  if (!await taps.tap(messageId, data)) return;
  // The bot may have been quicker than this page.
  taps.hear([...chats.values()]);
  refresh();
}

const messageOf = (element) => {
  const id = Number(element.closest("[data-message]").dataset.message);
  return chats.get(open).messages.find((message) => message.id === id);
};

/** A link to this bot starts it with the link's token, as in Telegram; any other opens beside the page. */
function follow(href) {
  if (!isLink(href)) return;
  const address = new URL(href);
  const token = address.searchParams.get("start");
  const toThisBot = address.hostname === "t.me"
    && address.pathname.slice(1).toLowerCase() === state.bot.username.toLowerCase();
  if (toThisBot) act("text", { text: token ? `/start ${token}` : "/start" });
  else window.open(href, "_blank", "noopener,noreferrer");
}

part("start").addEventListener("click", () => act("text", { text: "/start" }));

part("commands").addEventListener("click", (event) => {
  const entry = event.target.closest("[data-command]");
  if (entry) act("text", { text: `/${entry.dataset.command}` });
});

part("reply-keyboard").addEventListener("click", (event) => {
  const key = event.target.closest("[data-key]");
  if (key?.dataset.key === "contact") act("contact", {});
  else if (key?.dataset.key === "location") act("location", BERLIN);
  else if (key) act("text", { text: key.textContent });
});

part("toggle-keyboard").addEventListener("click", () => {
  const keyboard = part("reply-keyboard");
  const rows = chats.get(open)?.reply_keyboard?.rows ?? [];
  keyboard.dataset.closed = keyboard.hidden ? "" : JSON.stringify(rows);
  renderReplyKeyboard(rows);
});

part("stickers").append(...STICKERS.map((emoji) => make("button", { type: "button", data: { sticker: emoji }, textContent: emoji })));
part("stickers").addEventListener("click", (event) => {
  const sticker = event.target.closest("[data-sticker]");
  if (sticker) act("sticker", { emoji: sticker.dataset.sticker });
});
part("send-location").addEventListener("click", () => act("location", BERLIN));
part("send-contact").addEventListener("click", () => act("contact", {}));
part("send-document").addEventListener("click", () => part("file").click());
part("file").addEventListener("change", async () => {
  const [file] = part("file").files;
  if (!file) return;
  const form = new FormData();
  form.append("file", file);
  await act("document", form);
  part("file").value = "";
});

for (const [id, move] of [
  ["advance-15", { advance_seconds: 900 }],
  ["advance-60", { advance_seconds: 3600 }],
  ["next-morning", { to: "next_morning" }],
]) {
  part(id).addEventListener("click", async () => {
    if (await post("/control/clock", move)) refresh();
  });
}

fillWords();
refresh();
listen();
