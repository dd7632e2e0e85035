// Slack itself, as the package `emulate` plays it, with what our door needs and it does not do:
// events told to an address, mentions told as such, arguments taken from a request's address, and a
// look at what is shown to people beside messages.
//
//     node stand.mjs <folder with node_modules> <JSON: port, events, secret, slack>
//
// It prints one line of JSON when it listens, and ends when its input does.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, given] = process.argv.slice(2);
const { port, events, slack } = JSON.parse(given);
const parts = join(folder, "node_modules", "emulate", "dist");
const load = (name) => import(pathToFileURL(join(parts, name)).href);

const exports = /export \{[^}]*\bslackPlugin\b[^}]*\};/;
const part = readdirSync(parts)
  .filter((name) => name.endsWith(".js"))
  .find((name) => exports.test(readFileSync(join(parts, name), "utf8")));
const { slackPlugin, getSlackStore } = await load(part);
const { createEmulator } = await load("api.js");

// Python's SDK asks with GET, or with POST and an address that carries the arguments.
function withBody(inner) {
  return async (request) => {
    const address = new URL(request.url);
    if (!address.pathname.startsWith("/api/") || !address.search) return inner(request);
    const headers = new Headers(request.headers);
    let body = request.method === "POST" ? await request.text() : "";
    if (!headers.get("content-type")?.includes("json")) {
      const said = new URLSearchParams(body);
      for (const [name, value] of address.searchParams) said.set(name, value);
      body = said.toString();
      headers.set("content-type", "application/x-www-form-urlencoded");
    }
    headers.delete("content-length");
    address.search = "";
    return inner(new Request(address, { method: "POST", headers, body }));
  };
}

// Who mentions a bot is told of twice, as by Slack: as a message, and as a mention.
function tellMentions(webhooks, kept) {
  const tell = webhooks.dispatch.bind(webhooks);
  webhooks.dispatch = async (name, action, payload, owner, repo) => {
    await tell(name, action, payload, owner, repo);
    const said = payload.event;
    if (name !== "message" || said.subtype || !said.channel.startsWith("C")) return;
    const named = [...said.text.matchAll(/<@(U[A-Z0-9]+)>/g)].map((found) => found[1]);
    if (!named.some((id) => kept().users.findOneBy("user_id", id)?.is_bot)) return;
    const mention = { ...said, type: "app_mention" };
    const about = { ...payload, event_id: `${payload.event_id}M`, event: mention };
    await tell("app_mention", action, about, owner, repo);
  };
}

let kept;
const register = slackPlugin.register.bind(slackPlugin);
slackPlugin.register = (app, store, webhooks, ...rest) => {
  register(app, store, webhooks, ...rest);
  kept = () => getSlackStore(store);
  tellMentions(webhooks, kept);
  webhooks.register({ url: events, events: ["*"], active: true, owner: "slack" });
  app.get("/shown", (c) => c.json(kept().views.all()));
  app.get("/whispered", (c) => c.json(kept().ephemeralMessages.all()));
  app.fetch = withBody(app.fetch);
};

const url = `http://127.0.0.1:${port}`;
const stand = await createEmulator({ service: "slack", port, baseUrl: url, seed: { slack } });
const ids = (rows, id) => Object.fromEntries(rows.map((row) => [row.name, row[id]]));
const listening = {
  url,
  team: kept().teams.all()[0].team_id,
  users: ids(kept().users.all(), "user_id"),
  channels: ids(kept().channels.all(), "channel_id"),
};
process.stdout.write(`${JSON.stringify(listening)}\n`);
process.stdin.resume();
process.stdin.on("end", async () => {
  await stand.close();
  process.exit(0);
});
