// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { SUBSCRIBE, HISTORY, at, message, kept, subscribed, publish, all, texts, notices } from "./channels.mjs";
import { connected, reconnect, rejects, settled } from "./fakes.mjs";

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

  const subscribing = world.client.channels.subscribe("news", listener, { since: 1_000 });
  await settled();
  const reply = { recovered: true, publications: kept(1, 2), more: true, ...at(3) };
  assert.deepEqual(world.socket.answer(SUBSCRIBE, reply), { channel: "news", historyLimit: 300, since: 1_000 });
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

  assert.deepEqual(listener.told, [["onEnded", "EACCESS"]]);
  assert.equal(subscription.state, "ENDED");
  await reconnect(world);
  assert.equal(world.socket.taken(SUBSCRIBE).length, 0);
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

test("what is subscribed while reconnecting is asked for once", async () => {
  const world = await connected();

  world.socket.end();
  const subscribing = world.client.channels.subscribe("news", () => {});
  await world.clock.advance(400);
  world.socket.welcome();
  await settled();
  world.socket.answer(SUBSCRIBE, { history: [], ...at(0) });

  await subscribing;
  assert.equal(world.socket.taken(SUBSCRIBE).length, 0);
});

test("who closes in a message hears nothing more, also of the same page", async () => {
  const world = await connected();
  const heard = [];

  const controller = new AbortController();
  const listener = (text) => heard.push(text) && controller.abort();
  const reply = { recovered: true, publications: kept(1, 3), ...at(3) };
  await subscribed(world, listener, { from: at(0), signal: controller.signal }, reply);
  await settled();

  assert.deepEqual(heard, ["m1"]);
});

test("the end of an earlier subscription is not that of the next one", async () => {
  const world = await connected();
  const listener = all();
  const first = await subscribed(world, () => {});
  await reconnect(world);

  first.close();
  const again = world.client.channels.subscribe("news", listener);
  await settled();
  const [restore, subscribe] = world.socket.taken(SUBSCRIBE);
  world.socket.fail(restore, "EACCESS");
  world.socket.reply(subscribe, { history: [], ...at(0) });
  await again;
  publish(world, 1);
  await settled();

  assert.deepEqual(texts(listener), ["m1"]);
});
