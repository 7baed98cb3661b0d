// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { connected, ear, reconnect, rejects, settled } from "./fakes.mjs";

const SUBSCRIBE = "mesh/subscribe-channel";
const HISTORY = "mesh/get-channel-history";
const at = (offset, epoch = "e") => ({ epoch, offset });
const message = (offset, epoch) => ({ message: `m${offset}`, ...at(offset, epoch), time: offset });
const kept = (from, to) =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ message: `m${from + i}`, offset: from + i, time: from + i }));

async function subscribed(world, listener, options, reply = { success: true, history: [], ...at(0) }) {
  const subscribing = world.client.channels.subscribe("news", listener, options);
  await settled();
  world.socket.answer(SUBSCRIBE, reply);
  return subscribing;
}

const publish = (world, ...offsets) => {
  for (const n of offsets) world.socket.push("mesh/subscription-message", { channel: "news", ...message(n) });
};

const all = () => ear("onMessage", "onRecovered", "onGap", "onEnded");
const texts = ({ told }) => told.filter(([method]) => method === "onMessage").map(([, text]) => text);
const notices = ({ told }) => told.filter(([method]) => method !== "onMessage");

test("a subscription hears each message with its place", async () => {
  const world = await connected();
  const listener = all();

  const subscription = await subscribed(world, listener);
  publish(world, 1, 2);
  await settled();

  assert.deepEqual(listener.told, [
    ["onMessage", "m1", { position: at(1), timeMillis: 1 }],
    ["onMessage", "m2", { position: at(2), timeMillis: 2 }],
  ]);
  assert.deepEqual(subscription.position, at(2));
  assert.deepEqual([subscription.channel, subscription.state], ["news", "LIVE"]);
});

test("a function is a listener too", async () => {
  const world = await connected();
  const heard = [];

  await subscribed(world, (text, { position }) => heard.push([text, position.offset]));
  publish(world, 1);
  await settled();

  assert.deepEqual(heard, [["m1", 1]]);
});

test("history is in the subscription, newest first, and told only if asked for", async () => {
  const world = await connected();
  const reply = { history: kept(4, 5).reverse(), ...at(5) };
  const silent = all();
  const listener = all();

  const subscription = await subscribed(world, silent, { history: 2 }, reply);
  assert.deepEqual(subscription.history.map(({ message, position }) => [message, position]), [
    ["m5", at(5)],
    ["m4", at(4)],
  ]);
  subscription.close();
  world.socket.answer("mesh/unsubscribe-channel", true);
  await subscribed(world, listener, { history: 2, historyToListener: true }, reply);
  publish(world, 5, 6);
  await settled();

  assert.deepEqual(texts(silent), []);
  assert.deepEqual(texts(listener), ["m4", "m5", "m6"]);
});

test("a refused subscription fails, and the next one asks again", async () => {
  const world = await connected();

  const subscribing = world.client.channels.subscribe("news", () => {});
  await settled();
  world.socket.fail(world.socket.take(SUBSCRIBE), "EACCESS");
  await rejects(subscribing, "EACCESS");
  await subscribed(world, () => {});
});

test("listeners share a subscription, which ends with the last of them", async () => {
  const world = await connected();
  const one = all();
  const other = all();

  const first = await subscribed(world, one);
  publish(world, 1);
  const second = await world.client.channels.subscribe("news", other);
  publish(world, 2);
  first.close();
  publish(world, 3);
  await settled();
  assert.equal(world.socket.taken("mesh/unsubscribe-channel").length, 0);
  second.close();
  publish(world, 4);
  await settled();

  assert.deepEqual(world.socket.take("mesh/unsubscribe-channel").payload, { channel: "news" });
  assert.deepEqual(texts(one), ["m1", "m2"]);
  assert.deepEqual(texts(other), ["m2", "m3"]);
  assert.equal(second.state, "ENDED");
});

test("a subscription made while the one before is being ended is a new one", async () => {
  const world = await connected();
  const listener = all();

  (await subscribed(world, () => {})).close();
  const again = world.client.channels.subscribe("news", listener);
  await settled();
  const [unsubscribe, subscribe] = world.socket.frames.map(({ command }) => command);
  publish(world, 1); // of the old one
  world.socket.answer("mesh/unsubscribe-channel", true);
  world.socket.answer(SUBSCRIBE, { history: [], ...at(1) });
  await again;
  publish(world, 2);
  await settled();

  assert.deepEqual([unsubscribe, subscribe], ["mesh/unsubscribe-channel", SUBSCRIBE]);
  assert.deepEqual(texts(listener), ["m2"]);
});

test("a signal ends a subscription, before and after it was accepted", async () => {
  const world = await connected();
  const controller = new AbortController();
  const early = world.client.channels.subscribe("news", () => {}, { signal: controller.signal });
  await settled();
  const failing = assert.rejects(early, { name: "AbortError" });
  controller.abort();
  await failing;
  world.socket.answer(SUBSCRIBE, { history: [], ...at(0) });
  assert.equal(world.socket.taken("mesh/unsubscribe-channel").length, 1);

  const later = new AbortController();
  const subscription = await subscribed(world, () => {}, { signal: later.signal });
  later.abort();
  assert.equal(subscription.state, "ENDED");
  assert.equal(world.socket.taken("mesh/unsubscribe-channel").length, 1);
});

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

test("a subscription from a position gets what follows it", async () => {
  const world = await connected();
  const listener = all();
  const reply = { recovered: true, publications: kept(4, 5), ...at(5) };

  const subscribing = world.client.channels.subscribe("news", listener, { from: at(3) });
  await settled();
  assert.deepEqual(world.socket.answer(SUBSCRIBE, reply), { channel: "news", recover: at(3) });
  await subscribing;
  publish(world, 6);
  await settled();

  assert.deepEqual(texts(listener), ["m4", "m5", "m6"]);
  assert.deepEqual(notices(listener), []);
});

test("a subscription since a time reads on from the store", async () => {
  const world = await connected();
  const listener = all();

  const subscribing = world.client.channels.subscribe("news", listener, { since: new Date(1_000) });
  await settled();
  const reply = { recovered: true, publications: kept(1, 2), more: true, ...at(3) };
  assert.deepEqual(world.socket.answer(SUBSCRIBE, reply), { channel: "news", since: 1_000 });
  const asked = world.socket.answer(HISTORY, { recovered: true, publications: kept(3, 3), ...at(3) });
  await subscribing;
  await settled();

  assert.deepEqual(asked, { channel: "news", limit: 300, after: at(2), since: "e-2" });
  assert.deepEqual(texts(listener), ["m1", "m2", "m3"]);
});

test("a further subscription asks for the past by itself, and misses nothing meanwhile", async () => {
  const world = await connected();
  const first = all();
  const further = all();
  await subscribed(world, first);
  publish(world, 1, 2);

  const subscribing = world.client.channels.subscribe("news", further, { from: at(0) });
  await settled();
  publish(world, 3);
  const asked = world.socket.answer(HISTORY, { recovered: true, publications: kept(1, 2), ...at(2) });
  await subscribing;
  publish(world, 4);
  await settled();

  assert.deepEqual(asked, { channel: "news", limit: 300, after: at(0) });
  assert.deepEqual(texts(first), ["m1", "m2", "m3", "m4"]);
  assert.deepEqual(texts(further), ["m1", "m2", "m3", "m4"]);
});

test("a further subscription whose past cannot be read fails, and the first one goes on", async () => {
  const world = await connected();
  const first = all();
  await subscribed(world, first);

  const failing = rejects(world.client.channels.subscribe("news", () => {}, { history: 5 }), "EUNAVAILABLE");
  await settled();
  world.socket.fail(world.socket.take(HISTORY), "EUNAVAILABLE");
  await failing;
  publish(world, 1);
  await settled();

  assert.deepEqual(texts(first), ["m1"]);
  assert.equal(world.socket.taken("mesh/unsubscribe-channel").length, 0);
});

test("a revoked subscription ends", async () => {
  const world = await connected();
  const listener = all();
  const subscription = await subscribed(world, listener);

  world.socket.push("mesh/channel-revoked", { channel: "news" });
  publish(world, 1);
  await settled();

  assert.deepEqual(listener.told, [["onEnded"]]);
  assert.equal(subscription.state, "ENDED");
  await reconnect(world);
  assert.equal(world.socket.taken(SUBSCRIBE).length, 0);
});

test("what the server refuses after a reconnect ends and is reported", async () => {
  const world = await connected();
  const listener = all();
  await subscribed(world, listener);

  await reconnect(world);
  world.socket.fail(world.socket.take(SUBSCRIBE), "EACCESS");
  await settled();

  assert.deepEqual(listener.told, [["onEnded"]]);
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

test("a subscription that was never accepted is not restored", async () => {
  const world = await connected();

  const failing = rejects(world.client.channels.subscribe("news", () => {}), "CONNECTION_LOST");
  await settled();
  await reconnect(world);
  await failing;

  assert.equal(world.socket.taken(SUBSCRIBE).length, 0);
});

test("publishing gives the place", async () => {
  const world = await connected();

  const numbered = world.client.channels.publish("news", { a: 1 }, { id: "order-7" });
  await settled();
  assert.deepEqual(world.socket.answer("mesh/publish-channel", { success: true, ...at(7) }), {
    channel: "news",
    message: { a: 1 },
    id: "order-7",
  });
  assert.deepEqual(await numbered, at(7));
  const plain = world.client.channels.publish("news");
  await settled();
  assert.deepEqual(world.socket.answer("mesh/publish-channel", { success: true }), { channel: "news", message: null });
  assert.equal(await plain, null);
});

test("history is a page, newest first or behind a position", async () => {
  const world = await connected();

  const newest = world.client.channels.history("news", { limit: 2 });
  await settled();
  assert.deepEqual(world.socket.answer(HISTORY, { history: kept(8, 9).reverse(), ...at(9), more: true }), {
    channel: "news",
    limit: 2,
  });
  const page = await newest;
  assert.deepEqual(page.messages.map(({ message }) => message), ["m9", "m8"]);
  assert.deepEqual([page.position, page.complete, page.more], [at(9), true, true]);

  const after = world.client.channels.history("news", { after: at(1), limit: 10 });
  await settled();
  world.socket.answer(HISTORY, { recovered: false, publications: kept(5, 5), ...at(5) });
  const missed = await after;
  assert.deepEqual([missed.messages[0].message, missed.complete, missed.more], ["m5", false, false]);
});

test("one who comes while another one who has gone is being subscribed for does not ask again", async () => {
  const world = await connected();
  const controller = new AbortController();
  const listener = all();

  const first = world.client.channels.subscribe("news", () => {}, { history: 9, signal: controller.signal });
  await settled();
  controller.abort();
  await assert.rejects(first, { name: "AbortError" });
  const second = world.client.channels.subscribe("news", listener);
  await settled();
  world.socket.answer(SUBSCRIBE, { history: kept(1, 1), ...at(1) });
  publish(world, 2);
  await settled();

  assert.deepEqual((await second).history, []);
  assert.deepEqual(texts(listener), ["m2"]);
});
