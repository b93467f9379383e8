// What can be seen: makes elements from what the sandbox says, changes only those that differ, and holds the small
// widgets (menus, toast, scroll). Knows nothing of the sandbox's calls.
import { sizeText, word } from "./words.js";

const AVATAR_COLOURS = ["#c4574c", "#b9731f", "#7d63c9", "#3f8f4f", "#2b87a3", "#3f74c8", "#b94f83"];
const LINK_PROTOCOLS = ["http:", "https:", "tg:", "mailto:", "tel:"];

/** A new element; `data` becomes data-attributes, other properties are set as they are. */
export function make(tag, { data = {}, ...properties } = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  Object.assign(element.dataset, data);
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** A file's address in the sandbox. */
const fileUrl = (fileId) => `/control/files/${encodeURIComponent(fileId)}`;

/** A person's whole name. */
export const nameOf = (person) => [person.first_name, person.last_name].filter(Boolean).join(" ");

/** A round mark with initials, in a colour that stays with the id. */
export function paintAvatar(element, id, name) {
  const initials = name.split(/\s+/).filter(Boolean).slice(0, 2).map((part) => [...part][0].toUpperCase());
  element.textContent = initials.join("");
  element.style.setProperty("--colour", AVATAR_COLOURS[Math.abs(id) % AVATAR_COLOURS.length]);
  return element;
}

/** One row of the list of people. */
export function drawPerson({ person, open, unread, preview }) {
  const avatar = paintAvatar(make("span", { className: "avatar", ariaHidden: "true" }), person.id, nameOf(person));
  const badge = unread === 0 ? null : make("span", { className: "unread" },
    make("span", { ariaHidden: "true", textContent: String(unread) }),
    make("span", { className: "unseen", textContent: word("unread", { count: unread }) }));
  const language = person.language
    ? make("span", { className: "language", textContent: person.language.toUpperCase() }) : null;
  const button = make("button", { type: "button", data: { person: person.id, label: person.label } },
    avatar,
    make("span", { className: "person-text" },
      make("span", { className: "person-name" }, make("b", { textContent: nameOf(person) }), language),
      make("span", { className: "person-line" },
        make("span", { className: "label", textContent: person.label }),
        make("span", { className: "preview", ariaHidden: "true", textContent: preview }))),
    badge);
  if (open) button.setAttribute("aria-current", "true");
  return make("li", {}, button);
}

/** A chat's last message in a few words. */
export function previewOf(message) {
  if (!message) return "";
  if (message.invoice) return message.invoice.title;
  if (isService(message)) return serviceText(message);
  const kind = message.sticker ?? message.document?.name ?? message.contact?.first_name
    ?? (message.location ? word("location") : message.photo ? word("photo") : "");
  return (message.text || kind).replace(/\s+/g, " ").slice(0, 80);
}

/** The line between two days. */
export function drawDay(text) {
  return make("div", { className: "day" }, make("span", { textContent: text }));
}

const isService = (message) => Boolean(message.paid ?? message.refunded);

const serviceText = ({ paid, refunded }) =>
  (paid ? word("paid", paid) : word("refunded", refunded));

/** What Telegram itself says between the messages. */
function drawService(message) {
  return make("article", { className: "day", data: { message: message.id, from: "service" } },
    make("span", { textContent: serviceText(message) }));
}

/** A message with all that hangs on it. */
export function drawMessage(message) {
  if (isService(message)) return drawService(message);
  const bubble = make("div", { className: "bubble" });
  const classes = ["message"];
  if (message.photo) {
    const url = fileUrl(message.photo.file_id);
    bubble.append(make("a", { className: "photo", href: url, data: { file: "" } },
      make("img", { src: url, alt: message.text || word("photo") })));
  }
  if (message.document) bubble.append(drawDocument(message.document));
  if (message.invoice) bubble.append(drawInvoice(message.invoice));
  if (message.contact) bubble.append(drawContact(message.contact));
  if (message.location) bubble.append(drawLocation(message.location));
  if (message.sticker) {
    classes.push("sticker");
    bubble.append(make("span", { className: "sticker-emoji", textContent: message.sticker }));
  }
  const attached = bubble.childElementCount > 0;
  if (message.html) {
    // The sandbox makes this HTML from escaped text and a fixed set of tags.
    const text = make("div", { className: "text", innerHTML: message.html });
    text.querySelectorAll("blockquote, pre").forEach(dropLineBreakAfter);
    bubble.append(text);
  } else if (!attached) {
    bubble.append(make("div", { className: "text other", textContent: word("otherMessage") }));
  }
  const edited = message.edited ? make("span", { className: "edited", textContent: word("edited") }) : null;
  const meta = make("span", { className: "meta" }, edited,
    make("time", { dateTime: message.at, textContent: message.local_time }));
  (bubble.querySelector(":scope > .text") ?? bubble).append(meta);
  const keyboard = message.keyboard?.length ? drawInlineKeyboard(message.keyboard, message.invoice) : null;
  if (keyboard) classes.push("with-keyboard");
  return make("article", {
    className: classes.join(" "),
    data: { message: message.id, from: message.from_bot ? "bot" : "person" },
  }, bubble, keyboard);
}

/** A block ends its line by itself; the line break behind it would show as an empty line. */
function dropLineBreakAfter(block) {
  const next = block.nextSibling;
  if (next?.nodeType === Node.TEXT_NODE) next.data = next.data.replace(/^\n/, "");
}

function drawDocument(file) {
  const ending = file.name.includes(".") ? file.name.split(".").pop().slice(0, 4) : "";
  return make("a", { className: "card", href: fileUrl(file.file_id), download: file.name, data: { file: "" } },
    make("span", { className: "card-mark", ariaHidden: "true", textContent: ending || "↓" }),
    make("span", { className: "card-text" },
      make("b", { textContent: file.name }),
      make("span", { textContent: `${sizeText(file.size)} · ${word("download")}` })));
}

function drawInvoice({ title, description, amount }) {
  return make("div", { className: "invoice" },
    make("b", { textContent: title }),
    make("span", { textContent: description }),
    make("span", { className: "amount", textContent: amount }));
}

function drawContact(contact) {
  const mark = paintAvatar(make("span", { className: "avatar", ariaHidden: "true" }), contact.phone.length, contact.first_name);
  return make("div", { className: "card" }, mark,
    make("span", { className: "card-text" },
      make("b", { textContent: contact.first_name }),
      make("span", { textContent: contact.phone })));
}

function drawLocation({ latitude, longitude }) {
  return make("div", { className: "card" },
    make("span", { className: "card-mark emoji", ariaHidden: "true", textContent: "📍" }),
    make("span", { className: "card-text" },
      make("b", { textContent: word("location") }),
      make("span", { textContent: `${latitude.toFixed(4)}, ${longitude.toFixed(4)}` })));
}

function drawRow(keys) {
  const row = make("div", { className: keys.length > 4 ? "row tight" : "row" }, ...keys);
  row.style.setProperty("--columns", String(keys.length));
  return row;
}

function drawInlineKeyboard(rows, invoice) {
  const draw = (button) => drawKey(button, invoice);
  return make("div", { className: "keyboard" }, ...rows.map((row) => drawRow(row.map(draw))));
}

/** Bots fill the gaps of a grid with buttons whose label cannot be seen. */
const isBlank = (label) => /^[\s\u2800]*$/.test(label);

function drawKey(button, invoice) {
  if (button.other?.pay === true) {
    if (invoice?.paid) {
      return make("button", { type: "button", className: "key", disabled: true, textContent: word("receipt") });
    }
    return make("button", { type: "button", className: "key", data: { pay: "" } },
      make("span", { textContent: button.text }));
  }
  if (isBlank(button.text)) return drawBlankKey(button);
  if (button.url && isLink(button.url)) {
    return make("a", { className: "key link", href: button.url, textContent: button.text });
  }
  if (typeof button.data !== "string") {
    return make("button", { type: "button", className: "key", disabled: true, title: word("unknownButton"), textContent: button.text });
  }
  return make("button", { type: "button", className: "key", data: { callback: button.data } },
    make("span", { textContent: button.text }));
}

/** A gap: a finger that hits it still reaches the bot, as in Telegram, but nothing invites it or takes the focus. */
function drawBlankKey({ data }) {
  return make("span", { className: "key blank", ariaHidden: "true", data: typeof data === "string" ? { callback: data } : {} });
}

/** Whether an address may be opened from the chat. */
export const isLink = (address) => URL.canParse(address) && LINK_PROTOCOLS.includes(new URL(address).protocol);

/** The keyboard above the input; what a key does stands in its `data-key`. */
export function drawReplyRows(rows) {
  return rows.map((row) => drawRow(row.map((button) => {
    const kind = button.request_contact ? "contact" : button.request_location ? "location" : "text";
    return make("button", { type: "button", className: "key", data: { key: kind }, textContent: button.text });
  })));
}

/** The entries of the command menu. */
export function drawCommands(commands) {
  if (commands.length === 0) return [make("p", { textContent: word("noCommands") })];
  return commands.map(({ command, description }) => make("button", { type: "button", data: { command } },
    make("span", { textContent: description }), make("code", { textContent: `/${command}` })));
}

const drawn = new WeakMap();

/** Makes the children of `parent` equal to `entries` ({ key, value, draw }); what did not change stays in place. */
export function patch(parent, entries) {
  const before = new Map([...parent.children].map((child) => [drawn.get(child)?.key, child]));
  const hadFocus = parent.contains(document.activeElement) ? document.activeElement : null;
  const focusAt = hadFocus && focusPlace(parent, hadFocus);
  let place = parent.firstElementChild;
  for (const { key, value, draw } of entries) {
    const signature = JSON.stringify(value);
    const old = before.get(key);
    before.delete(key);
    if (old && drawn.get(old).signature === signature) {
      if (old === place) place = place.nextElementSibling;
      else parent.insertBefore(old, place);
      continue;
    }
    const element = draw(value);
    drawn.set(element, { key, signature });
    if (old === place && old) place = old.nextElementSibling;
    if (old) old.replaceWith(element);
    else parent.insertBefore(element, place);
  }
  for (const gone of before.values()) gone.remove();
  if (hadFocus && !hadFocus.isConnected) restoreFocus(parent, focusAt);
}

function focusPlace(parent, focused) {
  const child = [...parent.children].find((candidate) => candidate.contains(focused));
  if (!child) return null;
  return { key: drawn.get(child)?.key, index: [...child.querySelectorAll("button, a")].indexOf(focused) };
}

function restoreFocus(parent, at) {
  const child = at && [...parent.children].find((candidate) => drawn.get(candidate)?.key === at.key);
  const keys = child ? [...child.querySelectorAll("button, a")] : [];
  const key = keys[at?.index] ?? keys.at(-1);
  (key && !key.disabled ? key : parent).focus({ preventScroll: true });
}

/** A short line over the chat that goes by itself, or at once when told an empty text. */
export function toaster(element, stayMs) {
  let timer = 0;
  return (text) => {
    clearTimeout(timer);
    element.classList.toggle("visible", text !== "");
    if (text === "") return;
    element.textContent = text;
    timer = setTimeout(() => element.classList.remove("visible"), stayMs);
  };
}

/** Menus that a button opens; at most one is open. Returns what closes them. */
export function menus(pairs) {
  const show = ({ button, panel }, visible) => {
    panel.hidden = !visible;
    button.setAttribute("aria-expanded", String(visible));
  };
  const close = () => pairs.forEach((pair) => show(pair, false));
  for (const { button, panel } of pairs) {
    const closeAndReturn = () => {
      close();
      button.focus();
    };
    button.addEventListener("click", () => {
      const visible = panel.hidden;
      close();
      show({ button, panel }, visible);
      if (visible) panel.querySelector("button")?.focus();
    });
    panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") closeAndReturn();
    });
    panel.addEventListener("click", (event) => {
      if (event.target.closest("button")) closeAndReturn();
    });
  }
  document.addEventListener("pointerdown", (event) => {
    if (!pairs.some(({ button, panel }) => button.contains(event.target) || panel.contains(event.target))) close();
  });
  return close;
}

/** Keeps a scrolled list at its end while the reader is there; `button` brings the reader back. */
export function bottomKeeper(list, button) {
  let atBottom = true;
  const notice = () => {
    const below = list.scrollHeight - list.clientHeight - list.scrollTop;
    atBottom = below < 48;
    button.hidden = below < 160;
  };
  const keep = () => {
    if (atBottom) list.scrollTop = list.scrollHeight;
    notice();
  };
  const go = () => {
    atBottom = true;
    keep();
  };
  list.addEventListener("scroll", notice, { passive: true });
  list.addEventListener("load", keep, { capture: true });
  button.addEventListener("click", go);
  new ResizeObserver(keep).observe(list);
  return { keep, go };
}

/** Marks a list that scrolls sideways at the edges behind which there is more; returns what looks again. */
export function edgeFader(list) {
  const look = () => {
    const after = list.scrollWidth - list.clientWidth - list.scrollLeft;
    list.classList.toggle("more-before", list.scrollLeft > 1);
    list.classList.toggle("more-after", after > 1);
  };
  list.addEventListener("scroll", look, { passive: true });
  new ResizeObserver(look).observe(list);
  return look;
}
