// Publishes, calls and follows while nodes are restarted one after the other, by the modules of the browser client.
// args: path of mesh.js, url of each node. Says "ready" on the channel "signals", and ends when "end" comes there.
// Prints one JSON line per fact at the end; the test reads them.
import { pathToFileURL } from "node:url";
import { WebSocket } from "ws";

const [modules, ...urls] = process.argv.slice(2);
const { connect } = await import(pathToFileURL(modules));

const CHANNELS = ["browser-0", "browser-1"];
const TICK_MILLIS = 20;
const counts = { commandsMade: 0, commandsAnswered: 0, messagesMade: 0, messagesAcknowledged: 0, moves: 0, gaps: 0 };
const failures = [];
const followers = [];
const pending = new Set();

const track = (what, promise) => {
  const tracked = promise.catch((e) => failures.push(`${what}: ${e.code}`)).finally(() => pending.delete(tracked));
  pending.add(tracked);
};

const open = async (url) => {
  const client = await connect(url, { WebSocket, reconnect: { minDelayMillis: 20, maxDelayMillis: 500 } });
  client.onError(({ kind, message }) => failures.push(`${kind} ${message}`));
  client.onStatus(({ status, closeCode, reason }) => {
    if (status !== "RECONNECTING") return;
    if (closeCode === 4001 && !reason) counts.moves++; // a server that closes says why
    else failures.push(`lost with ${closeCode}`);
  });
  for (const channel of CHANNELS) {
    const follower = { channel, heard: [] };
    const onMessage = (message, { position }) => follower.heard.push({ message, ...position });
    await client.channels.subscribe(channel, { onMessage, onGap: () => void counts.gaps++ });
    followers.push(follower);
  }
  return client;
};

const call = async (client, number) => {
  counts.commandsMade++;
  if ((await client.command("work", number)) !== number) throw { code: "another answer" };
  counts.commandsAnswered++;
};

const acknowledged = new Map(CHANNELS.map((channel) => [channel, new Set()]));
const publish = async (client, channel, message) => {
  counts.messagesMade++;
  await client.channels.publish(channel, message);
  counts.messagesAcknowledged++;
  acknowledged.get(channel).add(message);
};

const clients = [];
for (const url of [...urls, ...urls]) clients.push(await open(url));
const [first] = clients;
const ended = new Promise((resolve) => {
  first.channels.subscribe("signals", (message) => message === "end" && resolve());
});

let number = 0;
const load = setInterval(() => {
  for (const channel of CHANNELS) {
    const client = clients[number++ % clients.length];
    track(`message ${number}`, publish(client, channel, `m${number}`));
    track(`command ${number}`, call(client, number));
  }
}, TICK_MILLIS);
await first.channels.publish("signals", "ready");

await ended;
clearInterval(load);
while (pending.size) await Promise.all(pending);
for (const channel of CHANNELS) await first.channels.publish(channel, "last");
const arrived = ({ heard }) => heard.at(-1)?.message === "last";
while (!followers.every(arrived)) await new Promise((resolve) => setTimeout(resolve, 50));

let lost = 0;
let doubled = 0;
let reordered = 0;
for (const { channel, heard } of followers) {
  const seen = new Set(heard.map(({ message }) => message));
  doubled += heard.length - seen.size;
  for (const message of acknowledged.get(channel)) lost += !seen.has(message);
  const follows = ({ epoch, offset }, at) => !at || (epoch === heard[at - 1].epoch && offset === heard[at - 1].offset + 1);
  reordered += heard.filter((item, at) => !follows(item, at)).length;
}
for (const client of clients) await client.close();
const facts = { ...counts, lost, doubled, reordered, failures };
for (const [fact, value] of Object.entries(facts)) console.log(JSON.stringify({ fact, value }));
process.exit(0);
