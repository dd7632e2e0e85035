// Sending: one message at a time, in order, with the same id however often it takes.

const PAUSES = [800, 2500, 6000]; // milliseconds before each further try
const KEPT = "bpo.unsent";

export const newId = () => {
  if (crypto.randomUUID) return crypto.randomUUID(); // only on https and localhost
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};

class Refused extends Error {
  constructor(words, again) {
    super(words);
    this.again = again; // whether the same message may be accepted later
  }
}

async function refusal(status, body) {
  let words = "";
  try {
    words = JSON.parse(body).detail || "";
  } catch {
    words = ""; // something between us and the server answered
  }
  return new Refused(words || "The server could not take this message.", status === 429 || status >= 500);
}

// Make sure that this browser has a session; which conversation it is.
export async function session() {
  const answer = await fetch("/chat/session", { method: "POST" });
  if (!answer.ok) throw await refusal(answer.status, await answer.text());
  return (await answer.json()).conversation;
}

function upload(message, progress) {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    form.append("id", message.id);
    form.append("file", message.blob, message.file.name);
    const request = new XMLHttpRequest();
    request.open("POST", "/chat/files");
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onload = () => resolve({ status: request.status, body: request.responseText });
    request.onerror = () => reject(new TypeError("the connection broke"));
    request.send(form);
  });
}

async function say(message) {
  const { id, text, pressed, label, on } = message;
  const answer = await fetch("/chat/messages", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(pressed ? { id, pressed, label, on } : { id, text }),
  });
  return { status: answer.status, body: await answer.text() };
}

async function attempt(message, progress) {
  let answer = await (message.blob ? upload(message, progress) : say(message));
  if (answer.status === 401) {
    await session();
    answer = await (message.blob ? upload(message, progress) : say(message));
  }
  if (answer.status >= 300) throw await refusal(answer.status, answer.body);
}

function unsent() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) || "{}");
  } catch {
    return {}; // storage switched off or unreadable: nothing was kept
  }
}

const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// `show(message, state, words, again)` is told: "sending", "progress", "sent" or "failed".
export class Post {
  constructor(show) {
    this.show = show;
    this.waiting = [];
    this.unsent = new Map();
    this.busy = false;
    this.conversation = "";
    this.kept = unsent();
  }

  send(message) {
    this.unsent.set(message.id, message);
    message.lost = false;
    this.keep();
    this.show(message, "sending", "sending…");
    this.waiting.push(message);
    this.work();
  }

  // Which conversation this is; what an earlier visit of this tab did not get through in it.
  begin(conversation) {
    const left = this.kept.conversation === conversation ? this.kept.messages : [];
    this.conversation = conversation;
    this.kept = {};
    this.keep();
    return left;
  }

  // The connection is back: what was lost to it is tried again, under the same id.
  again() {
    for (const message of [...this.unsent.values()]) if (message.lost) this.send(message);
  }

  keep() {
    if (!this.conversation) return;
    const messages = [...this.unsent.values()].filter((one) => !one.blob).map(({ lost, ...rest }) => rest);
    try {
      sessionStorage.setItem(KEPT, JSON.stringify({ conversation: this.conversation, messages }));
    } catch {
      // private windows may refuse; then a reload forgets what was not sent
    }
  }

  settle(message) {
    this.unsent.delete(message.id);
    this.keep();
  }

  async work() {
    if (this.busy) return;
    this.busy = true;
    while (this.waiting.length) await this.deliver(this.waiting.shift());
    this.busy = false;
  }

  async deliver(message) {
    for (let tries = 0; ; tries += 1) {
      try {
        await attempt(message, (share) => this.show(message, "progress", "sending…", false, share));
        this.settle(message);
        this.show(message, "sent", "");
        return;
      } catch (error) {
        if (error instanceof Refused) {
          if (!error.again) this.settle(message);
          this.show(message, "failed", error.message, error.again);
          return;
        }
        if (tries < PAUSES.length) {
          await sleep(PAUSES[tries]);
          continue;
        }
        message.lost = true;
        this.show(message, "failed", "Not sent: no connection.", true);
        return;
      }
    }
  }
}
