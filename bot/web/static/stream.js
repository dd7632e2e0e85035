// Listening: history first, then every new or edited line; comes back by itself.
import { session } from "/static/post.js";

const SILENCE = 45000; // the server says something at least every 15 s
const LONGEST_PAUSE = 15000;
const HIDDEN = 20000; // a tab nobody looks at gives its connection back

// `heard` has began(conversation, fresh), line(line), caughtUp(), typing(on), status(state, words).
export class Stream {
  constructor(heard) {
    this.heard = heard;
    this.cursor = "0";
    this.conversation = "";
    this.failures = 0;
    this.working = false;
    addEventListener("online", () => this.now());
    addEventListener("offline", () => this.lost());
    addEventListener("pagehide", () => this.close());
    addEventListener("pageshow", (event) => event.persisted && this.now());
    document.addEventListener("visibilitychange", () => this.seen());
  }

  async connect() {
    this.close();
    const turn = (this.turn = {});
    try {
      const conversation = await session();
      if (turn !== this.turn) return;
      const fresh = conversation !== this.conversation;
      if (fresh) this.cursor = "0";
      this.conversation = conversation;
      this.heard.began(conversation, fresh);
      this.open();
    } catch (error) {
      if (turn === this.turn) this.lost(error instanceof TypeError ? "" : error.message);
    }
  }

  open() {
    const source = (this.source = new EventSource(`/chat/events?cursor=${encodeURIComponent(this.cursor)}`));
    const on = (name, act) =>
      source.addEventListener(name, (event) => {
        if (source !== this.source) return;
        this.watch();
        if (event.lastEventId) this.cursor = event.lastEventId;
        act(event.data ? JSON.parse(event.data) : {});
      });
    on("line", (line) => this.heard.line({ ...line, moment: new Date(line.at) }));
    on("caught_up", (state) => {
      this.failures = 0;
      this.heard.status("connected", "Connected");
      this.heard.caughtUp(state);
    });
    on("typing", ({ on: working }) => {
      this.working = working;
      this.heard.typing(working);
    });
    on("alive", () => {});
    source.onerror = () => source === this.source && this.lost();
    this.watch();
  }

  watch() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.lost(), SILENCE);
  }

  close() {
    clearTimeout(this.silence);
    clearTimeout(this.later);
    this.source?.close();
    this.source = null;
    this.turn = null;
  }

  lost(words = "") {
    this.close();
    this.heard.typing(false);
    const offline = navigator.onLine === false;
    this.heard.status(offline ? "offline" : "connecting", words || (offline ? "You are offline" : "Reconnecting…"));
    const pause = Math.min(LONGEST_PAUSE, 400 * 2 ** this.failures) * (0.75 + Math.random() / 2);
    this.failures += 1;
    this.later = setTimeout(() => this.connect(), pause);
  }

  now() {
    this.failures = 0;
    this.connect();
  }

  seen() {
    clearTimeout(this.unseen);
    if (document.visibilityState === "visible") {
      if (!this.source) this.now();
      return;
    }
    this.unseen = setTimeout(() => {
      if (this.working) this.seen(); // an answer is on its way: wait for it
      else this.close();
    }, HIDDEN);
  }
}
