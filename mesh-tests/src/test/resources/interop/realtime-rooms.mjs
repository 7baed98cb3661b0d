// Drives rooms, presence and metadata of the published client unmodified. args: url
// Prints one JSON line per fact; the test reads them.
import { WebSocket } from "ws";
import { RealtimeClient } from "@prsm/realtime/client";

globalThis.WebSocket ??= WebSocket; // browsers and newer Node have it

const say = (fact, value) => console.log(JSON.stringify({ fact, value }));
const errors = [];
const open = async () => {
  const client = new RealtimeClient(process.argv[2], { reconnectInterval: 100 });
  client.on("error", (error) => errors.push(`${error?.message ?? error}`));
  await client.connect();
  return client;
};

/** What was told, and when it was told a certain thing. */
class Heard {
  all = [];
  waiting = [];

  add(what) {
    this.all.push(what);
    this.waiting = this.waiting.filter(({ test, times, resolve }) => this.count(test) < times || resolve());
  }

  count(test) {
    return this.all.filter(test).length;
  }

  until(test, times = 1) {
    return this.count(test) >= times
      ? Promise.resolve()
      : new Promise((resolve) => this.waiting.push({ test, times, resolve }));
  }
}

const ann = await open();
const bob = await open();
const names = new Map([[ann.connectionId, "ann"], [bob.connectionId, "bob"]]);
const named = (object) => Object.fromEntries(Object.entries(object).map(([id, value]) => [names.get(id), value]));

/** Presence as texts: the client hands over the reply itself, and then the pushes as they are. */
const told = (heard) => (update) => {
  const { type, connectionId, present, state } = update;
  if (!type) return heard.add(`snapshot ${present.map(({ id }) => names.get(id)).sort()}`);
  heard.add(`${type} ${names.get(connectionId)}${type === "state" ? ` ${JSON.stringify(state)}` : ""}`);
};

// Metadata
const none = await ann.getConnectionMetadata();
const set = await ann.setConnectionMetadata({ name: "Ann", seat: { row: 7 } });
say("metadata", [none, set, await ann.getConnectionMetadata()]);
await ann.setConnectionMetadata({ busy: true }, { strategy: "merge" });
await ann.setConnectionMetadata({ seat: { place: 3 } }, { strategy: "deepMerge" });
const merged = await ann.getConnectionMetadata(ann.connectionId);
await bob.setConnectionMetadata("x");
const text = await bob.getConnectionMetadata();
say("ofOthers", [await ann.getConnectionMetadata(bob.connectionId), await ann.getConnectionMetadata("no-such-id")]);
await bob.setConnectionMetadata(null);
say("merged", [merged, text, await bob.getConnectionMetadata()]);
await ann.setConnectionMetadata({ name: "Ann" });

// Rooms
const presence = new Heard();
const snapshots = [];
const onPresence = Object.assign(told(presence), { init: (present, states) => snapshots.push([present, states]) });
await ann.joinRoom("lobby", onPresence);
await presence.until((what) => what.startsWith("snapshot"));
const joined = await bob.joinRoom("lobby");
const metadataOf = ({ present }, id) => present.find((member) => member.id === id).metadata;
say("joined", [joined.success, [ann, bob].map(({ connectionId }) => metadataOf(joined, connectionId))]);
const again = await bob.joinRoom("lobby");
say("again", [again.success, again.present.length]);
await ann.command("set-topic", "tea");
say("topic", [await bob.getRoomMetadata("lobby"), await bob.getRoomMetadata("nowhere")]);
const plain = await bob.joinRoom("plain");
say("plain", [plain.success, plain.present.length]);
const refused = await bob.joinRoom("secret");
say("refusedRoom", [refused.success, refused.present.length]);
await presence.until((what) => what === "join bob");

// Presence states
const published = [];
published.push(await bob.publishPresenceState("lobby", { state: { s: 1 } }));
published.push(await bob.publishPresenceState("lobby", { state: { s: 2 } }));
published.push(await bob.clearPresenceState("lobby"));
published.push(await bob.publishPresenceState("lobby", { state: { soon: true }, expireAfter: 200 }));
await presence.until((what) => what === "state bob null", 2);
await bob.leaveRoom("lobby");
await bob.joinRoom("lobby");
published.push(await bob.publishPresenceState("lobby", { state: "here" }));
await presence.until((what) => what === 'state bob "here"');
say("presence", presence.all);
say("published", published);
say("notPublished", [
  await bob.publishPresenceState("lobby", {}),
  await bob.publishPresenceState("plain", { state: 1 }), // not tracked
  await bob.publishPresenceState("hidden", { state: 1 }),
  await bob.clearPresenceState("hidden"),
]);
await ann.publishPresenceState("lobby", { state: "quiet", silent: true });
const later = new Heard();
const initial = await bob.subscribePresence("lobby", told(later));
say("initial", [initial.success, initial.present.length, named(initial.states)]);
say("silent", [initial.states[bob.connectionId], initial.states[ann.connectionId]]);
const forced = await ann.forcePresenceUpdate("lobby");
const [[ids, states]] = snapshots.slice(-1);
say("forced", [forced, ids.map((id) => names.get(id)).sort(), named(states), await ann.forcePresenceUpdate("nowhere")]);
say("refusedPresence", [
  await bob.subscribePresence("hidden", told(later)),
  later.all.filter((what) => !what.startsWith("snapshot")).length,
  await bob.unsubscribePresence("hidden"),
]);

// What the server sends
const pushes = [new Heard(), new Heard()];
const sent = ["to all", "to the room", "to the room but bob", "to ann", "where"];
[ann, bob].forEach((client, n) => sent.forEach((name) => client.on(name, (payload) => payload === name && pushes[n].add(name))));
await ann.command("to-all", { name: "to all" });
await ann.command("to-room", { room: "lobby", name: "to the room" });
await Promise.all(pushes.map((heard) => heard.until((what) => what === "to the room")));
await ann.command("to-room", { room: "lobby", name: "to the room but bob", except: bob.connectionId });
await ann.command("to-one", { name: "to ann", except: ann.connectionId });
await bob.setConnectionMetadata({ name: "Bob" });
await ann.command("to-named", { name: "where" });
await Promise.all(pushes.map((heard) => heard.until((what) => what === "where")));
const once = (heard) => sent.filter((name) => heard.all.includes(name)); // twice: by the frame and by the connection
say("broadcasts", once(pushes[0]));
say("others", once(pushes[1]));

// Leaving
const left = [await bob.leaveRoom("plain"), await bob.leaveRoom("plain")].map(({ success }) => success);
say("left", [...left, (await ann.joinRoom("plain")).present.length]);

// Everything again on another connection
const before = later.all.length;
const first = ann.connectionId;
const reconnected = new Promise((resolve) => ann.once("reconnect", resolve));
const assigned = new Promise((resolve) => ann.connection.once("id-assigned", resolve));
ann.command("drop-me", {}, 2_000).catch(() => {});
names.set(await assigned, "ann");
await reconnected;
say("moved", [ann.connectionId !== first, ann.status === 3]);
await later.until((what) => what === "join ann");
await later.until((what) => what === "leave ann"); // of another node, so in any order
const members = await bob.command("members");
const back = new Heard();
ann.on("back", (payload) => back.add(payload));
await bob.command("to-room", { room: "lobby", name: "back" });
await back.until((what) => what === "back");
say("cameBack", [members.length, "ann is back"]);
say("bobHeard", later.all.slice(before).filter((what) => /^(join|leave)/.test(what)).sort());
say("metadataIsGone", await ann.getConnectionMetadata());

// Heartbeats
const pings = new Heard();
ann.on("ping", () => pings.add("ping"));
ann.on("latency", (millis) => pings.add(millis));
await pings.until((what) => what === "ping");
await pings.until((what) => what !== "ping");
say("latency", pings.all.find((what) => what !== "ping"));
say("pings", pings.all.filter((what) => what === "ping").length);

say("errors", errors);
await Promise.all([ann.close(), bob.close()]);
say("done", true);
process.exit(0);
