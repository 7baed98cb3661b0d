// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { connected, reconnect, rejects, settled, setup } from "./fakes.mjs";

const NAME = "mesh/authenticate";

async function authenticated(world, credentials, reply = { identity: "ann" }) {
  const authenticating = world.client.authenticate(credentials);
  await settled();
  world.socket.answer(NAME, reply);
  return authenticating;
}

test("accepted credentials are presented again before anything else", async () => {
  const world = await connected();

  assert.deepEqual(await authenticated(world, { token: "t" }), { identity: "ann" });
  world.socket.end();
  world.client.command("waiting").catch(() => {});
  await world.clock.advance(400);
  world.socket.welcome();
  await settled();

  assert.equal(world.client.status, "RECONNECTING");
  assert.deepEqual(world.socket.frames.map(({ command }) => command), [NAME]);
  assert.deepEqual(world.socket.answer(NAME, { identity: "ann" }), { credentials: { token: "t" } });
  assert.equal(world.client.status, "CONNECTED");
  assert.equal(world.socket.taken("waiting").length, 1);
});

test("refused credentials fail the call and are not presented again", async () => {
  const world = await connected();

  const failing = rejects(world.client.authenticate("bad"), "EUNAUTHORIZED");
  await settled();
  world.socket.fail(world.socket.take(NAME), "EUNAUTHORIZED");
  await failing;
  await reconnect(world);

  assert.equal(world.client.status, "CONNECTED");
});

test("credentials that are refused after a reconnect are reported, and the client goes on without", async () => {
  const world = await connected();
  await authenticated(world, "once");

  await reconnect(world);
  world.socket.fail(world.socket.take(NAME), "EUNAUTHORIZED");
  await settled();

  assert.equal(world.client.status, "CONNECTED");
  assert.deepEqual(world.errors.map(({ kind }) => kind), ["CREDENTIALS_REFUSED"]);
});

test("credentials given as an option are presented before connect() is done", async () => {
  const world = setup({ credentials: async () => ({ token: "fresh" }) });

  const connecting = world.client.connect();
  world.socket.welcome();
  await settled();
  assert.equal(world.client.status, "CONNECTING");
  assert.deepEqual(world.socket.answer(NAME, { identity: "ann" }), { credentials: { token: "fresh" } });
  await connecting;

  assert.equal(world.client.status, "CONNECTED");
});

test("without credentials that are demanded there is no connection", async () => {
  const world = setup({ credentials: "bad", reconnect: { retriesFirstConnect: true } });

  const connecting = world.client.connect();
  world.socket.welcome();
  await settled();
  world.socket.fail(world.socket.take(NAME), "EUNAUTHORIZED", "unknown token");
  await assert.rejects(connecting, (e) => e.code === "EUNAVAILABLE" && e.cause.code === "EUNAUTHORIZED");
  await world.clock.advance(60_000);

  assert.equal(world.client.status, "DISCONNECTED");
  assert.equal(world.sockets.length, 1);
});

test("an attempt fails, and is made again, when credentials cannot be had or checked just now", async () => {
  let asked = 0;
  const credentials = () => (++asked === 1 ? Promise.reject(new Error("offline")) : `token ${asked}`);
  const world = setup({ credentials, reconnect: { retriesFirstConnect: true } });

  const connecting = world.client.connect();
  world.socket.welcome();
  await world.clock.advance(400);
  world.socket.welcome();
  await settled();
  world.socket.fail(world.socket.take(NAME), "EUNAVAILABLE");
  await world.clock.advance(800);
  world.socket.welcome();
  await settled();
  assert.deepEqual(world.socket.answer(NAME, {}), { credentials: "token 3" });
  await connecting;

  assert.equal(world.sockets.length, 3);
});

test("a function is asked again when four fifths of the time are over", async () => {
  let asked = 0;
  const world = await connected();

  await authenticated(world, () => `token ${++asked}`, { identity: "ann", expiresAtMillis: Date.now() + 100_000 });
  await world.clock.advance(20_000);
  world.socket.push("ping", { t: 1 });
  await world.clock.advance(50_000);
  world.socket.push("ping", { t: 2 });
  assert.equal(asked, 1);
  await world.clock.advance(11_000);
  const renewed = world.socket.answer(NAME, { identity: "ann", expiresAtMillis: Date.now() + 100_000 });

  assert.deepEqual(renewed, { credentials: "token 2" });
});

test("a renewal that is refused is reported, one that cannot be made is made later", async () => {
  const world = await connected();
  await authenticated(world, () => "token", { identity: "ann", expiresAtMillis: Date.now() + 10_000 });

  await world.clock.advance(8_500);
  world.socket.fail(world.socket.take(NAME), "EUNAVAILABLE");
  await world.clock.advance(5_000);
  world.socket.fail(world.socket.take(NAME), "EUNAUTHORIZED");
  await world.clock.advance(20_000);

  assert.equal(world.socket.taken(NAME).length, 0);
  assert.deepEqual(world.errors.map(({ kind }) => kind), ["CREDENTIALS_REFUSED", "CREDENTIALS_REFUSED"]);
});

test("a connection that is lost while credentials are fetched is not used", async () => {
  let give;
  const world = setup({ credentials: () => new Promise((resolve) => (give = resolve)) });

  const connecting = rejects(world.client.connect(), "EUNAVAILABLE");
  world.socket.welcome();
  await settled();
  world.socket.end();
  give("late");
  await connecting;
  await settled();

  assert.deepEqual(world.socket.frames, []);
});

test("credentials that come when there is another connection already are not presented there", async () => {
  const give = [];
  const credentials = () => new Promise((resolve) => give.push(resolve));
  const world = setup({ credentials, reconnect: { retriesFirstConnect: true } });

  const connecting = world.client.connect();
  world.socket.welcome();
  await settled();
  world.socket.end();
  await world.clock.advance(400);
  world.socket.welcome();
  await settled();
  give[0]("late");
  give[1]("fresh");
  await settled();
  assert.deepEqual(world.socket.answer(NAME, {}), { credentials: "fresh" });

  await connecting;
});

test("a renewal that is lost with its connection is not reported", async () => {
  const world = await connected();
  await authenticated(world, () => "token", { identity: "ann", expiresAtMillis: Date.now() + 10_000 });

  await world.clock.advance(8_500);
  assert.equal(world.socket.taken(NAME).length, 1);
  world.socket.end();
  await settled();

  assert.deepEqual(world.errors, []);
});

async function demanding(credentials) {
  const world = setup({ credentials });
  const connecting = world.client.connect();
  world.socket.welcome();
  await settled();
  world.socket.answer(NAME, { identity: "ann" });
  await connecting;
  return world;
}

test("credentials that expired during a sleep are fetched anew", async () => {
  let asked = 0;
  const world = await demanding(() => `token ${++asked}`);

  world.clock.sleep(3_600_000);
  world.socket.end(4501, "credentials expired");
  assert.equal(world.client.status, "RECONNECTING");
  await world.clock.advance(299);
  assert.deepEqual([world.sockets.length, asked], [1, 1]);
  await world.clock.advance(1);
  world.socket.welcome();
  await settled();
  assert.deepEqual(world.socket.answer(NAME, { identity: "ann" }), { credentials: "token 2" });

  assert.equal(world.client.status, "CONNECTED");
  assert.deepEqual(world.errors, []);
});

test("fresh credentials that are refused too end the attempts", async () => {
  const world = await demanding(() => "token");

  await reconnect(world, 4501);
  world.socket.fail(world.socket.take(NAME), "EUNAUTHORIZED");
  await world.clock.advance(60_000);

  assert.equal(world.client.status, "DISCONNECTED");
  assert.equal(world.changes.at(-1).closeCode, 4501);
  assert.equal(world.sockets.length, 2);
});

test("credentials that are closed with 4501 again at once end the attempts, later ones do not", async () => {
  const world = await demanding(() => "token");

  await reconnect(world, 4501);
  world.socket.answer(NAME, { identity: "ann" });
  await world.clock.advance(5_000);
  await reconnect(world, 4501);
  world.socket.answer(NAME, { identity: "ann" });
  await world.clock.advance(4_999);
  assert.equal(world.client.status, "CONNECTED");
  world.socket.end(4501);
  await world.clock.advance(60_000);

  assert.equal(world.client.status, "DISCONNECTED");
  assert.equal(world.sockets.length, 3);
});

test("a function that takes too long is asked again, for nothing was refused", async () => {
  const give = [];
  const world = await demanding(() => (give.length ? new Promise((resolve) => give.push(resolve)) : give.push("token")));

  await reconnect(world);
  world.socket.end(4501, "not authenticated in time");
  await world.clock.advance(800);
  world.socket.welcome();
  await settled();
  give[2]("fresh");
  await settled();

  assert.deepEqual(world.socket.answer(NAME, {}), { credentials: "fresh" });
  assert.equal(world.client.status, "CONNECTED");
});

test("the server that closes with 4501 instead of an answer has refused", async () => {
  const world = await demanding(() => "token");

  await reconnect(world, 4501);
  world.socket.take(NAME);
  world.socket.end(4501);
  await world.clock.advance(60_000);

  assert.equal(world.client.status, "DISCONNECTED");
});

test("what fresh credentials do not change ends the attempts", async () => {
  const world = await demanding(() => "token");

  world.socket.end(4503);
  await world.clock.advance(60_000);

  assert.equal(world.client.status, "DISCONNECTED");
});

test("credentials that are no function and expired end the attempts", async () => {
  const world = await demanding({ token: "t" });

  world.socket.end(4501);
  await world.clock.advance(60_000);

  assert.equal(world.client.status, "DISCONNECTED");
  assert.equal(world.sockets.length, 1);
});
