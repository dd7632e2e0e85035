// The chat page: puts lines, sending and listening together.
import { dayName, dayOf, fill, make, mark, use } from "/static/lines.js";
import { newId, Post } from "/static/post.js";
import { Stream } from "/static/stream.js";

const LARGEST_FILE = 5_000_000; // bytes, as everywhere
const $ = (id) => document.getElementById(id);
const [log, scroll, composer, say, welcome, typing] = ["log", "scroll", "composer", "say", "welcome", "typing"].map($);
const title = document.title;
const keyboard = matchMedia("(hover: hover) and (pointer: fine)");

const entries = new Map(); // key → { line, element }; a message of ours is known by its id first
const used = new Map(); // "key:revision" of a reply → data of the button that was pressed on it
const awaited = new Set(); // of those, the ones whose press is not answered yet
const said = []; // what this person typed, for the Up key
let recalled = 0;
let lastDay = 0;
let history = true; // until the stream has caught up
let leftovers = [];
let missed = 0;

// ---- where the conversation is scrolled to -------------------------------------------------
let follow = true; // keep the newest in view
let anchor = null; // the first answer to what was said last: its top stays in view
let placed = -1;

const bottom = () => scroll.scrollHeight - scroll.clientHeight;
const atBottom = () => bottom() - scroll.scrollTop < 40;

function place() {
  if (!follow || !welcome.hidden) return; // the welcome is read from its top
  placed = Math.max(0, anchor ? Math.min(bottom(), anchor.offsetTop - 12) : bottom());
  scroll.scrollTop = placed;
  $("newest").hidden = atBottom();
}

function toBottom() {
  follow = true;
  anchor = null;
  place();
}

scroll.addEventListener("scroll", () => {
  if (Math.abs(scroll.scrollTop - placed) < 2) return;
  placed = -1;
  follow = atBottom();
  if (follow) {
    anchor = null;
    $("newest").hidden = true;
  }
});
new ResizeObserver(place).observe(scroll.firstElementChild);
new ResizeObserver(place).observe(scroll);
$("newest").addEventListener("click", toBottom);

// ---- lines -----------------------------------------------------------------------------------
const acts = { press, enlarge };
const mineOf = (message) => ({ by: "person", moment: new Date(message.at), ...message, key: message.id });

function append(line, element) {
  const day = dayOf(line.moment);
  if (day > lastDay) {
    const divider = make("p", "day", dayName(day));
    divider.dataset.day = day;
    log.append(divider);
    lastDay = day;
  }
  entries.set(line.key, { line, element });
  log.append(element);
  welcome.hidden = true;
}

function draw(line) {
  const known = entries.get(line.key);
  const element = known?.element ?? make("article");
  fill(element, line, acts);
  if (known) known.line = line;
  else append(line, element);
  if (!history && !known) element.classList.add("new");
  return element;
}

function takePerson(line) {
  const known = entries.get(line.id);
  if (known) {
    entries.delete(line.id); // what we showed at once is now the server's line
    entries.set(line.key, known);
  }
  const element = draw(line);
  if (!line.pressed) {
    if (line.text && !known) said.push(line.text);
  } else {
    if (!known) element.hidden = true; // the button itself says that it was pressed
    used.set(line.on, line.pressed);
    awaited.add(line.on);
    const reply = pressedOn(line.on);
    if (reply) use(reply.element, line.pressed);
  }
  if (!known && !history) place();
}

// The reply, as it is shown now, that a press was made on.
function pressedOn(on) {
  const reply = entries.get((on || "").split(":")[0]);
  return reply && `${reply.line.key}:${reply.line.revision}` === on ? reply : null;
}

// An answer that is a new message left the pressed one as it was: its other buttons open again.
function reopen() {
  for (const on of awaited) {
    const reply = pressedOn(on);
    if (reply) use(reply.element, used.get(on), false);
  }
  awaited.clear();
}

// A press whose answer is a new message is shown as something said; one that edited is not.
function reveal() {
  for (const { line, element } of [...entries.values()].slice(-8)) {
    if (!line.pressed || !element.hidden) continue;
    const gone = !entries.has((line.on || "").split(":")[0]);
    if (gone || pressedOn(line.on)) element.hidden = false;
  }
}

function takeAdvisor(line) {
  const known = entries.get(line.key);
  if (known && known.line.revision > line.revision) return;
  if (!known) {
    reveal();
    reopen();
  }
  const hadFocus = known?.element.contains(document.activeElement);
  const element = draw(line);
  const on = `${line.key}:${line.revision}`;
  const pressed = used.get(on);
  if (pressed !== undefined) use(element, pressed, awaited.has(on));
  if (history) return;
  fade();
  if (hadFocus) (element.querySelector(".buttons button:enabled") ?? say).focus({ preventScroll: true });
  if (known) {
    place();
    return;
  }
  anchor ??= element;
  if (follow) place();
  else $("newest").hidden = false;
  if (document.hidden) document.title = `(${(missed += 1)}) ${title}`;
}

// Buttons of earlier answers still work, but step back.
function fade() {
  const replies = [...log.querySelectorAll(".line.advisor")];
  replies.forEach((reply, n) => reply.classList.toggle("past", n < replies.length - 1));
}

// ---- sending -----------------------------------------------------------------------------------
const post = new Post((message, state, words, again, share) => {
  let entry = entries.get(message.id);
  if (!entry && state === "sending" && ![...entries.values()].some(({ line }) => line.id === message.id)) {
    const line = mineOf(message);
    draw(line);
    entry = entries.get(line.key);
    if (message.pressed) entry.element.hidden = true;
    toBottom();
  }
  if (!entry) return; // the server has shown it already
  if (state === "progress") return showProgress(entry.element, share);
  entry.element.querySelector("progress")?.remove();
  mark(entry.element, state === "sent" ? "" : state, words, again ? () => post.send(message) : null);
  if (state === "failed") {
    entry.element.hidden = false;
    if (message.pressed && !again) release(message);
    place();
  }
});

function showProgress(element, share) {
  let bar = element.querySelector("progress");
  if (!bar) {
    bar = make("progress");
    bar.max = 1;
    bar.setAttribute("aria-label", "Upload");
    element.querySelector(".file")?.append(bar);
  }
  bar.value = share;
}

function send(content) {
  post.send({ id: newId(), at: Date.now(), ...content });
}

function sayText(text) {
  const words = text.trim();
  if (!words) return;
  if (said.at(-1) !== words) said.push(words);
  recalled = 0;
  send({ text: text.replace(/^\n+|\s+$/g, "") });
}

function press(line, { label, data }, byKeyboard) {
  const on = `${line.key}:${line.revision}`;
  used.set(on, data);
  awaited.add(on);
  use(entries.get(line.key).element, data);
  if (byKeyboard) say.focus({ preventScroll: true });
  send({ pressed: data, label, on });
}

function release(message) {
  used.delete(message.on);
  awaited.delete(message.on);
  const reply = entries.get(message.on.split(":")[0]);
  if (reply) use(reply.element, null);
}

function sendFiles(files) {
  for (const blob of files) {
    const file = { name: blob.name || "file", size: blob.size };
    if (blob.size <= LARGEST_FILE && blob.size > 0) {
      send({ blob, file });
      continue;
    }
    const line = mineOf({ id: newId(), at: Date.now(), file });
    const why = blob.size ? "Not sent: I read files up to 5 MB." : "Not sent: this file is empty.";
    mark(draw(line), "failed", why, null);
    toBottom();
  }
}

// ---- listening ---------------------------------------------------------------------------------
function status(state, words) {
  $("status").dataset.state = state;
  $("status").lastElementChild.textContent = words;
}

let soon = 0;
function showTyping(on) {
  clearTimeout(soon);
  if (!on) typing.hidden = true;
  else soon = setTimeout(() => { typing.hidden = false; place(); }, 150);
}

function began(conversation, fresh) {
  if (!fresh) return;
  entries.clear();
  used.clear();
  said.length = 0;
  log.replaceChildren();
  lastDay = 0;
  history = true;
  log.setAttribute("aria-busy", "true");
  leftovers = post.begin(conversation);
}

function caughtUp({ earlier }) {
  if (history) {
    history = false;
    $("earlier").hidden = !earlier;
    fade();
    welcome.hidden = entries.size > 0;
    toBottom();
    setTimeout(() => log.setAttribute("aria-busy", "false"), 300);
  }
  const known = new Set([...entries.values()].map(({ line }) => line.id));
  for (const message of leftovers) if (!known.has(message.id)) post.send(message);
  leftovers = [];
  post.again();
}

const stream = new Stream({
  began, caughtUp, status, typing: showTyping,
  line: (line) => (line.by === "person" ? takePerson(line) : takeAdvisor(line)),
});

// ---- the composer -------------------------------------------------------------------------------
function grow() {
  say.style.height = "auto";
  say.style.height = `${say.scrollHeight + 2}px`;
  $("send").setAttribute("aria-disabled", String(!say.value.trim()));
}

function put(text) {
  say.value = text;
  say.setSelectionRange(text.length, text.length);
  grow();
}

function recall(step) {
  const wanted = recalled + step;
  if (wanted < 0 || wanted > said.length) return;
  recalled = wanted;
  put(recalled ? said.at(-recalled) : "");
}

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  sayText(say.value);
  put("");
  say.focus();
});
say.addEventListener("input", () => { recalled = 0; grow(); });
say.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    composer.requestSubmit();
  } else if ((event.key === "ArrowUp" || event.key === "ArrowDown") && (recalled || !say.value) && !event.shiftKey) {
    event.preventDefault();
    recall(event.key === "ArrowUp" ? 1 : -1);
  }
});
document.addEventListener("keydown", (event) => {
  const plain = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (plain && !$("viewer").open && document.activeElement !== say) say.focus();
});
welcome.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-say]");
  if (!chip) return;
  sayText(chip.dataset.say);
  if (keyboard.matches) say.focus();
});

// ---- files and pictures --------------------------------------------------------------------------
let inside = 0;
const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
const showDrop = (depth) => { inside = Math.max(0, depth); $("drop").hidden = inside === 0; };
addEventListener("dragenter", (event) => { if (carriesFiles(event)) { event.preventDefault(); showDrop(inside + 1); } });
addEventListener("dragover", (event) => { if (carriesFiles(event)) event.preventDefault(); });
addEventListener("dragleave", (event) => { if (carriesFiles(event)) showDrop(inside - 1); });
addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  showDrop(0);
  sendFiles(event.dataTransfer.files);
});
addEventListener("paste", (event) => {
  if (!event.clipboardData?.files.length) return;
  event.preventDefault();
  sendFiles(event.clipboardData.files);
});
$("attach").addEventListener("click", () => $("file").click());
$("file").addEventListener("change", () => { sendFiles($("file").files); $("file").value = ""; say.focus(); });

function enlarge(source, alt) {
  const viewer = $("viewer");
  const image = viewer.querySelector("img");
  image.src = source;
  image.alt = alt;
  viewer.querySelector("p").textContent = alt;
  $("save").href = source;
  viewer.showModal();
}
$("viewer").addEventListener("click", (event) => { if (event.target === $("viewer")) $("viewer").close(); });

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  missed = 0;
  document.title = title;
  for (const divider of log.querySelectorAll(".day")) divider.textContent = dayName(Number(divider.dataset.day));
});

grow();
if (keyboard.matches) say.focus();
stream.connect();
