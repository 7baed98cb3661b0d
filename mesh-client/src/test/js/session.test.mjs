// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { MeshClient, MeshError, connect } from "../../main/resources/META-INF/resources/mesh/mesh.js";
import { connected, rejects, settled, setup } from "./fakes.mjs";

const statuses = (world) => world.changes.map(({ status }) => status);

test("connects when the server has welcomed it", async () => {
  const world = setup();

  const connecting = world.client.connect();
  await settled();
  assert.equal(world.client.status, "CONNECTING");
  assert.deepEqual(world.socket.protocols, ["mesh.v1"]);
  world.socket.welcome({ identity: "ann" });
  await connecting;

  assert.equal(world.client.status, "CONNECTED");
  assert.equal(world.client.connectionId, "n-1");
  assert.deepEqual(statuses(world), ["CONNECTING", "CONNECTED"]);
});

test("connect() joins the attempt under way and is done at once when connected", async () => {
  const world = setup();

  const both = [world.client.connect(), world.client.connect()];
  await settled();
  world.socket.welcome();
  await Promise.all([...both]);
  await world.client.connect();

  assert.equal(world.sockets.length, 1);
});

test("connect(url) gives a connected client, with the WebSocket it is given", async () => {
  class Welcoming {
    constructor(url) {
      this.url = url;
      setImmediate(() => {
        const payload = { connectionId: "w-1", pingIntervalMillis: 30_000, limits: {} };
        this.onopen({});
        this.onmessage({ data: JSON.stringify({ command: "mesh/welcome", payload }) });
      });
    }

    close(code) {
      setImmediate(() => this.onclose({ code, reason: "" }));
    }
  }

  const client = await connect("http://host/socket", { WebSocket: Welcoming });

  assert.equal(client.connectionId, "w-1");
  assert.equal(client.wire.socket.url, "ws://host/socket");
  await client.close();
});

test("a first connect that fails is reported and not tried again", async () => {
  const world = setup();

  const connecting = world.client.connect();
  world.socket.end();
  await rejects(connecting, "EUNAVAILABLE");
  await world.clock.advance(60_000);

  assert.equal(world.sockets.length, 1);
  assert.equal(world.client.status, "DISCONNECTED");
});

test("a first connect that fails is tried again if the policy says so", async () => {
  const world = setup({ reconnect: { retriesFirstConnect: true } });

  const connecting = world.client.connect();
  world.socket.end();
  await world.clock.advance(400);
  world.socket.welcome();
  await connecting;

  assert.equal(world.sockets.length, 2);
});

test("an attempt is given up after its time", async () => {
  const world = setup({ connectTimeoutMillis: 500 });

  const connecting = world.client.connect();
  const failing = rejects(connecting, "EUNAVAILABLE");
  await world.clock.advance(500);
  await failing;

  assert.equal(world.socket.closedWith, 1000);
});

test("a server that does not speak mesh.v1 is left alone", async () => {
  const world = setup();

  const connecting = world.client.connect();
  world.socket.open();
  world.socket.push("mesh/assign-id", "conn-1");
  world.socket.push("mesh/welcome", {});

  await rejects(connecting, "EUNAVAILABLE");
  assert.equal(world.socket.closedWith, 4526);
  assert.equal(world.changes.at(-1).closeCode, 4526);
});

test("a lost connection is made again, with full jitter that doubles", async () => {
  const world = await connected();
  await world.clock.advance(6_000);
  const delays = [];

  world.socket.end();
  for (const bound of [400, 800, 1_600, 3_200]) {
    world.random = 0.25;
    const before = world.clock.time;
    const made = world.sockets.length;
    while (world.sockets.length === made) await world.clock.advance(10);
    delays.push([world.clock.time - before, bound]);
    world.random = 0.5;
    world.socket.end();
  }

  // the first delay was drawn at the loss with 0.5; the others at the failures with 0.5
  for (const [delay, bound] of delays) {
    const expected = 200 + 0.5 * (bound - 200);
    assert.ok(Math.abs(delay - expected) <= 10, `${delay} is not ${expected}`);
  }
  assert.equal(world.client.status, "RECONNECTING");
});

test("delays never pass the longest, and are never shorter than the shortest", async () => {
  const world = await connected();
  world.random = 0.999999;
  world.socket.end();

  for (let i = 0; i < 12; i++) {
    const made = world.sockets.length;
    await world.clock.advance(20_000);
    assert.ok(world.sockets.length > made);
    world.socket.end();
  }
  world.random = 0;
  await world.clock.advance(20_000);
  const made = world.sockets.length;
  world.socket.end();
  await world.clock.advance(199);
  assert.equal(world.sockets.length, made);
  await world.clock.advance(1);
  assert.equal(world.sockets.length, made + 1);
});

test("the delay grows over connections that do not last, and begins anew after one that did", async () => {
  const world = await connected();
  world.random = 1;
  const delayAfter = async (lastedMillis) => {
    await world.clock.advance(lastedMillis);
    const lost = world.clock.time;
    const made = world.sockets.length;
    world.socket.end();
    while (world.sockets.length === made) await world.clock.advance(10);
    const delay = world.clock.time - lost;
    world.socket.welcome();
    await settled();
    return delay;
  };

  assert.equal(await delayAfter(10), 400);
  assert.equal(await delayAfter(10), 800);
  assert.equal(await delayAfter(5_000), 400);
});

for (const code of [1002, 1003, 1007, 1008, 1009, 4500, 4501, 4503, 4526, 4999]) {
  test(`close code ${code} ends the attempts`, async () => {
    const world = await connected();

    world.socket.end(code, "no");
    await world.clock.advance(60_000);

    assert.equal(world.client.status, "DISCONNECTED");
    assert.equal(world.sockets.length, 1);
    assert.deepEqual([world.changes.at(-1).closeCode, world.changes.at(-1).reason], [code, "no"]);
  });
}

for (const code of [1000, 1001, 1005, 1006, 1011, 1012, 1013, 3000, 4001, 4008, 4010, 4029, 4499]) {
  test(`close code ${code} invites a reconnect`, async () => {
    const world = await connected();

    world.socket.end(code);
    await world.clock.advance(400);

    assert.equal(world.sockets.length, 2);
  });
}

test("an upgrade refused with 401, as the package ws tells it, ends the attempts", async () => {
  const world = await connected();

  world.socket.end();
  await world.clock.advance(400);
  world.socket.onerror({ message: "Unexpected server response: 401" });
  world.socket.end();
  await world.clock.advance(60_000);

  assert.equal(world.client.status, "DISCONNECTED");
  assert.equal(world.sockets.length, 2);
});

test("gives up after so many failed attempts, and says so", async () => {
  const world = await connected({ reconnect: { maxAttempts: 2 } });

  world.socket.end();
  await world.clock.advance(20_000);
  world.socket.end();
  await world.clock.advance(20_000);
  world.socket.end();
  await world.clock.advance(60_000);

  assert.equal(world.sockets.length, 3);
  assert.equal(world.client.status, "DISCONNECTED");
  assert.equal(world.changes.at(-1).gaveUp, true);
});

test("without a policy nothing is tried again", async () => {
  const world = await connected({ reconnect: false });

  world.socket.end();
  await world.clock.advance(60_000);

  assert.equal(world.client.status, "DISCONNECTED");
});

test("a message that is too large ends the connection", async () => {
  const world = await connected({ limits: { maxMessageBytes: 1_000 } });

  world.socket.push("big", "x".repeat(2_000));
  await settled();

  assert.equal(world.client.status, "DISCONNECTED");
  assert.equal(world.changes.at(-1).closeCode, 1009);
});

test("a frame that makes no sense is reported, and the connection lives on", async () => {
  const world = await connected();

  const frames = ["{", "null", "1", "[]", '"x"', "{}", '{"payload":1}', '{"command":"ping","payload":null}'];
  const pushes = ["gap", "error", "presence-update", "record-update", "record-updates", "subscription-message", "collection-diff"];
  for (const name of pushes.slice(0, 1)) frames.push(`{"command":"mesh/${name}","payload":{}}`);
  for (const text of frames) world.socket.tell(text);
  for (const name of pushes) world.socket.tell(`{"command":"mesh/${name}","payload":null}`);
  await settled();

  const kinds = new Set(world.errors.map(({ kind }) => kind));
  assert.deepEqual(world.errors.slice(0, frames.length).map(({ kind }) => kind), Array(frames.length).fill("MALFORMED_FRAME"));
  assert.deepEqual([...kinds].sort(), ["MALFORMED_FRAME", "PROTEST"]);
  assert.equal(world.client.status, "CONNECTED");
});

test("protests and gaps of the server are reported with what they are about", async () => {
  const world = await connected();

  world.socket.push("mesh/error", { code: "EBADREQUEST", message: "id 7" });
  world.socket.push("mesh/gap", { kind: "room", name: "lobby" });
  await settled();

  assert.deepEqual(
    world.errors.map(({ kind, subject, name }) => [kind, subject, name]),
    [
      ["PROTEST", "CLIENT", ""],
      ["GAP", "ROOM", "lobby"],
    ],
  );
});

test("listeners have to be functions", async () => {
  const world = await connected();

  assert.throws(() => world.client.onMessage("x", {}), TypeError);
  assert.throws(() => world.client.onStatus(), TypeError);
  await assert.rejects(world.client.channels.subscribe("x"), TypeError);
  await assert.rejects(world.client.records.subscribe("x", {}), TypeError);
  await assert.rejects(world.client.collections.subscribe("", () => {}), TypeError);
});

test("an error listener that fails is not told that", async () => {
  const world = await connected();
  const { warn } = console;
  const warned = [];
  console.warn = (...words) => warned.push(words);
  let told = 0;
  world.client.onError(() => {
    if (++told < 100) throw new Error("no");
  });

  world.socket.push("mesh/gap", { kind: "room", name: "lobby" });
  await settled();
  console.warn = warn;

  assert.equal(told, 1);
  assert.deepEqual(warned, [["mesh:", "LISTENER_FAILED", "", "", "no"]]);
});

test("addresses that make no sense are refused at once", () => {
  assert.throws(() => new MeshClient("nowhere"), TypeError);
});

test("errors are errors with a code", () => {
  const error = new MeshError("EACCESS", "no", { data: 1 });

  assert.ok(error instanceof Error);
  assert.deepEqual([error.name, error.code, error.message, error.data], ["MeshError", "EACCESS", "no", 1]);
});

test("no attempt comes sooner than 200 ms after the one before, whatever happens", async () => {
  const world = await connected();
  world.random = 0;
  const times = [];
  const { attempt } = world.client;
  world.client.attempt = function () {
    times.push(world.clock.time);
    attempt.call(this);
  };

  for (let i = 0; i < 50; i++) {
    if (world.socket.readyState < 2) world.socket.end(1012);
    world.client.wake();
    await world.clock.advance(i % 3 ? 70 : 250);
    world.client.wake();
    if (i % 2 && world.socket.readyState === 0) world.socket.welcome();
    await settled();
  }

  const gaps = times.slice(1).map((time, i) => time - times[i]);
  assert.ok(Math.min(...gaps) >= 200, `${Math.min(...gaps)}`);
});


