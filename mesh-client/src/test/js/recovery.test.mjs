// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { SUBSCRIBE, HISTORY, at, message, kept, subscribed, publish, all, texts, notices } from "./channels.mjs";
import { connected, reconnect, settled } from "./fakes.mjs";

test("after a reconnect it goes on behind the last message", async () => {
  const world = await connected();
  const listener = all();
  await subscribed(world, listener);
  publish(world, 1, 2);

  await reconnect(world);
  const asked = world.socket.answer(SUBSCRIBE, { recovered: true, publications: kept(3, 4), ...at(4) });
  publish(world, 5);
  await settled();

  assert.deepEqual(asked, { channel: "news", recover: at(2) });
  assert.deepEqual(texts(listener), ["m1", "m2", "m3", "m4", "m5"]);
  assert.deepEqual(notices(listener), [["onRecovered", 2]]);
});

test("what is no longer kept is told as a gap, once and in its place", async () => {
  const world = await connected();
  const listener = all();
  await subscribed(world, listener);
  publish(world, 1);

  await reconnect(world);
  world.socket.answer(SUBSCRIBE, { recovered: false, publications: kept(7, 8), ...at(8) });
  publish(world, 9);
  await settled();

  assert.deepEqual(listener.told.map(([method, what]) => [method, what.last ?? what, what.resumesAfter]), [
    ["onMessage", "m1", undefined],
    ["onGap", at(1), at(6)],
    ["onMessage", "m7", undefined],
    ["onMessage", "m8", undefined],
    ["onMessage", "m9", undefined],
  ]);
});

test("more than a page is read page by page, and what comes meanwhile follows", async () => {
  const world = await connected();
  const listener = all();
  const subscription = await subscribed(world, listener);

  await reconnect(world);
  world.socket.answer(SUBSCRIBE, { recovered: true, publications: kept(1, 2), more: true, ...at(4) });
  publish(world, 5);
  assert.equal(subscription.state, "CATCHING_UP");
  const asked = world.socket.answer(HISTORY, { recovered: true, publications: kept(3, 5), ...at(5) });
  publish(world, 6);
  await settled();

  assert.deepEqual(asked, { channel: "news", limit: 300, after: at(2) });
  assert.deepEqual(texts(listener), ["m1", "m2", "m3", "m4", "m5", "m6"]);
  assert.deepEqual(notices(listener), [["onRecovered", 5]]);
});

test("a page that is lost with its connection is asked for on the next one", async () => {
  const world = await connected();
  const listener = all();
  await subscribed(world, listener);

  await reconnect(world);
  world.socket.answer(SUBSCRIBE, { recovered: true, publications: kept(1, 2), more: true, ...at(4) });
  await reconnect(world);
  const asked = world.socket.answer(SUBSCRIBE, { recovered: true, publications: kept(3, 4), ...at(4) });
  const page = world.socket.taken(HISTORY);
  for (const request of page) world.socket.reply(request, { recovered: true, publications: kept(3, 4), ...at(4) });
  await settled();

  assert.ok(asked.recover.offset >= 2);
  assert.deepEqual(texts(listener), ["m1", "m2", "m3", "m4"]);
  assert.deepEqual(notices(listener), [["onRecovered", 4]]);
});

test("more than may be held while reading is read instead", async () => {
  const world = await connected();
  const listener = all();
  await subscribed(world, listener);

  await reconnect(world);
  world.socket.answer(SUBSCRIBE, { recovered: true, publications: kept(1, 1), more: true, ...at(600) });
  for (let n = 2; n <= 600; n++) publish(world, n);
  world.socket.answer(HISTORY, { recovered: true, publications: kept(2, 300), ...at(300) });
  world.socket.answer(HISTORY, { recovered: true, publications: kept(301, 600), ...at(600) });
  publish(world, 601);
  await settled();

  assert.deepEqual(texts(listener), kept(1, 601).map(({ message }) => message));
});

test("a gap that the server tells is told, and what is known already is not", async () => {
  const world = await connected();
  const listener = all();
  await subscribed(world, listener);

  publish(world, 1);
  world.socket.push("mesh/channel-gap", { channel: "news", ...at(5) });
  world.socket.push("mesh/channel-gap", { channel: "news", ...at(5) });
  publish(world, 5, 6);
  await settled();

  assert.deepEqual(texts(listener), ["m1", "m6"]);
  assert.deepEqual(notices(listener), [["onGap", { last: at(1), resumesAfter: at(5) }]]);
});

test("numbers that are left out are no gap", async () => {
  const world = await connected();
  const listener = all();
  await subscribed(world, listener);

  publish(world, 1, 4);
  await settled();

  assert.deepEqual(texts(listener), ["m1", "m4"]);
  assert.deepEqual(notices(listener), []);
});

test("a message of another epoch is settled by the history", async () => {
  const world = await connected();
  const listener = all();
  await subscribed(world, listener);
  publish(world, 1);

  world.socket.push("mesh/subscription-message", { channel: "news", ...message(3, "f") });
  const asked = world.socket.answer(HISTORY, { recovered: false, publications: kept(2, 3), ...at(3, "f") });
  await settled();

  assert.deepEqual(asked.after, at(1));
  assert.deepEqual(texts(listener), ["m1", "m2", "m3"]);
  assert.deepEqual(notices(listener), [["onGap", { last: at(1), resumesAfter: at(1, "f") }]]);
});

test("without numbers each reconnect is a gap", async () => {
  const world = await connected();
  const listener = all();
  await subscribed(world, listener, {}, { history: [] });
  world.socket.push("mesh/subscription-message", { channel: "news", message: "plain" });

  await reconnect(world);
  const asked = world.socket.answer(SUBSCRIBE, { history: [] });
  world.socket.push("mesh/subscription-message", { channel: "news", message: "later" });
  await settled();

  assert.deepEqual(asked, { channel: "news" });
  assert.deepEqual(texts(listener), ["plain", "later"]);
  assert.deepEqual(notices(listener), [["onGap", { last: null, resumesAfter: null }]]);
});

test("a channel that has numbers after a reconnect is read from its first one", async () => {
  const world = await connected();
  const listener = all();
  await subscribed(world, listener, {}, { history: [] });

  await reconnect(world);
  world.socket.answer(SUBSCRIBE, { history: [], ...at(2) });
  const asked = world.socket.answer(HISTORY, { recovered: true, publications: kept(1, 2), ...at(2) });
  await settled();

  assert.deepEqual(asked.after, at(0));
  assert.deepEqual(texts(listener), ["m1", "m2"]);
  assert.deepEqual(notices(listener), [["onRecovered", 2]]);
});

test("what the server refuses after a reconnect ends and is reported", async () => {
  const world = await connected();
  const listener = all();
  await subscribed(world, listener);

  await reconnect(world);
  world.socket.fail(world.socket.take(SUBSCRIBE), "EACCESS");
  await settled();

  assert.deepEqual(listener.told, [["onEnded", "EACCESS"]]);
  assert.deepEqual(world.errors.map(({ kind, subject, name }) => [kind, subject, name]), [
    ["NOT_RESTORED", "CHANNEL", "news"],
  ]);
});

test("what the server cannot do just now is asked again, and reported once", async () => {
  const world = await connected();
  const listener = all();
  await subscribed(world, listener);

  await reconnect(world);
  for (let i = 0; i < 3; i++) {
    world.socket.fail(world.socket.take(SUBSCRIBE), "EUNAVAILABLE");
    await world.clock.advance(5_000);
  }
  world.socket.answer(SUBSCRIBE, { recovered: true, publications: [], ...at(0) });
  await settled();

  assert.equal(world.errors.length, 1);
  assert.deepEqual(listener.told, [["onRecovered", 0]]);
});

test("what was missed and cannot be read is a gap", async () => {
  const world = await connected();
  const listener = all();
  await subscribed(world, listener);
  await reconnect(world);

  world.socket.answer(SUBSCRIBE, { recovered: true, publications: kept(1, 1), more: true, ...at(9) });
  world.socket.fail(world.socket.take(HISTORY), "EUNAVAILABLE");
  await world.clock.advance(5_000);
  world.socket.fail(world.socket.take(HISTORY), "EACCESS");
  publish(world, 10);
  await settled();

  assert.deepEqual(texts(listener), ["m1", "m10"]);
  assert.deepEqual(notices(listener), [["onGap", { last: at(1), resumesAfter: null }]]);
  assert.equal(world.errors.at(-1).kind, "GAP");
});

test("a subscription that was not answered before the next loss is asked for again", async () => {
  const world = await connected();
  const listener = all();
  await subscribed(world, listener);

  await reconnect(world);
  await reconnect(world);
  world.socket.answer(SUBSCRIBE, { recovered: true, publications: kept(1, 1), ...at(1) });
  await settled();

  assert.deepEqual(texts(listener), ["m1"]);
  assert.deepEqual(notices(listener), [["onRecovered", 1]]);
});

test("what a page repeats is not told again", async () => {
  const world = await connected();
  const listener = all();
  await subscribed(world, listener);
  publish(world, 1, 2);

  await reconnect(world);
  world.socket.answer(SUBSCRIBE, { recovered: true, publications: kept(1, 3), ...at(3) });
  await settled();

  assert.deepEqual(texts(listener), ["m1", "m2", "m3"]);
  assert.deepEqual(notices(listener), [["onRecovered", 1]]);
});

test("a page that was to be asked for later is not, once the next connection has told it", async () => {
  const world = await connected();
  const listener = all();
  await subscribed(world, listener);
  await reconnect(world);
  world.socket.answer(SUBSCRIBE, { recovered: true, publications: kept(1, 1), more: true, ...at(1) });
  world.socket.fail(world.socket.take(HISTORY), "EUNAVAILABLE");

  await reconnect(world);
  world.socket.answer(SUBSCRIBE, { recovered: true, publications: kept(2, 2), ...at(2) });
  await world.clock.advance(5_000);

  assert.equal(world.socket.taken(HISTORY).length, 0);
  assert.deepEqual(texts(listener), ["m1", "m2"]);
});

test("once it is live the store is not read any more", async () => {
  const world = await connected();
  const reply = { recovered: true, publications: kept(1, 1), ...at(1) };
  await subscribed(world, all(), { since: 5 }, reply);

  world.socket.push("mesh/subscription-message", { channel: "news", ...message(3, "f") });

  assert.equal("since" in world.socket.take(HISTORY).payload, false);
});

test("one who comes while the channel is being restored recovers with it", async () => {
  const world = await connected();
  const listener = all();
  await subscribed(world, () => {});
  publish(world, 1);
  await reconnect(world);

  const subscription = await world.client.channels.subscribe("news", listener);
  assert.equal(subscription.state, "CATCHING_UP");
  world.socket.answer(SUBSCRIBE, { recovered: true, publications: kept(2, 2), ...at(2) });
  await settled();

  assert.deepEqual(texts(listener), ["m2"]);
});

test("numbers that come after messages without are behind a gap", async () => {
  const world = await connected();
  const listener = all();
  await subscribed(world, listener, {}, { history: [] });
  world.socket.push("mesh/subscription-message", { channel: "news", message: "plain" });

  await reconnect(world);
  world.socket.answer(SUBSCRIBE, { history: [], ...at(1) });
  world.socket.answer(HISTORY, { recovered: true, publications: kept(1, 1), ...at(1) });
  await settled();

  assert.deepEqual(texts(listener), ["plain", "m1"]);
  assert.deepEqual(notices(listener), [["onGap", { last: null, resumesAfter: at(0) }]]);
});
