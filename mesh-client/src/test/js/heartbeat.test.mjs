// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { connected, rejects, settled, setup } from "./fakes.mjs";

test("answers pings with their t, and knows the latency", async () => {
  const world = await connected();

  world.socket.push("ping", { t: 17, latency: 3.5 });

  assert.deepEqual(world.socket.frames, [{ command: "pong", payload: { t: 17 } }]);
  assert.equal(world.client.serverInfo.latencyMillis, 3.5);
});

test("a server without pings is lost", async () => {
  const world = await connected();

  await world.clock.advance(59_000);
  world.socket.push("ping", { t: 1 });
  await world.clock.advance(59_999);
  assert.equal(world.client.status, "CONNECTED");
  await world.clock.advance(1);

  assert.equal(world.client.status, "RECONNECTING");
  assert.equal(world.sockets[0].closedWith, 4010);
});

test("who has slept asks before the connection counts as lost", async () => {
  const world = await connected();

  world.clock.sleep(3_600_000);
  await world.clock.advance(1);
  assert.equal(world.client.status, "CONNECTED");
  world.socket.answer("mesh/noop", true);
  await world.clock.advance(5_000);
  assert.equal(world.client.status, "CONNECTED");
});

test("who has slept and gets no answer reconnects", async () => {
  const world = await connected();

  world.clock.sleep(3_600_000);
  await world.clock.advance(5_001);

  assert.equal(world.client.status, "RECONNECTING");
});

test("what comes late from a socket that was given up changes nothing", async () => {
  const world = await connected();
  await world.clock.advance(60_000);
  await world.clock.advance(400);
  world.socket.welcome({ connectionId: "n-2" });
  await settled();

  const heard = [];
  world.client.onAnyMessage((name) => heard.push(name));
  world.sockets[0].onclose({ code: 1006, reason: "late" });
  world.sockets[0].push("late");
  world.sockets[0].onmessage({ data: JSON.stringify({ command: "ping", payload: { t: 1 } }) });

  assert.equal(world.client.status, "CONNECTED");
  assert.equal(world.client.connectionId, "n-2");
  assert.equal(world.sockets.length, 2);
  await settled();
  assert.deepEqual(heard, []);
});

test("closing tells the server, fails what waits and is final", async () => {
  const world = await connected();
  const call = world.client.command("slow");
  const failing = rejects(call, "CLOSED");

  const closing = world.client.close();
  world.socket.end(1000);
  await closing;
  await failing;

  assert.equal(world.socket.closedWith, 1000);
  assert.equal(world.client.status, "CLOSED");
  await rejects(world.client.command("echo"), "CLOSED");
  await rejects(world.client.connect(), "CLOSED");
  await rejects(world.client.rooms.join("lobby"), "CLOSED");
  await rejects(world.client.channels.subscribe("news", () => {}), "CLOSED");
  assert.equal(world.clock.timers.size, 0);
});

test("closing waits a second at most for the server's answer", async () => {
  const world = await connected();
  let terminated = false;
  world.socket.terminate = () => (terminated = true);

  const closing = world.client.close();
  await world.clock.advance(1_000);
  await closing;

  assert.equal(terminated, true);
});

test("closing while connecting and while reconnecting leaves no timer", async () => {
  const one = setup();
  const connecting = rejects(one.client.connect(), "CLOSED");
  const closing = one.client.close();
  await one.clock.advance(1_000);
  await closing;
  await connecting;
  assert.equal(one.clock.timers.size, 0);

  const other = await connected();
  other.socket.end();
  await other.client.close();
  assert.equal(other.clock.timers.size, 0);
});
