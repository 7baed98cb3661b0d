// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { MeshError } from "../../main/resources/META-INF/resources/mesh/mesh.js";
import { connected, reconnect, rejects, settled, setup } from "./fakes.mjs";

test("a command is a request, and its reply the result", async () => {
  const world = await connected();

  const call = world.client.command("echo", { a: [1, null] });
  const request = world.socket.take("echo");
  assert.deepEqual(request, { id: 1, command: "echo", payload: { a: [1, null] } });
  world.socket.reply(request, "done");

  assert.equal(await call, "done");
});

test("a command without payload has none, and without result gives null", async () => {
  const world = await connected();

  const call = world.client.command("void");
  const request = world.socket.take("void");
  assert.equal("payload" in request, false);
  world.socket.tell({ id: request.id });

  assert.equal(await call, null);
});

test("ids are never used twice on a connection", async () => {
  const world = await connected();

  for (let i = 1; i <= 3; i++) {
    const call = world.client.command("echo");
    const request = world.socket.take("echo");
    assert.equal(request.id, i);
    world.socket.reply(request);
    await call;
  }
});

test("a failure has the server's code, message and data", async () => {
  const world = await connected();

  const call = world.client.command("buy");
  world.socket.fail(world.socket.take("buy"), "ENOTENOUGH", "too little", { lacks: 3 });

  await assert.rejects(call, (e) => {
    assert.ok(e instanceof MeshError);
    assert.deepEqual([e.code, e.message, e.data], ["ENOTENOUGH", "too little", { lacks: 3 }]);
    return true;
  });
});

test("a call without an answer times out, and its late reply is ignored", async () => {
  const world = await connected();

  const call = world.client.command("slow", null, { timeoutMillis: 100 });
  const failing = assert.rejects(call, { code: "ETIMEOUT", message: "Command timed out after 100ms." });
  await world.clock.advance(100);
  await failing;
  world.socket.reply(world.socket.take("slow"), 1);

  assert.deepEqual(world.errors, []);
  assert.equal(world.clock.timers.size, 1); // the heartbeat's
});

test("a call is aborted with the signal's reason", async () => {
  const world = await connected();
  const controller = new AbortController();
  const reason = new Error("changed my mind");

  const call = world.client.command("slow", null, { signal: controller.signal });
  controller.abort(reason);

  await assert.rejects(call, reason);
  await assert.rejects(world.client.command("x", null, { signal: controller.signal }), reason);
  assert.equal(world.socket.taken("x").length, 0);
});

test("a call that waits for a connection is aborted and not sent", async () => {
  const world = setup();
  const controller = new AbortController();
  const connecting = world.client.connect();

  const call = world.client.command("later", null, { signal: controller.signal });
  controller.abort();
  await assert.rejects(call, { name: "AbortError" });
  world.socket.welcome();
  await connecting;

  assert.equal(world.socket.taken("later").length, 0);
});

test("calls wait while connecting, and are sent in order", async () => {
  const world = setup();

  await rejects(world.client.command("early"), "EUNAVAILABLE");
  const connecting = world.client.connect();
  const calls = [1, 2, 3].map((n) => world.client.command("echo", n));
  world.socket.welcome();
  await connecting;
  const requests = world.socket.taken("echo");
  for (const request of requests) world.socket.reply(request, request.payload);

  assert.deepEqual(requests.map(({ payload }) => payload), [1, 2, 3]);
  assert.deepEqual(await Promise.all(calls), [1, 2, 3]);
});

test("a call in flight is lost with its connection, one that waits is not", async () => {
  const world = await connected();

  const sent = rejects(world.client.command("sent"), "CONNECTION_LOST");
  world.socket.end();
  const waiting = world.client.command("waiting");
  await sent;
  await world.clock.advance(400);
  world.socket.welcome();
  await settled();
  world.socket.answer("waiting", 1);

  assert.equal(await waiting, 1);
  assert.equal(world.socket.taken("sent").length, 0);
});

test("calls that wait fail when the attempts end", async () => {
  const world = await connected();

  world.socket.end();
  const failing = rejects(world.client.command("waiting"), "EUNAVAILABLE");
  await world.clock.advance(400);
  world.socket.open();
  world.socket.end(4503);

  await failing;
});

test("no more calls wait than the limit, nor more bytes", async () => {
  const limits = { maxQueuedCalls: 2, maxQueuedBytes: 20 };
  const world = setup({ limits });
  const connecting = world.client.connect();

  const first = world.client.command("a", "x");
  await rejects(world.client.command("b", "x".repeat(16)), "ELIMIT");
  const second = world.client.command("c", "x".repeat(15));
  await rejects(world.client.command("d"), "ELIMIT");
  world.socket.welcome();
  await connecting;
  world.socket.answer("a", 1);
  world.socket.answer("c", 2);

  assert.deepEqual(await Promise.all([first, second]), [1, 2]);
});

test("what exceeds the numbers of the welcome is held back", async () => {
  const world = setup();
  const connecting = world.client.connect();
  const limits = { maxMessageBytes: 1_000, maxRunningCommands: 2, maxWaitingCommands: 1, maxWaitingBytes: 30 };
  world.socket.welcome({ limits });
  await connecting;

  const calls = [1, 2, 3, 4].map(() => world.client.command("x"));
  const sent = world.socket.taken("x");
  assert.equal(sent.length, 3);
  world.socket.reply(sent[0], 0);
  assert.equal(world.socket.taken("x").length, 1);

  world.socket.reply(sent[1], 0);
  world.client.command("big", "y".repeat(40)).catch(() => {});
  assert.equal(world.socket.taken("big").length, 0); // two run, and it has more bytes than may wait
  world.socket.reply(sent[2], 0);
  assert.equal(world.socket.taken("big").length, 1);
  await Promise.all(calls.slice(0, 3));
});

test("what is larger than the server takes is not sent", async () => {
  const world = await connected();

  await rejects(world.client.command("big", "ü".repeat(163_840)), "ETOOLARGE");
  world.client.command("fits", "x".repeat(327_000)).catch(() => {});

  assert.equal(world.socket.taken("big").length, 0);
  assert.equal(world.socket.taken("fits").length, 1);
});

test("calls wait while the network does not take what was sent", async () => {
  const world = await connected();

  world.socket.bufferedAmount = 300_000;
  world.client.command("x").catch(() => {});
  assert.equal(world.socket.taken("x").length, 0);
  world.socket.bufferedAmount = 0;
  await world.clock.advance(50);

  assert.equal(world.socket.taken("x").length, 1);
});

test("names of the protocol and what is no name are refused", async () => {
  const world = await connected();

  for (const name of ["", "mesh/noop", "rt/x", "ping", "latency:request", "a\ud800", 7, undefined]) {
    await assert.rejects(world.client.command(name), TypeError);
    assert.throws(() => world.client.onMessage(name, () => {}), TypeError);
    assert.throws(() => world.client.registerCommand(name, () => {}), TypeError);
  }
  for (const name of ["latencies", "pinger", "mesh", "\ud83d\ude00"]) {
    world.client.command(name).catch(() => {});
    assert.equal(world.socket.taken(name).length, 1);
  }
});

test("a payload that cannot be written fails the call", async () => {
  const world = await connected();
  const circle = {};
  circle.circle = circle;

  await assert.rejects(world.client.command("x", circle), TypeError);
  await assert.rejects(world.client.command("x", 1n), TypeError);
});

test("commands of the server are answered with what the handler gives", async () => {
  const world = await connected();
  world.client.registerCommand("add", ({ a, b }, { command }) => `${command} ${a + b}`);
  world.client.registerCommand("later", async () => undefined);

  world.socket.tell({ id: 5, command: "add", payload: { a: 1, b: 2 } });
  world.socket.tell({ id: 6, command: "later" });
  await settled();

  assert.deepEqual(world.socket.frames, [
    { id: 5, payload: "add 3" },
    { id: 6, payload: null },
  ]);
});

test("only the text of a MeshError reaches the server", async () => {
  const world = await connected();
  world.client.registerCommand("refuse", () => {
    throw new MeshError("EACCESS", "not you", { data: [1] });
  });
  world.client.registerCommand("break", async () => {
    throw new Error("secret");
  });
  world.client.registerCommand("odd", () => 1n);

  world.socket.tell({ id: 1, command: "refuse" });
  world.socket.tell({ id: 2, command: "break" });
  world.socket.tell({ id: 3, command: "odd" });
  world.socket.tell({ id: 4, command: "none" });
  await settled();

  const errors = world.socket.frames.sort((a, b) => a.id - b.id).map(({ error }) => error);
  assert.deepEqual(errors[0], { code: "EACCESS", message: "not you", data: [1] });
  assert.deepEqual(errors[1], { code: "ESERVER", message: "The client failed to run the command." });
  assert.equal(errors[2].code, "ESERVER");
  assert.deepEqual(errors[3], { code: "ENOTFOUND", message: 'Command "none" not found' });
  assert.deepEqual(world.errors.map(({ kind, name }) => [kind, name]).sort(), [
    ["LISTENER_FAILED", "break"],
    ["LISTENER_FAILED", "odd"],
  ]);
});

test("no more handlers run than the limit", async () => {
  const world = await connected({ limits: { maxRunningHandlers: 2 } });
  const finish = [];
  world.client.registerCommand("wait", () => new Promise((resolve) => finish.push(resolve)));

  for (const id of [1, 2, 3]) world.socket.tell({ id, command: "wait" });
  await settled();
  assert.deepEqual(world.socket.frames.map(({ id, error }) => [id, error.code]), [[3, "ELIMIT"]]);
  finish[0]();
  await settled();
  world.socket.tell({ id: 4, command: "wait" });
  await settled();

  assert.equal(finish.length, 3);
});

test("an answer larger than the server takes is a failure", async () => {
  const world = await connected();
  world.client.registerCommand("big", () => "x".repeat(400_000));

  world.socket.tell({ id: 1, command: "big" });
  await settled();

  assert.equal(world.socket.frames[0].error.code, "ETOOLARGE");
});

test("an answer to a connection that is gone is dropped", async () => {
  const world = await connected();
  let finish;
  world.client.registerCommand("wait", () => new Promise((resolve) => (finish = resolve)));

  world.socket.tell({ id: 1, command: "wait" });
  await reconnect(world);
  finish(1);
  await settled();

  assert.deepEqual(world.sockets.map(({ frames }) => frames.length), [0, 0]);
});

test("handlers are replaced, and closed only by their own registration", async () => {
  const world = await connected();
  const first = world.client.registerCommand("x", () => 1);
  const second = world.client.registerCommand("x", () => 2);

  first.close();
  world.socket.tell({ id: 1, command: "x" });
  await settled();
  second.close();
  world.socket.tell({ id: 2, command: "x" });
  await settled();

  assert.deepEqual(world.socket.frames.map(({ payload, error }) => payload ?? error.code), [2, "ENOTFOUND"]);
});

test("pushes are heard in order, under their name and any", async () => {
  const world = await connected();
  const heard = [];
  const registration = world.client.onMessage("price", (price) => heard.push(price));
  world.client.onAnyMessage((name, payload) => heard.push(`${name}:${payload}`));

  world.socket.push("price", 1);
  world.socket.push("other", 2);
  registration.close();
  world.socket.push("price", 3);
  world.socket.push("mesh/unknown", 4);
  await settled();

  assert.deepEqual(heard, [1, "price:1", "other:2", "price:3"]);
});

test("a listener that throws or rejects is reported, and others hear all the same", async () => {
  const world = await connected();
  const heard = [];
  world.client.onMessage("x", () => {
    throw new Error("one");
  });
  world.client.onMessage("x", async () => {
    throw new Error("two");
  });
  world.client.onMessage("x", (payload) => heard.push(payload));

  world.socket.push("x", 1);
  await settled();

  assert.deepEqual(heard, [1]);
  assert.deepEqual(world.errors.map(({ message }) => message).sort(), ["one", "two"]);
  assert.deepEqual([world.errors[0].subject, world.errors[0].name], ["MESSAGE", "x"]);
});

test("a listener may call the client, and hears what that leads to afterwards", async () => {
  const world = await connected();
  const order = [];
  world.client.onMessage("x", (n) => {
    order.push(`begin ${n}`);
    if (n === 1) world.socket.push("x", 2);
    order.push(`end ${n}`);
  });

  world.socket.push("x", 1);
  await settled();

  assert.deepEqual(order, ["begin 1", "end 1", "begin 2", "end 2"]);
});

test("no more calls are in flight than the client's own limit", async () => {
  const world = await connected({ limits: { maxCallsInFlight: 2 } });

  for (let i = 0; i < 5; i++) world.client.command("x").catch(() => {});

  assert.equal(world.socket.taken("x").length, 2);
});

test("what was answered or given up does not count any more", async () => {
  const world = setup({ limits: { maxQueuedBytes: 10 } });
  const connecting = world.client.connect();
  for (let i = 0; i < 5; i++) {
    const controller = new AbortController();
    const call = world.client.command("x", "12345678", { signal: controller.signal });
    controller.abort();
    await assert.rejects(call, { name: "AbortError" });
  }
  const limits = { maxMessageBytes: 1_000, maxRunningCommands: 1, maxWaitingCommands: 9, maxWaitingBytes: 30 };
  world.socket.welcome({ limits });
  await connecting;

  for (let i = 0; i < 5; i++) {
    const calls = [world.client.command("y", "12345678"), world.client.command("y", "12345678")];
    const sent = world.socket.taken("y");
    assert.equal(sent.length, 2);
    for (const request of sent) world.socket.reply(request, 0);
    await Promise.all(calls);
  }
});
