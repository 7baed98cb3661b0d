// Drives the collections of the published client unmodified against a server. args: url
// Prints one JSON line per fact; the test reads them.
import { WebSocket } from "ws";
import { RealtimeClient } from "@prsm/realtime/client";

globalThis.WebSocket ??= WebSocket; // browsers and newer Node have it

const say = (fact, value) => console.log(JSON.stringify({ fact, value }));
const client = new RealtimeClient(process.argv[2], { reconnectInterval: 100 });
const pushes = new Set();
client.on("message", ({ id, command }) => id === undefined && command.includes("/") && pushes.add(command));

/** A collection as somebody has it who believes the callback. */
class Replica {
  members = new Map();
  calls = [];
  waiting = [];

  onDiff = ({ added, removed, changed, version, reset }) => {
    if (reset) this.members.clear();
    for (const { id, record } of [...added, ...changed]) this.members.set(id, record);
    for (const { id } of removed) this.members.delete(id);
    this.calls.push([added, removed, changed].map((list) => list.map(({ id }) => id)).concat(version));
    this.waiting = this.waiting.filter((one) => !(one.holds() && (one.resolve(), true)));
  };

  until(holds) {
    return holds() ? Promise.resolve() : new Promise((resolve) => this.waiting.push({ holds, resolve }));
  }

  calledOften(times) {
    return this.until(() => this.calls.length >= times);
  }

  shown() {
    return Object.fromEntries([...this.members].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

const write = (id, values) => client.command("write", { id, values });
const remove = (id) => client.command("remove", { id });

await client.connect();
await write("doc:a", [{ id: "doc:a", t: 1 }]);
await write("doc:b", [{ t: 1 }]);

const docs = new Replica();
say("subscribed", await client.subscribeCollection("docs", { onDiff: docs.onDiff }));
await write("doc:c", [{ id: "doc:c", t: 1 }]);
await docs.calledOften(3);
await write("doc:c", [{ id: "doc:c", t: 2 }]);
await docs.calledOften(4);
await write("doc:d", [4]);
await docs.calledOften(6);
await remove("doc:c");
await docs.calledOften(7);
say("calls", docs.calls);
say("members", docs.shown());

let followed;
const seen = new Promise((resolve) => {
  followed = client.subscribeRecord("doc:a", ({ full, version }) => full.t === 2 && resolve(version));
});
await followed;
await write("doc:a", [{ id: "doc:a", t: 2 }]);
await docs.until(() => docs.members.get("doc:a").t === 2);
say("record beside", await seen);
await client.unsubscribeRecord("doc:a");

const many = Array.from({ length: 400 }, (_, n) => write(`doc:m${n % 50}`, [{ n }]));
await Promise.all(many);
await Promise.all(Array.from({ length: 25 }, (_, n) => remove(`doc:m${n}`)));
const stored = await client.command("stored", {});
const withIds = Object.fromEntries(
  Object.entries(stored).map(([id, value]) => [id, typeof value === "object" ? { ...value, id } : value]),
);
const sorted = (value) => JSON.stringify(value, (_, one) =>
  one && typeof one === "object" && !Array.isArray(one) ? Object.fromEntries(Object.entries(one).sort()) : one);
await docs.until(() => sorted(docs.shown()) === sorted(withIds));
say("many", docs.members.size);
say("coalesced", docs.calls.length < 400);

const mine = new Replica();
await write("list:mine", [["doc:b", "doc:none"]]);
await client.subscribeCollection("mine", { onDiff: mine.onDiff });
await write("list:mine", [["doc:a", "doc:none"]]);
await mine.until(() => mine.members.has("doc:a") && !mine.members.has("doc:b"));
await write("doc:none", [{ t: 5 }]);
await mine.until(() => mine.members.has("doc:none"));
say("mine", mine.shown());

say("refused", await client.subscribeCollection("secret", { onDiff: docs.onDiff }));
say("unsubscribed", [await client.unsubscribeCollection("mine"), await client.unsubscribeCollection("mine")]);
const quiet = mine.calls.length;
await write("doc:none", [{ t: 6 }]);
await docs.until(() => docs.members.get("doc:none")?.t === 6);
say("quiet", mine.calls.length === quiet);

const before = docs.calls.length;
client.command("drop-me", { id: "doc:a", values: [{ t: 7 }] }, 1000).catch(() => {});
await new Promise((resolve) => client.once("reconnect", resolve));
await docs.until(() => docs.members.get("doc:a").t === 7 && !docs.members.has("doc:none"));
const back = docs.calls[before]; // of a state that is up to 200 ms old
say("afterReconnect", [back[0].includes("doc:a"), back.slice(1)]);
await write("doc:a", [{ t: 8 }]);
await docs.until(() => docs.members.get("doc:a").t === 8);
say("goes on", docs.calls.at(-1));

say("pushes", [...pushes].sort());
await client.close();
say("done", true);
process.exit(0);
