// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { SUBSCRIBE, answer, at, diff, item, items, shown, subscribed, told } from "./collections.mjs";
import { connected, ear, reconnect, rejects, settled } from "./fakes.mjs";

test("a subscription tells what is in the collection, and then each change", async () => {
  const world = await connected();

  const { subscription, listener, asked } = await subscribed(world);
  diff(world, 1, 2, { added: [at(0, "c")], changed: [at(1, "a", 2)], removed: ["b"] });
  await settled();

  assert.deepEqual(asked, { collectionId: "tasks" });
  assert.deepEqual(told(listener), [
    ["INITIAL", "a1 b1", "+a +b", 1],
    ["UPDATE", "c1 a2", "+c *a -b", 2],
  ]);
  assert.deepEqual([subscription.collectionId, subscription.version, subscription.isLive], ["tasks", 2, true]);
  assert.equal(shown(subscription), "c1 a2");
});

test("members have their ids, values and versions, and those that went their last ones", async () => {
  const world = await connected();
  const { listener } = await subscribed(world, { records: [item("a", null), item("b", 7)] });

  diff(world, 1, 2, { removed: ["a", "b"] });
  await settled();

  const [[, initial], [, update]] = listener.told;
  assert.equal(initial.collectionId, "tasks");
  assert.deepEqual(initial.added, [
    { id: "a", value: null, version: { number: null, stamp: "anull" } },
    { id: "b", value: 7, version: { number: 7, stamp: "b7" } },
  ]);
  assert.deepEqual(update.removed, initial.added);
  assert.deepEqual(update.members, []);
});

test("what came or changed stands where the server says, the lowest places first", async () => {
  const world = await connected();
  const { subscription } = await subscribed(world, { records: items("a", "b", "c", "d") });

  diff(world, 1, 2, { added: [at(4, "f"), at(0, "e")], changed: [at(3, "b", 2), at(1, "d", 2)] });

  assert.equal(shown(subscription), "e1 d2 a1 b2 f1 c1");
});

test("a change that comes in parts is told as one", async () => {
  const world = await connected();
  const { subscription, listener } = await subscribed(world);

  diff(world, 1, 2, { removed: ["a"], added: [at(1, "c")], more: true });
  diff(world, 2, 2, { changed: [at(2, "b", 2)], more: true });
  await settled();
  assert.deepEqual([shown(subscription), subscription.version, subscription.isLive], ["a1 b1", 1, true]);
  diff(world, 2, 2, { added: [at(0, "d")] });
  await settled();

  assert.deepEqual(told(listener).slice(1), [["UPDATE", "d1 c1 b2", "+d +c *b -a", 2]]);
});

test("a collection that comes in pages is told as one, to all who wait for it", async () => {
  const world = await connected();

  const { subscribing, listener } = await subscribed(world, { more: true, version: 5 });
  const other = ear("onUpdate");
  const second = world.client.collections.subscribe("tasks", other);
  diff(world, 5, 5, { added: [at(2, "c")], more: true });
  await settled();
  assert.deepEqual([listener.told, other.told], [[], []]);
  diff(world, 5, 5, { added: [at(3, "d")] });
  const subscription = await subscribing;
  diff(world, 5, 6, { removed: ["a"] });
  await second;
  await settled();

  const expected = [
    ["INITIAL", "a1 b1 c1 d1", "+a +b +c +d", 5],
    ["UPDATE", "b1 c1 d1", "-a", 6],
  ];
  assert.deepEqual(told(listener), expected);
  assert.deepEqual(told(other), expected);
  assert.equal(subscription.version, 6);
  assert.equal(world.socket.taken(SUBSCRIBE).length, 0);
});

test("one who closes while the pages come does not hear of them, and the server is told", async () => {
  const world = await connected();
  const controller = new AbortController();
  const listener = ear("onUpdate");
  const subscribing = world.client.collections.subscribe("tasks", listener, { signal: controller.signal });
  await settled();
  answer(world, 1, items("a"), true);

  controller.abort(new Error("enough"));
  await assert.rejects(subscribing, { message: "enough" });
  diff(world, 1, 1, { added: [at(1, "b")] });
  await settled();

  assert.deepEqual(listener.told, []);
  assert.equal(world.socket.taken("mesh/unsubscribe-collection").length, 1);
});

for (const [what, base, changes] of [
  ["with another base", 3, { removed: ["a"] }],
  ["with a place that cannot be", 1, { added: [at(9, "c")] }],
]) {
  test(`a push ${what} has the collection read again, once`, async () => {
    const world = await connected();
    const { subscription, listener } = await subscribed(world);

    diff(world, base, 4, changes);
    diff(world, 6, 7, { removed: ["b"] });
    assert.equal(subscription.isLive, false);
    answer(world, 8, items("b", "c"));
    diff(world, 8, 9, { removed: ["c"] });
    await settled();

    assert.deepEqual(told(listener).slice(1), [
      ["RESYNC", "b1 c1", "+c -a", 8],
      ["UPDATE", "b1", "-c", 9],
    ]);
    assert.equal(subscription.isLive, true);
  });
}

test("a gap between the pages has them read again", async () => {
  const world = await connected();
  const { subscribing, listener } = await subscribed(world, { more: true });

  diff(world, 2, 2, { added: [at(2, "c")] });
  answer(world, 3, items("b"), true);
  diff(world, 3, 3, { added: [at(1, "d")] });
  await subscribing;
  await settled();

  assert.deepEqual(told(listener), [["INITIAL", "b1 d1", "+b +d", 3]]);
});

test("after a reconnect the difference is told, once and when all pages are there", async () => {
  const world = await connected();
  const { subscription, listener } = await subscribed(world, { records: items("a", "b", "c"), version: 40 });
  const [a] = subscription.members;

  await reconnect(world);
  assert.equal(subscription.isLive, false);
  answer(world, 1, [item("d"), item("a")], true);
  await settled();
  assert.deepEqual([shown(subscription), subscription.version, subscription.isLive], ["a1 b1 c1", 40, false]);
  diff(world, 1, 1, { added: [at(2, "b", 2)] });
  await settled();

  assert.deepEqual(told(listener).slice(1), [["RESYNC", "d1 a1 b2", "+d *b -c", 1]]);
  assert.equal(subscription.members[1], a);
  assert.equal(subscription.isLive, true);
});

test("a collection in which nothing has changed is not told again", async () => {
  const world = await connected();
  const { subscription, listener } = await subscribed(world);

  await reconnect(world);
  answer(world, 9, items("a", "b"));
  diff(world, 9, 10, { removed: ["a"] });
  await settled();

  assert.deepEqual(told(listener).slice(1), [["UPDATE", "b1", "-a", 10]]);
  assert.equal(subscription.version, 10);
});

test("another order is news", async () => {
  const world = await connected();
  const { listener } = await subscribed(world);

  await reconnect(world);
  answer(world, 1, items("b", "a"));
  await settled();

  assert.deepEqual(told(listener).at(-1), ["RESYNC", "b1 a1", "", 1]);
});

test("a connection lost between the pages is followed by all of them", async () => {
  const world = await connected();
  const { subscribing, listener } = await subscribed(world, { more: true });

  await reconnect(world);
  answer(world, 1, items("c"), true);
  await reconnect(world);
  answer(world, 7, items("d"));
  await subscribing;
  await settled();

  assert.deepEqual(told(listener), [["INITIAL", "d1", "+d", 7]]);
});

test("one who fell behind is told everything anew", async () => {
  const world = await connected();
  const { listener } = await subscribed(world);

  const anew = (version, more, ...added) =>
    world.socket.push("mesh/collection-diff", { collectionId: "tasks", reset: true, version, added, more });
  anew(300, true, at(0, "b", 2));
  diff(world, 300, 300, { added: [at(1, "c")] });
  await settled();
  anew(600, false);
  await settled();

  assert.deepEqual(told(listener).slice(1), [
    ["RESYNC", "b2 c1", "+c *b -a", 300],
    ["RESYNC", "", "-b -c", 600],
  ]);
});

test("a further listener shares the subscription, and begins with what there is", async () => {
  const world = await connected();
  const { subscription } = await subscribed(world);
  diff(world, 1, 2, { removed: ["a"] });
  const listener = ear("onUpdate");

  const other = await world.client.collections.subscribe("tasks", listener);
  await settled();
  subscription.close();
  assert.equal(world.socket.taken("mesh/unsubscribe-collection").length, 0);
  other.close();
  diff(world, 2, 3, { removed: ["b"] });
  await settled();

  assert.deepEqual(told(listener), [["INITIAL", "b1", "+b", 2]]);
  assert.deepEqual(world.socket.take("mesh/unsubscribe-collection").payload, { collectionId: "tasks" });
});

for (const code of ["EACCESS", "ELIMIT"]) {
  test(`a collection that is revoked with ${code} tells its end`, async () => {
    const world = await connected();
    const { subscription, listener } = await subscribed(world);

    world.socket.push("mesh/collection-revoked", { collectionId: "tasks", code });
    diff(world, 1, 2, { removed: ["a"] });
    await settled();
    await reconnect(world);

    assert.deepEqual(told(listener).at(-1), ["onEnded", code]);
    assert.equal(subscription.isLive, false);
    assert.equal(world.socket.taken(SUBSCRIBE).length, 0);
  });
}

test("while a collection is read again its answer decides, not what was revoked before", async () => {
  const world = await connected();
  const { subscription } = await subscribed(world);

  diff(world, 3, 4, {});
  world.socket.push("mesh/collection-revoked", { collectionId: "tasks", code: "EACCESS" });
  answer(world, 5, items("c"));

  assert.deepEqual([shown(subscription), subscription.isLive], ["c1", true]);
});

test("what the server refuses fails, after a reconnect it ends and is reported", async () => {
  const world = await connected();
  const refused = rejects(world.client.collections.subscribe("secret", () => {}), "EACCESS");
  await settled();
  world.socket.fail(world.socket.take(SUBSCRIBE), "EACCESS");
  await refused;
  const { listener } = await subscribed(world);

  await reconnect(world);
  world.socket.fail(world.socket.take(SUBSCRIBE), "ELIMIT");
  await settled();

  assert.deepEqual(told(listener).at(-1), ["onEnded", "ELIMIT"]);
  assert.deepEqual(world.errors.map(({ kind, subject, name }) => [kind, subject, name]), [
    ["NOT_RESTORED", "COLLECTION", "tasks"],
  ]);
});

test("what listeners get cannot be changed", async () => {
  const world = await connected();
  const { subscription } = await subscribed(world, { records: [item("b"), item("a")] });

  assert.throws(() => subscription.members.sort(), TypeError);
  assert.throws(() => (subscription.members[0].value = 2), TypeError);
  assert.throws(() => (subscription.members[0].version.number = 2), TypeError);
});

test("unsubscribing closes all subscriptions of a collection", async () => {
  const world = await connected();
  const { subscription } = await subscribed(world);

  assert.equal(await world.client.collections.unsubscribe("tasks"), true);
  assert.equal(await world.client.collections.unsubscribe("tasks"), false);

  assert.equal(subscription.isLive, false);
  assert.equal(world.socket.taken("mesh/unsubscribe-collection").length, 1);
});

test("random changes in pages of any size lead to what the server has", async () => {
  let seed = 20_261_121;
  const random = (n) => (seed = (seed * 48_271) % 2_147_483_647) % n;
  const world = await connected();
  const { subscription, listener } = await subscribed(world, { records: [] });
  let members = [];

  for (let version = 1; version < 200; version++) {
    const removed = members.filter(() => !random(4)).map(({ id }) => id);
    const kept = members.filter(({ id }) => !removed.includes(id));
    const changed = kept.filter(() => !random(4)).map(({ id }) => item(id, version));
    const next = kept.map((member) => changed.find(({ id }) => id === member.id) ?? member);
    const added = Array.from({ length: random(4) }, (_, i) => item(`r${version}-${i}`, version));
    members = [...next, ...added].sort((a, b) => (a.record % 7) - (b.record % 7) || (a.id < b.id ? -1 : 1));
    const placed = members.map((member, at) => ({ ...member, at })).filter(({ record }) => record === version);
    const parts = [{ removed }];
    for (const one of placed) {
      if (random(2)) parts.push({});
      (parts.at(-1)[added.some(({ id }) => id === one.id) ? "added" : "changed"] ??= []).push(one);
    }
    parts.forEach((part, i) => {
      diff(world, i ? version + 1 : version, version + 1, { ...part, more: i + 1 < parts.length });
    });
    assert.equal(shown(subscription), members.map(({ id, record }) => `${id}${record}`).join(" "));
  }
  await settled();

  assert.equal(listener.told.at(-1)[1].version, subscription.version);
  assert.equal(world.socket.taken(SUBSCRIBE).length, 0);
});
