// The pay sheet: one of the ways in which paying can end is chosen, the bot is asked, and then it ends that way.
import { word } from "./words.js";

const POLL_MS = 150;
// Telegram waits ten seconds for the bot.
const PATIENCE_MS = 12_000;
const DONE = { pay: "payDone", fail: "payFailed", abandon: "payClosed", pay_late: "payLater" };

const part = (id) => document.getElementById(id);
const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** Sets the sheet up. `call` and `toast` are the page's; returns what opens it for an invoice of a person. */
export function paySheet(call, toast) {
  const sheet = part("pay");
  const choices = [...sheet.querySelectorAll("[data-act]")];
  let invoice = null;

  const send = (path, body) => call(path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });

  /** What there is to say, and whether the choices are "open", "busy" or "gone". */
  function show(text, stage) {
    part("pay-status").textContent = text;
    for (const button of choices) {
      button.hidden = stage === "gone";
      button.disabled = stage !== "open";
    }
    part("pay-close").textContent = word(stage === "gone" ? "close" : "cancel");
    // A button that cannot be pressed any more must not keep the keyboard; nor may the cancel button get it while the
    // bot is asked, or a second press of Enter would take the choice back.
    if (stage === "busy") part("pay-status").focus();
    if (stage === "gone") part("pay-close").focus();
  }

  async function answered(id) {
    const end = performance.now() + PATIENCE_MS;
    while (performance.now() < end) {
      const { state, reason } = await call(`/control/checkouts/${id}`);
      if (state !== "asked") return { state, reason };
      await pause(POLL_MS);
    }
    return { state: "timed_out" };
  }

  /** Asks the bot. Who closes the sheet meanwhile does not pay, and is told nothing more in it. */
  async function choose(act) {
    const chosen = invoice;
    const isOpen = () => invoice === chosen;
    const explain = (text) => (isOpen() ? show(text, "gone") : toast(text));
    show(word("payAsking"), "busy");
    try {
      const place = `/control/chats/${chosen.person}/checkout`;
      const { checkout_id: id } = await send(place, { message_id: chosen.message });
      const { state, reason } = await answered(id);
      if (state !== "approved") return explain(state === "refused" ? reason : word("payTimedOut"));
      const end = isOpen() ? act : "abandon";
      await send(`/control/checkouts/${id}`, { act: end });
      if (isOpen()) sheet.close();
      toast(word(DONE[end]));
    } catch (error) {
      explain(error instanceof TypeError ? word("unreachable") : error.message);
    }
  }

  for (const button of choices) button.addEventListener("click", () => choose(button.dataset.act));

  sheet.addEventListener("close", () => {
    invoice = null;
    // The button that opened the sheet may have become a receipt meanwhile.
    if (document.activeElement === document.body) part("messages").focus({ preventScroll: true });
  });

  return (person, { id, invoice: { title, amount } }) => {
    invoice = { person, message: id };
    part("pay-title").textContent = title;
    part("pay-amount").textContent = amount;
    sheet.querySelector("[data-act=pay]").textContent = word("pay", { amount });
    show("", "open");
    sheet.showModal();
    choices[0].focus();
  };
}
