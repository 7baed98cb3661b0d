// Drives the modules of the browser client against a server. args: url, path of mesh.js
// Prints one JSON line per fact; the test reads them.
import { pathToFileURL } from "node:url";
import { WebSocket } from "ws";

const [url, modules] = process.argv.slice(2);
const { MeshError, connect } = await import(pathToFileURL(modules));

const say = (fact, value) => console.log(JSON.stringify({ fact, value }));
const failureOf = (promise) => promise.then(() => "none", (e) => e instanceof MeshError && [e.code, e.message]);

/** What a listener is told, and when it was told a certain thing. */
class Heard {
  all = [];
  waiting = [];

  add(what) {
    this.all.push(what);
    this.waiting = this.waiting.filter(({ test, resolve }) => !test(what) || resolve(what));
  }

  until(test) {
    const found = this.all.find(test);
    return found !== undefined ? found : new Promise((resolve) => this.waiting.push({ test, resolve }));
  }
}

const open = async (token) => {
  const errors = [];
  const options = { WebSocket, credentials: async () => ({ token }), reconnect: { maxDelayMillis: 400 } };
  const client = await connect(url, options);
  client.onError((error) => errors.push(error));
  return Object.assign(client, { errors });
};

const ann = await open("ann");
const bob = await open("bob");
say("identities", [ann.serverInfo.identity, bob.serverInfo.identity]);
say("refused", await failureOf(connect(url, { WebSocket, credentials: { token: "nobody" } })));

// Credentials that have expired are fetched anew
const tokens = ["brief"];
const carl = await connect(url, { WebSocket, credentials: () => ({ token: tokens.shift() ?? "carl" }) });
const lives = new Heard();
carl.onStatus((change) => lives.add(change));
await lives.until(({ status }) => status !== "RECONNECTING");
say("expired", [lives.all.map(({ status, closeCode }) => [status, closeCode]), carl.serverInfo.identity]);
await carl.close();

// Commands both ways
say("echo", await ann.command("echo", { a: [1, { b: null }], text: "ü€😀" }));
say("unknown", await failureOf(ann.command("nope")));
say("many", (await Promise.all(Array.from({ length: 3_000 }, (_, n) => ann.command("echo", n)))).every((v, n) => v === n));
say("timeout", await failureOf(ann.command("never", null, { timeoutMillis: 50 })));
ann.registerCommand("add", async ({ a, b }) => a + b);
ann.registerCommand("deny", () => {
  throw new MeshError("EACCESS", "not you", { data: { why: 1 } });
});
say("asked", await ann.command("ask-me", { command: "add", payload: { a: 2, b: 3 } }));
say("denied", await ann.command("ask-me", { command: "deny", payload: null }));
say("notFound", await ann.command("ask-me", { command: "none", payload: null }));

// Rooms, presence, metadata
await ann.metadata.set({ name: "Ann" });
await ann.metadata.update({ busy: true });
const pushes = new Heard();
ann.onMessage("hello", (payload) => pushes.add(payload));
await ann.rooms.join("lobby");
const events = new Heard();
await ann.presence.subscribe("lobby", (event) => events.add({ ...event, mine: event.connectionId === ann.connectionId }));
say("members", (await bob.rooms.join("lobby")).map(({ metadata }) => metadata));
await events.until(({ type, mine }) => type === "JOINED" && !mine);
await bob.presence.publishState("lobby", "typing");
await events.until(({ type, state }) => type === "STATE" && state === "typing");
await bob.command("say-hello", "lobby");
say("pushed", await pushes.until(() => true));
say("topic", await bob.rooms.metadata("lobby").get());
say("secretRoom", await failureOf(bob.rooms.join("secret")));

// Channels
const news = new Heard();
const listener = {
  onMessage: (message, { position }) => news.add(["message", message, position?.offset]),
  onRecovered: (count) => news.add(["recovered", count]),
  onGap: ({ last, resumesAfter }) => news.add(["gap", last?.offset, resumesAfter?.offset]),
};
for (const text of ["one", "two"]) await bob.channels.publish("news", text);
const subscription = await ann.channels.subscribe("news", listener, { history: 10, historyToListener: true });
say("history", subscription.history.map(({ message }) => message));
await bob.channels.publish("news", { three: 3 });
await news.until(([kind, message]) => kind === "message" && message.three);

// Records
const doc = new Heard();
const counter = await ann.records.subscribe("counter", (update) => doc.add(update), { mode: "patch" });
const others = new Heard();
const other = await bob.records.subscribe("counter", (update) => others.add(update));
await counter.update(() => ({ n: 0, list: [] }));
await others.until(({ value }) => value); // the answer to one client may come before the push to another
const updates = [];
for (let i = 0; i < 50; i++) {
  updates.push(counter.update((draft) => void draft.n++), other.update((draft) => ({ ...draft, n: draft.n + 1 })));
}
await Promise.all(updates);
await bob.records.write("counter", { last: true }, { strategy: "merge" });
await doc.until(({ value }) => value?.last);
say("counter", counter.value);
say("patched", doc.all.some(({ patch }) => patch?.length > 0));
say("conflict", (await failureOf(bob.records.write("counter", 0, { ifVersion: 1 })))[0]);
say("transaction", (await bob.records.transaction([{ op: "write", recordId: "counter", value: 7 }])).has("counter"));
await doc.until(({ value }) => value === 7);
say("readOnly", (await failureOf(bob.records.write("fixed", 1)))[0]);

// Collections
const tasks = new Heard();
const ids = Array.from({ length: 1_500 }, (_, n) => `task:${String(n).padStart(4, "0")}`);
await Promise.all(ids.map((id, n) => bob.records.write(id, { n })));
const collection = await ann.collections.subscribe("tasks", (update) => tasks.add(update));
say("tasks", collection.members.length === 1_500 && collection.members.every(({ id, value }, n) => id === ids[n] && value.n === n));
await bob.records.write("task:0007", { n: -1 });
await tasks.until(({ changed }) => changed.some(({ id, value }) => id === "task:0007" && value.n === -1));
await bob.records.transaction([{ op: "delete", recordId: "task:0000" }]);
await tasks.until(({ removed }) => removed.some(({ id, value }) => id === "task:0000" && value.n === 0));
say("reasons", [...new Set(tasks.all.map(({ reason }) => reason))]);
say("secretCollection", await failureOf(bob.collections.subscribe("secret", () => {})));

// Everything again on another connection
const first = ann.connectionId;
const lost = failureOf(ann.command("drop-me", "missed"));
await news.until(([kind]) => kind === "recovered");
say("lost", (await lost)[0]);
say("sameConnection", ann.connectionId === first);
await bob.channels.publish("news", "after");
await news.until(([, message]) => message === "after");
say("news", news.all);
say("again", [ann.serverInfo.identity, await ann.metadata.get(), ann.rooms.joined]);
await bob.records.write("counter", 8);
await doc.until(({ value }) => value === 8);
await bob.command("say-hello", "lobby");
await pushes.until(() => pushes.all.length === 2);
await bob.records.write("task:0008", { n: -2 });
await tasks.until(() => collection.members.find(({ id }) => id === "task:0008")?.value.n === -2);
say("collection", [collection.members.length, collection.isLive, tasks.all.filter(({ reason }) => reason === "INITIAL").length]);
say("restored", events.all.filter(({ type }) => type === "RESTORED").length);

// Fifty cuts while messages are published
const before = news.all.length;
let cuts = 0;
ann.onStatus(({ status }) => (cuts += status === "RECONNECTING"));
for (let i = 0; i < 50; i++) {
  await bob.channels.publish("news", `cut ${i}`);
  const cut = failureOf(ann.command("drop-me"));
  await bob.channels.publish("news", `more ${i}`);
  await cut;
  await news.until(([, message]) => message === `more ${i}`);
}
const heard = news.all.slice(before).filter(([kind]) => kind === "message").map(([, message]) => message);
say("nothingLost", heard.join() === Array.from({ length: 50 }, (_, i) => [`cut ${i}`, `more ${i}`]).flat().join());
say("gaps", news.all.filter(([kind]) => kind === "gap").length);
say("cuts", cuts);
say("errors", [...ann.errors, ...bob.errors].map(({ kind, message }) => [kind, message]));

await Promise.all([ann.close(), bob.close()]);
say("closed", await failureOf(ann.command("echo")));
say("done", true);
