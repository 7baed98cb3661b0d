// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { connected, settled } from "./fakes.mjs";

/** A window with a document. */
class FakePage extends EventTarget {
  document = { visibilityState: "visible" };
  listening = 0;

  addEventListener(...args) {
    this.listening++;
    super.addEventListener(...args);
  }

  removeEventListener(...args) {
    this.listening--;
    super.removeEventListener(...args);
  }

  show(visible) {
    this.document.visibilityState = visible ? "visible" : "hidden";
    this.dispatchEvent(new Event("visibilitychange"));
  }

  tell(name) {
    this.dispatchEvent(new Event(name));
  }
}

async function onPage(options) {
  const page = new FakePage();
  const world = await connected({ platform: { page }, ...options });
  return Object.assign(world, { page });
}

test("a tab that wakes while reconnecting tries at once", async () => {
  const world = await onPage();
  world.random = 1;
  await world.clock.advance(1_000);
  for (let i = 0; i < 6; i++) {
    world.socket.end();
    const made = world.sockets.length;
    while (world.sockets.length === made) await world.clock.advance(100);
  }
  world.socket.end();
  await world.clock.advance(1_000);
  const made = world.sockets.length;

  world.page.show(false);
  await world.clock.advance(1);
  assert.equal(world.sockets.length, made);
  world.page.show(true);
  await world.clock.advance(1);

  assert.equal(world.sockets.length, made + 1);
});

test("the network that is back is tried at once", async () => {
  const world = await onPage();
  world.random = 1;
  await world.clock.advance(1_000);
  world.socket.end();

  world.page.tell("online");
  await world.clock.advance(0);

  assert.equal(world.sockets.length, 2);
});

test("an attempt that hangs since before is begun anew", async () => {
  const world = await onPage();
  world.socket.end();
  await world.clock.advance(400);
  await world.clock.advance(3_000);

  world.page.tell("online");
  await world.clock.advance(0);
  world.socket.welcome();
  await settled();

  assert.equal(world.sockets.length, 3);
  assert.equal(world.client.status, "CONNECTED");
});

test("a tab that wakes while connected asks whether the server is there", async () => {
  const world = await onPage();

  world.page.show(true);
  world.page.tell("online");
  world.socket.answer("mesh/noop", true);
  world.page.show(true);
  assert.equal(world.socket.taken("mesh/noop").length, 1);
  await world.clock.advance(5_000);

  assert.equal(world.client.status, "RECONNECTING");
});

test("a server that refuses to answer that is there", async () => {
  const world = await onPage();

  world.page.show(true);
  world.socket.fail(world.socket.take("mesh/noop"), "EUNAUTHORIZED");
  await world.clock.advance(10_000);

  assert.equal(world.client.status, "CONNECTED");
});

test("a page that is left closes its connection, and connects again when it is back", async () => {
  const world = await onPage();

  world.page.tell("pagehide");
  assert.equal(world.socket.closedWith, 1000);
  assert.equal(world.client.status, "RECONNECTING");
  world.page.tell("pageshow");
  await world.clock.advance(200);
  world.socket.welcome({ connectionId: "n-2" });
  await settled();

  assert.equal(world.client.connectionId, "n-2");
});

test("a client that was closed does not listen to the page", async () => {
  const world = await onPage();

  world.client.close();

  assert.equal(world.page.listening, 0);
});
