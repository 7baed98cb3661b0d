// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { connected, reconnect, rejects, settled } from "./fakes.mjs";

const SET = "mesh/set-my-connection-metadata";
const PUBLISH = "mesh/publish-presence-state";
const SUBSCRIBE = "mesh/subscribe-presence";

async function join(world, roomName) {
  const joining = world.client.rooms.join(roomName);
  await settled();
  world.socket.answer("mesh/join-room", { success: true, present: [{ id: "n-1", metadata: { a: 1 } }] });
  return joining;
}

async function done(world, promise, command, payload = true) {
  await settled();
  const asked = world.socket.answer(command, payload);
  return { asked, result: await promise };
}

const presence = (world, type, connectionId, state) =>
  world.socket.push("mesh/presence-update", { type, connectionId, roomName: "lobby", timestamp: 5, state });

async function present(world, listener, options) {
  const subscribing = world.client.presence.subscribe("lobby", listener, options);
  const reply = { success: true, present: [{ id: "a", metadata: null }, { id: "b" }], states: { b: { busy: true } } };
  return (await done(world, subscribing, SUBSCRIBE, reply)).result;
}

test("joining tells who is there, and the room is joined again after a reconnect", async () => {
  const world = await connected();

  assert.deepEqual(await join(world, "lobby"), [{ connectionId: "n-1", metadata: { a: 1 } }]);
  assert.deepEqual(world.client.rooms.joined, ["lobby"]);
  await reconnect(world);

  assert.deepEqual(world.socket.take("mesh/join-room").payload, { roomName: "lobby" });
});

test("rooms are joined again before calls that wait", async () => {
  const world = await connected();
  await join(world, "lobby");

  world.socket.end();
  world.client.command("waiting").catch(() => {});
  await world.clock.advance(400);
  world.socket.welcome();

  assert.deepEqual(world.socket.frames.map(({ command }) => command), ["mesh/join-room", "waiting"]);
});

test("what was left, refused or lost is not joined again", async () => {
  const world = await connected();
  await join(world, "left");
  const leaving = world.client.rooms.leave("left");
  await done(world, leaving, "mesh/leave-room", { success: true });
  const refused = rejects(world.client.rooms.join("refused"), "EACCESS");
  await settled();
  world.socket.fail(world.socket.take("mesh/join-room"), "EACCESS");
  await refused;
  const lost = rejects(world.client.rooms.join("lost"), "CONNECTION_LOST");
  await settled();

  await reconnect(world);
  await lost;

  assert.equal(world.socket.taken("mesh/join-room").length, 0);
});

test("who leaves while joining has left", async () => {
  const world = await connected();

  const joining = world.client.rooms.join("lobby");
  await settled();
  const leaving = world.client.rooms.leave("lobby");
  await settled();
  world.socket.answer("mesh/join-room", { present: [] });
  world.socket.answer("mesh/leave-room", { success: true });
  await Promise.all([joining, leaving]);

  assert.deepEqual(world.client.rooms.joined, []);
});

test("leaving succeeds when the connection is lost meanwhile", async () => {
  const world = await connected();
  await join(world, "lobby");

  const leaving = world.client.rooms.leave("lobby");
  await settled();
  await reconnect(world);
  await leaving;

  assert.equal(world.socket.taken("mesh/join-room").length, 0);
});

test("a room that is refused after a reconnect is reported and forgotten", async () => {
  const world = await connected();
  await join(world, "lobby");

  await reconnect(world);
  world.socket.fail(world.socket.take("mesh/join-room"), "EACCESS");
  await settled();

  assert.deepEqual(world.client.rooms.joined, []);
  assert.deepEqual([world.errors[0].kind, world.errors[0].subject, world.errors[0].name], ["NOT_RESTORED", "ROOM", "lobby"]);
});

test("metadata of rooms, of others and of oneself is read", async () => {
  const world = await connected();
  const { rooms, metadata } = world.client;

  const room = await done(world, rooms.metadata("lobby").get(), "mesh/get-room-metadata", { metadata: { topic: "t" } });
  const other = await done(world, metadata.of("n-9").get(), "mesh/get-connection-metadata", { metadata: null });
  const own = await done(world, metadata.get(), "mesh/get-my-connection-metadata", { metadata: 1 });

  assert.deepEqual([room.asked, room.result], [{ roomName: "lobby" }, { topic: "t" }]);
  assert.deepEqual([other.asked, other.result], [{ connectionId: "n-9" }, null]);
  assert.equal(own.result, 1);
});

test("metadata that was set is set again as it was last", async () => {
  const world = await connected();
  const { metadata } = world.client;

  const first = await done(world, metadata.set({ a: 1, n: { x: 1 } }), SET);
  await done(world, metadata.update({ b: 2 }), SET);
  await done(world, metadata.deepMerge({ n: { y: 2 } }), SET);
  await reconnect(world);

  assert.deepEqual(first.asked, { metadata: { a: 1, n: { x: 1 } }, options: { strategy: "replace" } });
  assert.deepEqual(world.socket.take(SET).payload, {
    metadata: { a: 1, b: 2, n: { x: 1, y: 2 } },
    options: { strategy: "replace" },
  });
});

test("changes alone are made again, so that what the server put there stays", async () => {
  const world = await connected();
  const { metadata } = world.client;

  await done(world, metadata.update({ b: 2 }), SET);
  await done(world, metadata.deepMerge({ n: { y: 2 } }), SET);
  const refused = rejects(metadata.update({ c: 3 }), "ETOOLARGE");
  await settled();
  world.socket.fail(world.socket.take(SET), "ETOOLARGE");
  await refused;
  await reconnect(world);

  assert.deepEqual(
    world.socket.taken(SET).map(({ payload }) => payload),
    [
      { metadata: { b: 2 }, options: { strategy: "merge" } },
      { metadata: { n: { y: 2 } }, options: { strategy: "deepMerge" } },
    ],
  );
});

test("metadata null is a value, and what was never set is not restored", async () => {
  const world = await connected();
  await reconnect(world);
  assert.equal(world.socket.taken(SET).length, 0);

  await done(world, world.client.metadata.set(null), SET);
  await reconnect(world);

  assert.deepEqual(world.socket.take(SET).payload.metadata, null);
});

test("presence tells a snapshot and then each change", async () => {
  const world = await connected();
  const events = [];

  const subscription = await present(world, (event) => void events.push(event));
  presence(world, "join", "c");
  presence(world, "join", "c");
  presence(world, "state", "c", "typing");
  presence(world, "state", "c", null);
  presence(world, "leave", "a");
  presence(world, "state", "a", "ghost");
  await settled();

  assert.deepEqual(events.map(({ type, connectionId, state }) => [type, connectionId, state]), [
    ["INITIAL", undefined, undefined],
    ["JOINED", "c", undefined],
    ["STATE", "c", "typing"],
    ["STATE", "c", undefined],
    ["LEFT", "a", undefined],
  ]);
  assert.deepEqual(events[0].members, [
    { connectionId: "a", state: undefined },
    { connectionId: "b", state: { busy: true } },
  ]);
  assert.deepEqual([events[1].room, events[1].timeMillis], ["lobby", 5]);
  assert.deepEqual(subscription.members.map(({ connectionId }) => connectionId), ["b", "c"]);
});

test("presence is restored with a snapshot, shared, and ended with the last listener", async () => {
  const world = await connected();
  const events = [];
  const first = await present(world, (event) => void events.push(event.type));
  const second = await world.client.presence.subscribe("lobby", (event) => void events.push(event.type));

  await reconnect(world);
  world.socket.answer(SUBSCRIBE, { present: [{ id: "z" }], states: {} });
  await settled();
  first.close();
  assert.equal(world.socket.taken("mesh/unsubscribe-presence").length, 0);
  second.close();

  assert.deepEqual(events, ["INITIAL", "INITIAL", "RESTORED", "RESTORED"]);
  assert.deepEqual(second.members, [{ connectionId: "z", state: undefined }]);
  assert.deepEqual(world.socket.take("mesh/unsubscribe-presence").payload, { roomName: "lobby" });
});

test("presence that is refused after a reconnect ends", async () => {
  const world = await connected();
  const events = [];
  await present(world, (event) => void events.push(event.type));

  await reconnect(world);
  world.socket.fail(world.socket.take(SUBSCRIBE), "EACCESS");
  await settled();

  assert.deepEqual(events, ["INITIAL", "ENDED"]);
});

test("a connection called like a part of a prototype is one like others", async () => {
  const world = await connected();
  const events = [];
  const reply = JSON.parse('{"present":[{"id":"__proto__"},{"id":"constructor"}],"states":{"__proto__":1}}');

  const subscribing = world.client.presence.subscribe("lobby", (event) => void events.push(event));
  await done(world, subscribing, SUBSCRIBE, reply);
  await settled();

  assert.deepEqual(events[0].members, [
    { connectionId: "__proto__", state: 1 },
    { connectionId: "constructor", state: undefined },
  ]);
});

test("a state is published again after a reconnect, for the rest of its time", async () => {
  const world = await connected();
  const { presence } = world.client;

  const first = await done(world, presence.publishState("lobby", "here"), PUBLISH);
  await done(world, presence.publishState("lobby", "typing", { expireAfterMillis: 60_000, silent: true }), PUBLISH);
  await done(world, presence.publishState("hall", "soon over", { expireAfterMillis: 100 }), PUBLISH);
  await world.clock.advance(10_000);
  const lost = world.clock.time;
  await reconnect(world);

  assert.deepEqual(first.asked, { roomName: "lobby", state: "here" });
  const again = world.socket.take(PUBLISH).payload;
  assert.deepEqual({ ...again, expireAfter: 0 }, { roomName: "lobby", state: "typing", expireAfter: 0, silent: true });
  assert.equal(again.expireAfter, 50_000 - (world.clock.time - lost));
});

test("a state that was cleared, or left with its room, is not published again", async () => {
  const world = await connected();
  const { presence, rooms } = world.client;
  await done(world, presence.publishState("lobby", 1), PUBLISH);
  await done(world, presence.publishState("hall", 2), PUBLISH);

  await done(world, presence.clearState("lobby"), "mesh/clear-presence-state");
  await done(world, rooms.leave("hall"), "mesh/leave-room");
  await reconnect(world);

  assert.equal(world.socket.taken(PUBLISH).length, 0);
});

test("who is present is asked for", async () => {
  const world = await connected();

  const reply = { present: ["a", "b"], states: { b: 1 } };
  const { result } = await done(world, world.client.presence.state("lobby"), "mesh/get-presence-state", reply);

  assert.deepEqual(result, [
    { connectionId: "a", state: undefined },
    { connectionId: "b", state: 1 },
  ]);
});

test("everything is put back in order", async () => {
  const world = await connected();
  const { client } = world;
  const position = { epoch: "e", offset: 0 };
  await done(world, client.authenticate({ token: "t" }), "mesh/authenticate", { identity: "ann" });
  await done(world, client.records.subscribe("doc", () => {}), "mesh/subscribe-record", { record: 1, version: 1, stamp: "s" });
  await done(world, client.channels.subscribe("news", () => {}), "mesh/subscribe-channel", { history: [], ...position });
  await done(world, client.presence.publishState("lobby", 1), PUBLISH);
  await present(world, () => {});
  await join(world, "lobby");
  await done(world, client.metadata.set(1), SET);

  await reconnect(world);
  world.socket.answer("mesh/authenticate", { identity: "ann" });

  assert.deepEqual(world.socket.frames.map(({ command }) => command), [
    SET,
    "mesh/join-room",
    SUBSCRIBE,
    PUBLISH,
    "mesh/subscribe-channel",
    "mesh/subscribe-record",
  ]);
});

test("pushes of a subscription that has ended are not those of the next one", async () => {
  const world = await connected();
  (await present(world, () => {})).close();

  const events = [];
  const subscribing = world.client.presence.subscribe("lobby", (event) => void events.push(event.type));
  await settled();
  presence(world, "join", "c");
  await done(world, subscribing, SUBSCRIBE, { present: [], states: {} });
  await settled();

  assert.deepEqual(events, ["INITIAL"]);
  assert.deepEqual(world.errors, []);
});
