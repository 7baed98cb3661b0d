// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { openMemberships } from "../../main/resources/META-INF/resources/mesh/memberships.js";
import * as fakes from "./fakes.mjs";
import { reconnect, rejects, settled, setup } from "./fakes.mjs";

const JOIN = "mesh/join-room";
const LEAVE = "mesh/leave-room";
const RESTORE = "mesh/restore-rooms";
const SEND = "mesh/send-to-room";
const MEMBERSHIP = "mesh/room-membership";

class Store extends Map {
  getItem = (key) => this.get(key) ?? null;
  setItem = (key, value) => this.set(key, value);
  removeItem = (key) => this.delete(key);
}

const connected = () => fakes.connected({}, { persistentRooms: true });

const restored = (rooms, more) => ({ success: true, rooms, refused: [], known: true, ...more });

async function opened(world, options, reply = restored([])) {
  const opening = openMemberships(world.client, options);
  await settled();
  const asked = world.socket.answer(RESTORE, reply);
  return { memberships: await opening, asked };
}

async function answered(world, promise, command, payload) {
  await settled();
  const asked = world.socket.answer(command, payload);
  return { asked, result: await promise };
}

test("what is remembered is restored on each connection, with the token that was issued", async () => {
  const world = await connected();
  const store = new Store();
  const { memberships, asked } = await opened(world, { store });
  assert.deepEqual(asked, {});

  const joining = memberships.join("r1");
  const { asked: wish, result } = await answered(world, joining, JOIN, {
    success: true,
    present: [{ id: "n-1", metadata: null }],
    token: "secret",
  });

  assert.deepEqual(wish, { roomName: "r1", persist: true });
  assert.deepEqual(result, [{ connectionId: "n-1", metadata: null }]);
  assert.deepEqual([memberships.rooms, memberships.token], [["r1"], "secret"]);
  await reconnect(world);
  assert.deepEqual(world.socket.answer(RESTORE, restored(["r1", "r2"])), { token: "secret" });
  assert.deepEqual(memberships.rooms, ["r1", "r2"]);

  const other = await connected();
  const { asked: again } = await opened(other, { store });
  assert.deepEqual(again, { token: "secret" });
});

test("a token that the server does not know any more is forgotten", async () => {
  const world = await connected();
  const store = new Store([["mesh.rooms", "old"]]);

  const { memberships } = await opened(world, { store }, restored([], { known: false }));

  assert.deepEqual([memberships.token, store.size], [undefined, 0]);
});

test("a server that remembers no rooms is not asked, and the token is kept", async () => {
  const world = await connected();
  const store = new Store([["mesh.rooms", "secret"]]);
  const changes = [];
  const onChange = (room, member) => changes.push([room, member]);
  const { memberships } = await opened(world, { store, onChange }, restored(["r1"]));

  world.welcome = {};
  await reconnect(world);

  assert.deepEqual(world.socket.taken(RESTORE), []);
  assert.deepEqual([memberships.rooms, memberships.token, store.size], [[], "secret", 1]);
  assert.deepEqual(changes, [["r1", true], ["r1", false]]);
  const other = await fakes.connected();
  assert.deepEqual((await openMemberships(other.client, { store })).rooms, []);
});

test("a listener to changes that throws harms nobody", async () => {
  const world = await connected();
  const onChange = () => {
    throw new Error("meant to fail");
  };
  const { memberships } = await opened(world, { store: new Store(), onChange }, restored(["r1"]));

  world.welcome = {};
  await reconnect(world);
  const joining = world.client.command("echo", 1);
  await settled();
  world.socket.answer("echo", 1);

  assert.deepEqual([await joining, memberships.rooms], [1, []]);
  assert.deepEqual(world.errors.map(({ kind, subject, name }) => [kind, subject, name]), [
    ["LISTENER_FAILED", "ROOM", "r1"],
    ["LISTENER_FAILED", "ROOM", "r1"],
  ]);
});

test("a token that never was one is forgotten", async () => {
  const world = await connected();
  const store = new Store([["mesh.rooms", "nonsense"]]);
  const opening = openMemberships(world.client, { store });
  await settled();

  world.socket.fail(world.socket.take(RESTORE), "EBADREQUEST");

  assert.deepEqual([(await opening).token, store.size], [undefined, 0]);
});

test("who opens before connecting is ready with the first connection", async () => {
  const world = setup();
  const opening = openMemberships(world.client, { store: new Store() });
  const connecting = world.client.connect();
  world.socket.welcome({ persistentRooms: true });
  await connecting;
  world.socket.answer(RESTORE, restored(["r1"]));

  assert.deepEqual((await opening).rooms, ["r1"]);
});

test("a client that is closed before it connected has no memberships", async () => {
  const world = setup();
  const opening = openMemberships(world.client, { store: new Store() });
  const nobodyWaits = openMemberships(world.client, { store: new Store() });

  world.client.close();
  await settled();

  await rejects(opening, "CLOSED");
  assert.ok(nobodyWaits);
});

test("a token of another tab is not forgotten with one that never was one", async () => {
  const world = await connected();
  const store = new Store([["mesh.rooms", "nonsense"]]);
  const opening = openMemberships(world.client, { store });
  await settled();
  store.setItem("mesh.rooms", "good");

  world.socket.fail(world.socket.take(RESTORE), "EBADREQUEST");
  await opening;

  assert.equal(store.getItem("mesh.rooms"), "good");
});

test("changes by others are told", async () => {
  const world = await connected();
  const changes = [];
  const onChange = (room, member) => changes.push([room, member]);
  const { memberships } = await opened(world, { store: new Store(), onChange }, restored(["r1"]));

  world.socket.push(MEMBERSHIP, { roomName: "r2", member: true });
  world.socket.push(MEMBERSHIP, { roomName: "r1", member: false });
  await settled();

  assert.deepEqual(memberships.rooms, ["r2"]);
  assert.deepEqual(changes, [["r1", true], ["r2", true], ["r1", false]]);
});

test("a leave that was lost is done again on the next connection", async () => {
  const world = await connected();
  const { memberships } = await opened(world, { store: new Store() }, restored(["r1"]));
  const leaving = rejects(memberships.leave("r1"), "CONNECTION_LOST");
  await settled();

  await reconnect(world);
  await leaving;
  world.socket.answer(RESTORE, restored(["r1"]));
  await settled();

  assert.deepEqual(world.socket.answer(LEAVE, { success: true }), { roomName: "r1" });
  await settled();
  assert.deepEqual(memberships.rooms, []);
  const here = memberships.leave("r2", { thisConnectionOnly: true });
  const { asked } = await answered(world, here, LEAVE, { success: true });
  assert.deepEqual(asked, { roomName: "r2", thisConnectionOnly: true });
});

test("a server that cannot restore now is asked again", async () => {
  const world = await connected();
  const opening = openMemberships(world.client, { store: new Store() });
  await settled();
  world.socket.fail(world.socket.take(RESTORE), "EUNAVAILABLE");
  await world.clock.advance(5_000);

  world.socket.answer(RESTORE, restored(["r1"]));

  assert.deepEqual((await opening).rooms, ["r1"]);
});

test("messages are sent and heard", async () => {
  const world = await connected();
  const { memberships } = await opened(world, { store: new Store() });
  const heard = [];
  const listening = memberships.onMessage((...values) => heard.push(values));

  const loud = await answered(world, memberships.send("r1", { text: "tea" }), SEND, { success: true, id: "7" });
  const silent = await answered(world, memberships.send("r1", null, { echo: false }), SEND, { id: "8" });
  const from = { connectionId: "n-2", identity: "ann" };
  world.socket.push("mesh/room-message", { roomName: "r1", message: "hello", from, id: "9" });
  await settled();
  listening.close();
  world.socket.push("mesh/room-message", { roomName: "r1", message: "late", from, id: "10" });
  await settled();

  assert.deepEqual([loud.asked, loud.result], [{ roomName: "r1", message: { text: "tea" } }, { id: "7" }]);
  assert.deepEqual(silent.asked, { roomName: "r1", message: null, echo: false });
  assert.deepEqual(heard, [["r1", "hello", from, "9"]]);
});

test("what a guard refused is reported", async () => {
  const world = await connected();

  await opened(world, { store: new Store() }, restored([], { refused: ["r1"] }));

  assert.deepEqual(world.errors.map(({ kind, subject, name }) => [kind, subject, name]), [["NOT_RESTORED", "ROOM", "r1"]]);
});
