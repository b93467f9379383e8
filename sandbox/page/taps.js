// Taps on the buttons under a message: each waits for the bot's answer, which is shown when it comes.

// Telegram's apps also stop waiting for a bot that never answers a tap.
const PATIENCE_MS = 20_000;

const part = (id) => document.getElementById(id);

/** Sets the waiting up in the list of messages. `post` and `toast` are the page's. */
export function tapKeeper(messages, post, toast) {
  const taps = new Map();
  let person = null;

  /** Marks the buttons that wait in the chat of `current`. */
  function show(current) {
    person = current;
    for (const key of messages.querySelectorAll("[data-callback]")) {
      const message = key.closest("[data-message]").dataset.message;
      key.ariaBusy = String(taps.has(`${person} ${message} ${key.dataset.callback}`));
    }
  }

  function end(place) {
    clearTimeout(taps.get(place)?.timer);
    taps.delete(place);
    show(person);
  }

  /** Taps as the person whose chat is shown. The answer is null when it failed; the reason was shown. */
  async function tap(messageId, data) {
    const place = `${person} ${messageId} ${data}`;
    if (taps.has(place)) return null;
    const waiting = { callbackId: null, timer: setTimeout(() => end(place), PATIENCE_MS) };
    taps.set(place, waiting);
    show(person);
    const answer = await post(`/control/chats/${person}/tap`, { message_id: messageId, data });
    if (answer) waiting.callbackId = answer.callback_id;
    else end(place);
    return answer;
  }

  /** Ends the waiting of every tap that was answered, and shows what the bot said to it. */
  function hear(chats) {
    const answers = new Map(chats.flatMap((chat) => chat.answers).map((one) => [one.callback_id, one]));
    for (const [place, { callbackId }] of taps) {
      const answer = answers.get(callbackId);
      if (!answer) continue;
      end(place);
      if (!answer.text) continue;
      if (!answer.alert) {
        toast(answer.text);
        continue;
      }
      part("alert-text").textContent = answer.text;
      if (!part("alert").open) part("alert").showModal();
    }
  }

  return { tap, hear, show };
}
