// SPDX-License-Identifier: Apache-2.0
// What the server is told of an inbox.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SUBSCRIBE, all, at } from "./channels.mjs";
import { connected, reconnect, settled } from "./fakes.mjs";
import { ACKNOWLEDGE, INBOX, UNSUBSCRIBE, acknowledged, confirm, heard, opened, page, send, slow } from "./inbox.mjs";

const numbers = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

test("what was handled is acknowledged after a second, together", async () => {
  const world = await connected();
  await opened(world, all(), { device: "phone" }, page(1, 2));

  await send(world, 3);
  await world.clock.advance(999);
  assert.deepEqual(world.socket.taken(ACKNOWLEDGE), []);
  await world.clock.advance(1);

  assert.deepEqual(world.socket.answer(ACKNOWLEDGE, true), { device: "phone", ...at(3), time: 3 });
  await world.clock.advance(10_000);
  assert.deepEqual(acknowledged(world), []);
  await send(world, 4);
  await world.clock.advance(1_000);
  assert.deepEqual(world.socket.take(ACKNOWLEDGE).payload, { device: "phone", ...at(4), time: 4 });
});

test("fifty messages are acknowledged at once", async () => {
  const world = await connected();
  await opened(world, all());

  await send(world, ...numbers(1, 49));
  assert.deepEqual(confirm(world), []);
  await send(world, 50);
  assert.deepEqual(confirm(world), [50]);
  await send(world, ...numbers(51, 120));
  assert.deepEqual(confirm(world), [100]);
  await world.clock.advance(1_000);

  assert.deepEqual(confirm(world), [120]);
});

test("a page is acknowledged in steps too", async () => {
  const world = await connected();

  await opened(world, all(), {}, page(1, 120));

  assert.deepEqual(acknowledged(world), [50, 100]);
});

test("what is still being handled is not acknowledged, nor what follows it", async () => {
  const world = await connected();
  const { settle, onMessage } = slow();
  await opened(world, onMessage, {}, page(1, 3));

  settle.get(1).done();
  settle.get(3).done();
  await world.clock.advance(5_000);
  assert.deepEqual(confirm(world), [1]);
  settle.get(2).done();
  await world.clock.advance(1_000);

  assert.deepEqual(confirm(world), [3]);
});

test("a listener that fails has handled its message, and it is reported", async () => {
  const world = await connected();
  const { settle, onMessage } = slow();
  const listener = {
    onMessage(message) {
      if (message.payload === 1) throw new Error("at once");
      return onMessage(message);
    },
  };
  await opened(world, listener, {}, page(1, 3));

  settle.get(2).fail(new Error("later"));
  settle.get(3).done();
  await world.clock.advance(1_000);

  assert.deepEqual(acknowledged(world), [3]);
  assert.deepEqual(world.errors.map(({ kind, name, message }) => [kind, name, message]), [
    ["LISTENER_FAILED", INBOX, "at once"],
    ["LISTENER_FAILED", INBOX, "later"],
  ]);
});

test("a gap that was told is acknowledged", async () => {
  const world = await connected();
  await opened(world, all(), {}, page(8, 7, { recovered: false }));

  await world.clock.advance(1_000);

  assert.deepEqual(acknowledged(world), [7]);
});

test("a gap that ends with the newest message says when that was kept", async () => {
  const world = await connected();
  await opened(world, all(), {}, page(8, 7, { recovered: false, time: 7 }));

  await world.clock.advance(1_000);

  assert.deepEqual(world.socket.take(ACKNOWLEDGE).payload, { ...at(7), time: 7 });
});

test("an acknowledgement in doubt is sent again once the inbox is resumed", async () => {
  const world = await connected();
  await opened(world, all(), { device: "phone" }, page(1, 60));
  await settled();
  assert.deepEqual(acknowledged(world), [50]);

  await reconnect(world);
  await world.clock.advance(2_000);
  assert.deepEqual(acknowledged(world), []);
  world.socket.answer(SUBSCRIBE, page(61, 60));

  assert.deepEqual(world.socket.answer(ACKNOWLEDGE, true), { device: "phone", ...at(60), time: 60 });
  await world.clock.advance(5_000);
  assert.deepEqual(acknowledged(world), []);
});

test("what was confirmed is not sent again", async () => {
  const world = await connected();
  await opened(world, all(), {}, page(1, 1));
  await world.clock.advance(1_000);
  assert.deepEqual(confirm(world), [1]);

  await reconnect(world);
  world.socket.answer(SUBSCRIBE, page(2, 1));
  await world.clock.advance(5_000);

  assert.deepEqual(acknowledged(world), []);
});

test("what the server cannot take just now is sent again, as it is then", async () => {
  const world = await connected();
  await opened(world, all(), {}, page(1, 1));
  await world.clock.advance(1_000);
  world.socket.fail(world.socket.take(ACKNOWLEDGE), "EUNAVAILABLE");

  await send(world, 2);
  await world.clock.advance(5_000);

  assert.deepEqual(confirm(world), [2]);
  assert.deepEqual(world.errors, []);
});

test("an earlier one that fails does not matter once a later one is under way", async () => {
  const world = await connected();
  await opened(world, all(), {}, page(1, 100));
  const [fifty, hundred] = world.socket.taken(ACKNOWLEDGE);

  world.socket.fail(fifty, "EUNAVAILABLE");
  world.socket.reply(hundred, true);
  await world.clock.advance(10_000);

  assert.deepEqual(acknowledged(world), []);
});

test("what the server refuses is reported once and not repeated", async () => {
  const world = await connected();
  await opened(world, all(), {}, page(1, 1));
  await world.clock.advance(1_000);

  world.socket.fail(world.socket.take(ACKNOWLEDGE), "ELIMIT");
  await world.clock.advance(10_000);
  assert.deepEqual(acknowledged(world), []);
  await send(world, 2);
  await world.clock.advance(1_000);

  world.socket.fail(world.socket.take(ACKNOWLEDGE), "ELIMIT");
  await send(world, 3);
  await world.clock.advance(1_000);

  assert.deepEqual(confirm(world), [3]);
  assert.deepEqual(world.errors.map(({ kind, subject, name }) => [kind, subject, name]), [
    ["PROTEST", "CHANNEL", INBOX],
  ]);
});

test("closing the inbox acknowledges first", async () => {
  const world = await connected();
  const listener = all();
  const { inbox } = await opened(world, listener, {}, page(1, 3));

  inbox.close();
  const sent = world.socket.frames.map(({ command }) => command);
  confirm(world);
  await send(world, 4);
  await world.clock.advance(10_000);

  assert.deepEqual(sent, [ACKNOWLEDGE, UNSUBSCRIBE]);
  assert.deepEqual(heard(listener), [1, 2, 3]);
  assert.deepEqual(acknowledged(world), []);
  assert.equal(inbox.state, "ENDED");
});

test("a listener that closes it is given no more, and has handled what it was given", async () => {
  const world = await connected();
  const numbers = [];
  const listener = ({ payload }) => {
    numbers.push(payload);
    if (payload === 5) inbox.close();
  };
  const { inbox } = await opened(world, listener);

  await send(world, 4);
  for (const n of [5, 6]) send(world, n);
  await settled();

  assert.deepEqual(numbers, [4, 5]);
  assert.equal(acknowledged(world).at(-1), 5);
});

test("what is handled after it was closed is acknowledged all the same", async () => {
  const world = await connected();
  const { settle, onMessage } = slow();
  const { inbox } = await opened(world, onMessage, {}, page(1, 2));

  settle.get(1).done();
  await settled();
  inbox.close();
  assert.deepEqual(confirm(world), [1]);
  assert.equal(world.client.onLeaving, undefined);
  settle.get(2).done();
  await settled();
  assert.deepEqual(acknowledged(world), [2]);
  await reconnect(world);
  await world.clock.advance(10_000);

  assert.deepEqual(acknowledged(world), []);
  assert.equal(world.socket.taken(SUBSCRIBE).length, 0);
});

test("an inbox closed without anything in doubt leaves nothing behind", async () => {
  const world = await connected();

  const { inbox } = await opened(world, all());
  inbox.close();

  assert.deepEqual(acknowledged(world), []);
  assert.equal(world.client.onLeaving, undefined);
});

test("an inbox that was closed before does not disturb the one that is open", async () => {
  const world = await connected();
  const { inbox } = await opened(world, all());
  inbox.close();
  await opened(world, all(), {}, page(1, 1));

  inbox.close();
  world.client.close();

  assert.deepEqual(acknowledged(world), [1]);
});

test("an inbox that was ended acknowledges what was handled", async () => {
  const world = await connected();
  await opened(world, all(), {}, page(1, 1));

  world.socket.push("mesh/channel-revoked", { channel: INBOX });
  await settled();
  world.socket.fail(world.socket.take(ACKNOWLEDGE), "EUNAUTHORIZED");

  assert.deepEqual(world.errors, []);
  assert.equal(world.client.onLeaving, undefined);
});

test("a client that is closed acknowledges before it goes", async () => {
  const world = await connected();
  await opened(world, all(), {}, page(1, 3));

  const closing = world.client.close();

  assert.deepEqual(acknowledged(world), [3]);
  assert.equal(world.socket.closedWith, 1000);
  await world.clock.advance(10_000);
  await closing;
  assert.deepEqual(world.errors, []);
});

test("what a listener has returned from is acknowledged by whoever closes in the same moment", async () => {
  const world = await connected();
  const listener = all();
  await opened(world, listener);

  send(world, 1, 2);
  world.client.close();

  assert.deepEqual(heard(listener), [1, 2]);
  assert.deepEqual(acknowledged(world), [2]);
});

test("what was refused is tried again with what comes, and when the inbox is closed", async () => {
  const world = await connected();
  const { inbox } = await opened(world, all(), {}, page(1, 1));
  await world.clock.advance(1_000);
  world.socket.fail(world.socket.take(ACKNOWLEDGE), "ELIMIT");

  inbox.close();
  world.socket.fail(world.socket.take(ACKNOWLEDGE), "ELIMIT");

  assert.equal(world.errors.length, 1);
});

test("a client without a connection closes without", async () => {
  const world = await connected();
  await opened(world, all(), {}, page(1, 3));
  world.socket.end();

  await world.client.close();
  await world.clock.advance(10_000);

  assert.deepEqual(acknowledged(world), []);
});

test("a page that is left acknowledges, and again when it is back if that was lost", async () => {
  const page_ = Object.assign(new EventTarget(), { document: { visibilityState: "visible" } });
  const world = await connected({ platform: { page: page_ } });
  await opened(world, all(), {}, page(1, 3));

  page_.dispatchEvent(new Event("pagehide"));
  assert.deepEqual(acknowledged(world), [3]);
  page_.dispatchEvent(new Event("pageshow"));
  await world.clock.advance(200);
  world.socket.welcome({ connectionId: "n-2" });
  await settled();
  world.socket.answer(SUBSCRIBE, page(4, 3));

  assert.deepEqual(confirm(world), [3]);
});
