// The sandbox as the checks see it from outside: its people, through the control interface, and the list of checks.

export const URL_BASE = process.env.SANDBOX_URL;
export const TOKEN = process.env.SANDBOX_TOKEN;

const checks = [];

/** Registers a check under the sentence that its line will print. */
export function check(title, run) {
  checks.push({ title, run });
}

/** Runs every check on its own and says whether all have passed. */
export async function runAll() {
  let failed = 0;
  for (const { title, run } of checks) {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error("took more than 30 s")), 30_000);
    });
    try {
      await Promise.race([run(), late]);
      console.log(`ok   ${title}`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL ${title}\n${error.stack}`);
    } finally {
      clearTimeout(timer);
    }
  }
  return failed === 0;
}

/** One call of the control interface. */
export async function control(method, path, body) {
  const form = body instanceof FormData;
  const response = await fetch(`${URL_BASE}/control/${path}`, {
    method,
    headers: body && !form ? { "content-type": "application/json" } : {},
    body: body && !form ? JSON.stringify(body) : body,
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  const json = response.headers.get("content-type")?.startsWith("application/json");
  return json ? response.json() : Buffer.from(await response.arrayBuffer());
}

let people = 0;

/** A new person, so that no check sees another's chat. */
export async function newPerson(fields = {}) {
  people += 1;
  const phone = `+4940${String(people).padStart(7, "0")}`;
  const person = await control("POST", "people", { first_name: `Ben ${people}`, label: "Patient", language: "en", phone, ...fields });
  const act = (what, body) => control("POST", `chats/${person.id}/${what}`, body);
  const chat = () => control("GET", `chats/${person.id}`);
  // Nobody gets a message who has not written first.
  await act("text", { text: "/start" });
  return {
    ...person,
    chat,
    says: async (text) => (await act("text", { text })).message_id,
    sharesContact: async (card = {}) => (await act("contact", card)).message_id,
    sendsSticker: async (emoji) => (await act("sticker", { emoji })).message_id,
    sendsFile: async (name, mime, bytes) => {
      const form = new FormData();
      form.append("file", new Blob([bytes], { type: mime }), name);
      return (await act("document", form)).message_id;
    },
    taps: async (message_id, data) => (await act("tap", { message_id, data })).callback_id,
    blocks: (blocked = true) => act("block", { blocked }),
    /** The message as it stands in the chat, or nothing once it is deleted. */
    sees: async (id) => (await chat()).messages.find((message) => message.id === id),
  };
}

/** Waits until the condition holds. */
export async function until(what, condition) {
  for (let tries = 0; tries < 400; tries += 1) {
    const value = await condition();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`did not happen: ${what}`);
}
