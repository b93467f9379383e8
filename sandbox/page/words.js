// The page's own texts. What the bot says comes from the bot and is never translated here.

const english = {
  acting: "You are {name}",
  actionDocument: "sending a file",
  actionOther: "working",
  actionPhoto: "sending a photo",
  actionTyping: "typing",
  advance15: "+15 min",
  advance60: "+1 h",
  attach: "Attach",
  bot: "bot",
  cancel: "Cancel",
  clock: "Sandbox clock",
  clockHint: "Moves the time for the bot and for everybody here. Reminders and deadlines follow at once.",
  close: "Close",
  contact: "Contact",
  download: "Download",
  edited: "edited",
  emptyHint: "This is a local Telegram: nothing leaves this computer. Press the button as a newcomer would.",
  emptyTitle: "Say hello to the bot",
  guideOne: "Pick who you are on the left and press Start.",
  guideThree: "Move the clock to see what happens later.",
  guideTitle: "How it works",
  guideTwo: "Change to another person to see the other side. A number counts the new messages.",
  keyboard: "Bot keyboard",
  location: "Location",
  menu: "Commands",
  message: "Message",
  messages: "Messages",
  nextMorning: "Next morning",
  noCommands: "The bot has set no commands yet",
  ok: "OK",
  otherMessage: "This kind of message is not shown here",
  paid: "You paid {amount} for “{title}”",
  pay: "Pay {amount}",
  payAbandon: "Close without paying",
  payAsking: "Asking the bot…",
  payClosed: "Closed",
  payDone: "Paid",
  payFail: "Card refused",
  payFailed: "The card was refused",
  payLate: "Pay 20 minutes late",
  payLater: "Will be paid in 20 minutes",
  payTimedOut: "The bot did not answer in time.",
  people: "People",
  photo: "Photo",
  receipt: "Receipt",
  reconnecting: "Reconnecting to the sandbox…",
  refunded: "{amount} came back to you",
  send: "Send",
  sendContact: "My contact",
  sendDocument: "Document",
  sendLocation: "Location (Berlin)",
  sizeBytes: "{size}\u00a0B",
  sizeKilobytes: "{size}\u00a0kB",
  sizeMegabytes: "{size}\u00a0MB",
  start: "Start",
  sticker: "Sticker",
  tagline: "Sandbox: be everybody",
  toBottom: "To the newest message",
  today: "Today",
  unknownButton: "This kind of button does nothing here",
  unreachable: "The sandbox does not answer",
  unread: "new messages: {count}",
};

const russian = {
  acting: "Вы — {name}",
  actionDocument: "отправляет файл",
  actionOther: "работает",
  actionPhoto: "отправляет фото",
  actionTyping: "печатает",
  advance15: "+15 мин",
  advance60: "+1 ч",
  attach: "Прикрепить",
  bot: "бот",
  cancel: "Отмена",
  clock: "Часы песочницы",
  clockHint: "Двигают время для бота и для всех здесь. Напоминания и сроки наступают сразу.",
  close: "Закрыть",
  contact: "Контакт",
  download: "Скачать",
  edited: "изменено",
  emptyHint: "Это местный Telegram: ничего не покидает этот компьютер. Нажмите кнопку, как сделал бы новичок.",
  emptyTitle: "Поздоровайтесь с ботом",
  guideOne: "Выберите слева, кто вы, и нажмите «Начать».",
  guideThree: "Переведите часы и посмотрите, что будет позже.",
  guideTitle: "Как это работает",
  guideTwo: "Перейдите к другому человеку и посмотрите с его стороны. Число показывает, сколько новых сообщений.",
  keyboard: "Клавиатура бота",
  location: "Место",
  menu: "Команды",
  message: "Сообщение",
  messages: "Сообщения",
  nextMorning: "До утра",
  noCommands: "Бот ещё не задал команд",
  ok: "Хорошо",
  otherMessage: "Такие сообщения здесь не показываются",
  paid: "Вы заплатили {amount} за «{title}»",
  pay: "Оплатить {amount}",
  payAbandon: "Закрыть без оплаты",
  payAsking: "Спрашиваем бота…",
  payClosed: "Закрыто",
  payDone: "Оплачено",
  payFail: "Карта отклонена",
  payFailed: "Карту отклонили",
  payLate: "Оплатить через 20 минут",
  payLater: "Оплата придёт через 20 минут",
  payTimedOut: "Бот не ответил вовремя.",
  people: "Люди",
  photo: "Фото",
  receipt: "Квитанция",
  reconnecting: "Песочница не отвечает, соединяемся…",
  refunded: "Вам вернулось {amount}",
  send: "Отправить",
  sendContact: "Мой контакт",
  sendDocument: "Документ",
  sendLocation: "Место (Берлин)",
  sizeBytes: "{size}\u00a0Б",
  sizeKilobytes: "{size}\u00a0кБ",
  sizeMegabytes: "{size}\u00a0МБ",
  start: "Начать",
  sticker: "Стикер",
  tagline: "Песочница: побудьте каждым",
  toBottom: "К последнему сообщению",
  today: "Сегодня",
  unknownButton: "Такая кнопка здесь не работает",
  unreachable: "Песочница не отвечает",
  unread: "новых сообщений: {count}",
};

const inRussian = navigator.language.toLowerCase().startsWith("ru");

/** The locale of dates and numbers on the page. */
export const locale = inRussian ? "ru" : "en-GB";

/** One text of the page, with its `{places}` filled. */
export function word(key, places = {}) {
  const text = (inRussian ? russian : english)[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, place) => places[place] ?? "");
}

/** Writes the texts into the page's fixed parts. */
export function fillWords() {
  document.documentElement.lang = inRussian ? "ru" : "en";
  for (const part of document.querySelectorAll("[data-word]")) {
    part.textContent = word(part.dataset.word);
  }
  for (const part of document.querySelectorAll("[data-word-label]")) {
    part.setAttribute("aria-label", word(part.dataset.wordLabel));
    if (part.matches("button")) part.title = word(part.dataset.wordLabel);
  }
  for (const part of document.querySelectorAll("[data-word-placeholder]")) {
    part.placeholder = word(part.dataset.wordPlaceholder);
  }
}

/** What the bot is doing, for the chat's head. */
export function actionText(action) {
  if (action === "typing") return word("actionTyping");
  if (action.endsWith("document")) return word("actionDocument");
  return word(action.endsWith("photo") ? "actionPhoto" : "actionOther");
}

/** The clock as the page shows it, short enough for one line of a phone. */
export function clockText(state) {
  // Browsers join the parts in different ways, so only the parts are theirs.
  const parts = new Intl.DateTimeFormat(locale, {
    weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: state.zone,
  }).formatToParts(new Date(state.now));
  const { weekday, day, month, hour, minute } = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  return `${weekday} ${day} ${month.replace(".", "")}, ${hour}:${minute}`;
}

/** A day ("2026-11-21") as a separator shows it. */
export function dayText(day, state) {
  const today = new Intl.DateTimeFormat("sv-SE", { timeZone: state.zone }).format(new Date(state.now));
  if (day === today) return word("today");
  const year = day.slice(0, 4) === today.slice(0, 4) ? undefined : "numeric";
  return new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year, timeZone: "UTC" })
    .format(new Date(`${day}T00:00:00Z`));
}

/** A file's size for people. */
export function sizeText(bytes) {
  const [key, size] = bytes < 1000 ? ["sizeBytes", bytes]
    : bytes < 1_000_000 ? ["sizeKilobytes", bytes / 1000] : ["sizeMegabytes", bytes / 1_000_000];
  return word(key, { size: new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(size) });
}
