// Follows a server that is killed again and again, by the modules of the browser client. args: url, path of mesh.js
// Says on the channel "acks" what it has seen; prints one JSON line per fact at the end; the test reads them.
import { pathToFileURL } from "node:url";
import { WebSocket } from "ws";

const [url, modules] = process.argv.slice(2);
const { connect } = await import(pathToFileURL(modules));

const heard = { news: [], brief: [], doc: [], hello: [], errors: [] };
const attempts = [];
let losses = 0;

class Counted extends WebSocket {
  constructor(...args) {
    attempts.push(performance.now());
    super(...args);
  }
}

const client = await connect(url, { WebSocket: Counted, reconnect: { minDelayMillis: 200, maxDelayMillis: 1_000 } });
const acknowledge = (what) =>
  client.channels
    .publish("acks", `browser ${what}`) // the server may be killed before it has answered
    .catch((e) => e.code === "CONNECTION_LOST" || heard.errors.push(`${what}: ${e.code}`));
const hear = (kind, what, acknowledgement = what) => {
  heard[kind].push(what);
  return acknowledge(acknowledgement);
};
const into = (kind) => ({ onMessage: (message) => hear(kind, message), onGap: () => void heard[kind].push("gap") });

client.onStatus(({ status }) => (losses += status === "RECONNECTING"));
client.onError(({ kind, message }) => heard.errors.push(`${kind} ${message}`));
client.onMessage("hello", (round) => hear("hello", round, `hello ${round}`));
await client.rooms.join("lobby");
const ended = new Promise((resolve) => {
  const news = into("news");
  const onMessage = (message) => news.onMessage(message).then(() => message === "end" && resolve());
  client.channels.subscribe("news", { ...news, onMessage });
});
await client.channels.subscribe("brief", into("brief"));
await client.records.subscribe("doc", ({ value }) => hear("doc", value.n, `doc ${value.n}`), { mode: "patch" });
acknowledge("ready");

await ended;
await client.close();
const pauses = attempts.slice(1).map((at, n) => at - attempts[n]);
const facts = { ...heard, losses, shortestPause: Math.min(...pauses) };
for (const [fact, value] of Object.entries(facts)) console.log(JSON.stringify({ fact, value }));
process.exit(0);
