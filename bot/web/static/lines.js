// How one line of the conversation looks. Words are only ever set as text, never as markup.

const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const thisYear = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const otherYear = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", year: "numeric" });
const PAPER = "M6 3h8l5 5v13H6z M14 3v5h5";

export function make(tag, looks = "", words = "") {
  const element = document.createElement(tag);
  if (looks) element.className = looks;
  // A word joiner keeps the sign of an amount on the line of its figures.
  if (words) element.textContent = words.replace(/−(?=[$€£¥₹])/g, "−\u2060");
  return element;
}

export function dayOf(moment) {
  const midnight = new Date(moment);
  midnight.setHours(0, 0, 0, 0);
  return midnight.getTime();
}

export function dayName(day) {
  const today = new Date();
  const days = Math.round((dayOf(today) - day) / 86400000);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  const date = new Date(day);
  return (date.getFullYear() === today.getFullYear() ? thisYear : otherYear).format(date);
}

export function sizeOf(bytes) {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

// Two or more runs of spaces in a line mean that somebody aligned columns.
const aligned = (line) => (line.match(/ {2,}(?=\S)/g) || []).length >= 2;

// Into a chat with our bot, with a code. Only replies that say so (`leads`) are looked through.
const ADDRESS = /https:\/\/t\.me\/\w{5,32}\?start=[A-Z2-7-]{26,40}/;

// Make a link of the address in `parts`; a code that is used up is no address any more.
function linked(parts) {
  for (const part of parts) {
    const found = ADDRESS.exec(part.textContent);
    if (!found) continue;
    const link = make("a", "", found[0]);
    link.href = found[0];
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    part.replaceChildren(part.textContent.slice(0, found.index), link, part.textContent.slice(found.index + found[0].length));
  }
  return parts;
}

function wordsOf(text, emphasise) {
  const lines = text.split("\n");
  const parts = [];
  lines.forEach((line, n) => {
    const looks = aligned(line) ? "figures" : n === 0 && emphasise && lines.length > 1 ? "words lead" : "words";
    const last = parts.at(-1);
    if (last && last.looks === looks && looks !== "words lead") last.lines.push(line);
    else parts.push({ looks, lines: [line] });
  });
  return parts.map(({ looks, lines: some }) => {
    const part = make(looks === "figures" ? "pre" : "p", looks, some.join("\n"));
    if (looks === "figures") part.tabIndex = 0; // wide tables scroll, also by keyboard
    return part;
  });
}

function pictureOf(picture, enlarge) {
  const frame = make("button", "picture");
  frame.type = "button";
  frame.setAttribute("aria-label", `Enlarge picture: ${picture.alt || "chart"}`);
  const image = make("img");
  image.alt = picture.alt || "";
  image.decoding = "async";
  image.src = `/pictures/${encodeURIComponent(picture.id)}`;
  frame.append(image);
  frame.addEventListener("click", () => enlarge(image.src, image.alt));
  return frame;
}

function fileOf(file) {
  const card = make(file.id && file.saved ? "a" : "div", "file");
  if (card.tagName === "A") {
    card.href = `/documents/${encodeURIComponent(file.id)}`;
    card.download = file.name;
  }
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of [["viewBox", "0 0 24 24"], ["width", "28"], ["height", "28"], ["aria-hidden", "true"]]) {
    icon.setAttribute(name, value);
  }
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  for (const [name, value] of [["d", PAPER], ["fill", "none"], ["stroke", "currentColor"], ["stroke-width", "1.6"], ["stroke-linejoin", "round"]]) {
    path.setAttribute(name, value);
  }
  icon.append(path);
  card.append(icon, make("span", "", file.name), make("small", "", sizeOf(file.size)));
  return card;
}

function buttonsOf(line, press) {
  const rows = make("div", "buttons");
  rows.setAttribute("role", "group");
  rows.setAttribute("aria-label", "Answers to choose from");
  for (const row of line.buttons) {
    const strip = make("div");
    for (const { label, data } of row) {
      const button = make("button", "", label);
      button.type = "button";
      button.dataset.data = data;
      button.addEventListener("click", (event) => press(line, { label, data }, event.detail === 0));
      strip.append(button);
    }
    rows.append(strip);
  }
  return rows;
}

// Fill `element` with `line`; called again when the line is edited or its state changes.
export function fill(element, line, { press, enlarge }) {
  element.className = `line ${line.by}`;
  element.dataset.key = line.key;
  const bubble = make("div", "bubble");
  bubble.dir = "auto";
  bubble.append(make("span", "unseen", line.by === "advisor" ? "Advisor: " : "You: "));
  if (line.picture) {
    element.classList.add("drawn");
    bubble.append(pictureOf(line.picture, enlarge));
  }
  if (line.file) bubble.append(fileOf(line.file));
  else if (line.pressed) {
    element.classList.add("tap");
    bubble.append(make("span", "words", line.label || "pressed"));
  } else {
    const words = wordsOf(line.text || "", line.by === "advisor");
    bubble.append(...(line.leads ? linked(words) : words));
  }
  if (line.document) bubble.append(fileOf({ ...line.document, saved: true }));
  const parts = [bubble];
  if (line.buttons?.length) parts.push(buttonsOf(line, press));
  const meta = make("div", "meta");
  const time = make("time", "", clock.format(line.moment));
  time.dateTime = line.moment.toISOString();
  time.title = line.moment.toLocaleString();
  meta.append(time);
  if (line.too_long) meta.prepend(make("span", "", "only the beginning was read"));
  parts.push(meta);
  element.replaceChildren(...parts);
}

// Say under a message of one's own how far it got.
export function mark(element, state, words, retry) {
  element.classList.toggle("pending", state === "sending");
  const meta = element.querySelector(".meta");
  meta.querySelectorAll(".state").forEach((old) => old.remove());
  if (!state) return;
  meta.append(make("span", `state ${state}`, words));
  if (retry) {
    const again = make("button", "state", "Retry");
    again.type = "button";
    again.addEventListener("click", retry);
    meta.append(again);
  }
}

// Show which button was used. While its answer is awaited the others of its message are shut too;
// "Why?" and its like leave the message as it is, and then the others open again.
export function use(element, data, awaited = true) {
  for (const button of element.querySelectorAll(".buttons button")) {
    button.disabled = data !== null && (awaited || button.dataset.data === data);
    if (data === null) button.removeAttribute("aria-pressed");
    else button.setAttribute("aria-pressed", String(button.dataset.data === data));
  }
}
