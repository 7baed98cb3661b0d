// Drives the records of the published client unmodified against a server. args: url
// Prints one JSON line per fact; the test reads them.
import { WebSocket } from "ws";
import jsonpatch from "fast-json-patch";
import { RealtimeClient } from "@prsm/realtime/client";

globalThis.WebSocket ??= WebSocket; // browsers and newer Node have it

const say = (fact, value) => console.log(JSON.stringify({ fact, value }));
const client = new RealtimeClient(process.argv[2], { reconnectInterval: 100 });
const pushes = new Set();
client.on("message", ({ id, command }) => id === undefined && pushes.add(command));

/** A record as somebody has it who believes the callback. */
class Replica {
  value = null;
  versions = [];
  patches = 0;
  deleted = new Promise((resolve) => (this.onDeleted = resolve));
  waiting = [];

  callback = ({ full, patch, version, deleted }) => {
    this.versions.push(version);
    if (deleted) {
      this.onDeleted(true);
    } else if (patch) {
      this.patches++;
      this.value = jsonpatch.applyPatch(this.value ?? {}, patch, false, false).newDocument;
    } else {
      this.value = full;
    }
    this.waiting = this.waiting.filter((one) => !(one.version <= version && (one.resolve(), true)));
  };

  until(version) {
    return this.versions.includes(version)
      ? Promise.resolve()
      : new Promise((resolve) => this.waiting.push({ version, resolve }));
  }
}

const write = (id, values) => client.command("write", { id, values });
// Of several updates at once a follower of values may get the newest alone; one of patches gets all.
const inOrder = ({ versions, patches }) =>
  versions.every((version, n) => n === 0 || (patches ? version === versions[n - 1] + 1 : version > versions[n - 1]));

await client.connect();

const full = new Replica();
const patched = new Replica();
say("subscribed", await client.subscribeRecord("doc:full", full.callback));
await client.subscribeRecord("doc:patched", patched.callback, { mode: "patch" });
const values = Array.from({ length: 300 }, (_, n) => ({ n, list: [n, 1, 2].slice(n % 2), "a/b~c": { "": n % 7 }, [`k${n % 5}`]: null }));
for (const [id, replica] of [["doc:full", full], ["doc:patched", patched]]) {
  await write(id, values);
  await replica.until(300);
  say(`${id} in order`, inOrder(replica));
  say(`${id} equal`, JSON.stringify(replica.value) !== undefined && jsonpatch.compare(replica.value, values[299]).length === 0);
}
say("patches", patched.patches);

const odd = [4, true, [], "", { a: null }, [1, 2, 3], {}];
for (const [n, value] of odd.entries()) {
  await write("doc:patched", [value]);
  await patched.until(301 + n);
  odd[n] = [patched.value, value];
}
say("odd", odd.every(([held, written]) => JSON.stringify(held) === JSON.stringify(written)));

say("refused", await client.subscribeRecord("secret", full.callback));
say("unwritable", await client.writeRecord("doc:full", 1));
say("written", [
  await client.writeRecord("till/c", { x: 1 }),
  await client.writeRecord("till/c", { y: { z: 1 } }, { strategy: "merge" }),
  await client.writeRecord("till/c", { y: { w: 2 } }, { strategy: "deepMerge" }),
]);

const a = new Replica();
const b = new Replica();
await client.subscribeRecord("till/a", a.callback, { mode: "patch" });
await client.subscribeRecord("till/b", b.callback);
const done = await client.transaction([
  { op: "write", recordId: "till/a", value: { money: 10 } },
  { op: "write", recordId: "till/b", value: { money: -10 }, options: { strategy: "merge" } },
  { op: "delete", recordId: "till/none" },
]);
await Promise.all([a.until(1), b.until(1)]);
say("transaction", done.results);
say("transferred", [a.value, b.value]);
const failed = (operations) => client.transaction(operations).then(() => "done", ({ code, name }) => [code, name]);
say("refusedTransaction", await failed([{ op: "write", recordId: "till/a", value: 0 }, { op: "delete", recordId: "doc:full" }]));
say("twice", await failed([{ op: "write", recordId: "till/a", value: 0 }, { op: "delete", recordId: "till/a" }]));
say("untouched", [a.value, b.value]);
await client.transaction([{ op: "delete", recordId: "till/b" }]);
say("deleted", await b.deleted);

say("unsubscribed", [await client.unsubscribeRecord("till/a"), await client.unsubscribeRecord("till/a")]);

// The answer of a resubscription is not waited for by the client's own "reconnect".
const before = patched.versions.length;
client.command("drop-me", { id: "doc:patched", values: [{ n: 1 }, { n: 2 }] }, 1000).catch(() => {});
await new Promise((resolve) => client.once("reconnect", resolve));
await patched.until(309);
await write("doc:patched", [{ n: 3 }]);
await patched.until(310);
say("afterReconnect", [patched.versions.slice(before), patched.value]);

say("pushes", [...pushes].sort());
await client.close();
say("done", true);
process.exit(0);
