// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { connected, ear, reconnect, rejects, settled } from "./fakes.mjs";
import { SUBSCRIBE, WRITE, version, known, subscribed, full, patch, told } from "./records.mjs";

test("a subscription tells what the record holds, and then each change", async () => {
  const world = await connected();

  const { subscription, listener, asked } = await subscribed(world);
  full(world, { n: 2 }, 2);
  await settled();

  assert.deepEqual(asked, { recordId: "doc", mode: "full" });
  assert.deepEqual(told(listener), [
    ["INITIAL", { n: 1 }],
    ["UPDATE", { n: 2 }],
  ]);
  assert.deepEqual(listener.told[1][1].version, known(2));
  assert.equal(listener.told[1][1].recordId, "doc");
  assert.deepEqual([subscription.value, subscription.version], [{ n: 2 }, known(2)]);
});

test("patches are applied, and told where they lead from what the listener had", async () => {
  const world = await connected();

  const { listener, asked } = await subscribed(world, { mode: "patch" });
  patch(world, 1, { op: "replace", path: "/n", value: 2 });
  patch(world, 2, { op: "add", path: "/list", value: [1] }, { op: "add", path: "/list/-", value: 2 });
  patch(world, 3, { op: "remove", path: "/n" });
  await settled();

  assert.equal(asked.mode, "patch");
  assert.deepEqual(told(listener).map(([, value]) => value), [
    { n: 1 },
    { n: 2 },
    { n: 2, list: [1, 2] },
    { list: [1, 2] },
  ]);
  assert.deepEqual(listener.told[3][1].patch, [{ op: "remove", path: "/n" }]);
  assert.equal(listener.told[0][1].patch, undefined);
});

test("a patch may lead over several versions", async () => {
  const world = await connected();
  const { subscription } = await subscribed(world, { mode: "patch" });

  const operations = [{ op: "replace", path: "/n", value: 5 }];
  world.socket.push("mesh/record-update", { recordId: "doc", patch: operations, base: 1, ...version(5) });

  assert.deepEqual([subscription.value, subscription.version.number], [{ n: 5 }, 5]);
});

test("the first patch of a record that was nothing adds to an empty object", async () => {
  const world = await connected();
  const { subscription } = await subscribed(world, { mode: "patch", value: null, number: 0 });

  patch(world, 0, { op: "add", path: "/n", value: 1 });

  assert.deepEqual(subscription.value, { n: 1 });
});

for (const [what, base, path] of [
  ["of another base", 4, "/n"],
  ["that does not apply", 1, "/none/x"],
  ["with a prototype path", 1, "/__proto__/x"],
]) {
  test(`a patch ${what} has the record read again, once`, async () => {
    const world = await connected();
    const { subscription, listener } = await subscribed(world, { mode: "patch" });

    patch(world, base, { op: "replace", path, value: 9 });
    patch(world, base + 1, { op: "replace", path: "/n", value: 10 });
    assert.equal(subscription.isLive, false);
    const asked = world.socket.answer(SUBSCRIBE, { record: { n: 6 }, ...version(6) });
    patch(world, 6, { op: "replace", path: "/n", value: 7 });
    await settled();

    assert.deepEqual(asked, { recordId: "doc", mode: "patch", have: version(1) });
    assert.deepEqual(told(listener), [
      ["INITIAL", { n: 1 }],
      ["RESYNC", { n: 6 }],
      ["UPDATE", { n: 7 }],
    ]);
    assert.equal(subscription.isLive, true);
    assert.equal({}.x, undefined);
  });
}

test("after a reconnect an unchanged record is not told again", async () => {
  const world = await connected();
  const { subscription, listener } = await subscribed(world);

  await reconnect(world);
  const asked = world.socket.answer(SUBSCRIBE, { unchanged: true, ...version(1) });
  full(world, { n: 2 }, 2);
  await settled();

  assert.deepEqual(asked.have, version(1));
  assert.deepEqual(told(listener).map(([reason]) => reason), ["INITIAL", "UPDATE"]);
  assert.deepEqual(subscription.value, { n: 2 });
});

test("after a reconnect the version may go back where the cluster lost data", async () => {
  const world = await connected();
  const { listener } = await subscribed(world, { number: 9 });

  await reconnect(world);
  world.socket.answer(SUBSCRIBE, { record: { n: 0 }, version: 2, stamp: "other" });
  await settled();

  assert.deepEqual(told(listener).at(-1), ["RESYNC", { n: 0 }]);
});

test("one who wants patches has patches travel for all", async () => {
  const world = await connected();
  const { listener } = await subscribed(world);
  const other = ear("onUpdate");

  await world.client.records.subscribe("doc", other, { mode: "patch" });
  assert.equal(world.socket.answer(SUBSCRIBE, { unchanged: true, ...version(1) }).mode, "patch");
  patch(world, 1, { op: "replace", path: "/n", value: 2 });
  await settled();

  assert.deepEqual(told(listener).at(-1), ["UPDATE", { n: 2 }]);
  assert.equal(listener.told.at(-1)[1].patch, undefined);
  assert.equal(other.told.at(-1)[1].patch.length, 1);
});

test("a deleted record ends its subscriptions", async () => {
  const world = await connected();
  const { subscription, listener } = await subscribed(world);

  world.socket.push("mesh/record-deleted", { recordId: "doc", version: 1, deleted: true });
  full(world, { n: 9 }, 9);
  await settled();

  assert.deepEqual(told(listener), [
    ["INITIAL", { n: 1 }],
    ["DELETED", null],
  ]);
  await rejects(subscription.update((n) => n), "EACCESS");
  await reconnect(world);
  assert.equal(world.socket.taken(SUBSCRIBE).length, 0);
});

test("a revoked record tells its end", async () => {
  const world = await connected();
  const { subscription, listener } = await subscribed(world);

  world.socket.push("mesh/record-revoked", { recordId: "doc" });
  await settled();

  assert.deepEqual(told(listener).at(-1), ["onEnded", "EACCESS"]);
  assert.equal(subscription.isLive, false);
});

test("what is told together is seen together", async () => {
  const world = await connected();
  const a = await subscribed(world, { id: "a", value: 10 });
  const b = await subscribed(world, { id: "b", value: 0 });
  const sums = [];
  const sum = () => a.subscription.value + b.subscription.value;
  await world.client.records.subscribe("a", () => sums.push(sum()));

  const updates = [{ recordId: "a", full: 4, ...version(2) }];
  world.socket.push("mesh/record-updates", { updates, group: 1, more: true });
  world.socket.push("mesh/record-updates", { updates: [], group: 2 });
  await settled();
  assert.equal(a.subscription.value, 10);
  const rest = [{ recordId: "b", full: 6, ...version(2) }];
  world.socket.push("mesh/record-updates", { updates: rest, group: 1 });
  await settled();

  assert.deepEqual(sums, [10, 10]);
  const values = world.client.records.snapshot([a.subscription, b.subscription]).map(({ value }) => value);
  assert.deepEqual(values, [4, 6]);
});

test("what is told together in one group is kept apart from what comes between", async () => {
  const world = await connected();
  const a = await subscribed(world, { id: "a", value: 0 });
  const b = await subscribed(world, { id: "b", value: 0 });
  const c = await subscribed(world, { id: "c", value: 0 });
  const told = (group, recordId, value, more) =>
    world.socket.push("mesh/record-updates", { updates: [{ recordId, full: value, ...version(value) }], group, more });

  told(1, "a", 2, true);
  told(2, "c", 5, true);
  full(world, 9, 9, "c");
  assert.deepEqual([a, b, c].map(({ subscription }) => subscription.value), [0, 0, 9]);
  told(1, "b", 3);

  assert.deepEqual([a, b, c].map(({ subscription }) => subscription.value), [2, 3, 9]);
});

test("what was begun to be told together is forgotten with the connection", async () => {
  const world = await connected();
  const a = await subscribed(world, { id: "a", value: 1 });

  world.socket.push("mesh/record-updates", { updates: [{ recordId: "a", full: 2, ...version(2) }], group: 1, more: true });
  await reconnect(world);
  world.socket.answer(SUBSCRIBE, { record: 5, ...version(5) });
  world.socket.push("mesh/record-updates", { updates: [], group: 1 });
  await settled();

  assert.equal(a.subscription.value, 5);
});

test("there is no snapshot while a record is read again", async () => {
  const world = await connected();
  const { subscription } = await subscribed(world);

  await reconnect(world);

  assert.equal(world.client.records.snapshot([subscription]), null);
});

test("writing, reading, transactions and their conditions", async () => {
  const world = await connected();
  const { records } = world.client;

  const written = records.write("doc", { n: 1 }, { strategy: "merge", ifVersion: known(4) });
  await settled();
  assert.deepEqual(world.socket.answer(WRITE, version(5)), {
    recordId: "doc",
    newValue: { n: 1 },
    options: { strategy: "merge", ifVersion: 4, ifStamp: "s4" },
  });
  assert.deepEqual(await written, known(5));

  const numbered = records.write("doc", null, { ifVersion: 0 });
  await settled();
  assert.deepEqual(world.socket.take(WRITE).payload.options, { ifVersion: 0 });
  numbered.catch(() => {});

  const read = records.get("doc");
  await settled();
  world.socket.answer("mesh/get-record", { record: [1], ...version(5) });
  assert.deepEqual(await read, { value: [1], version: known(5) });

  const done = records.transaction([
    { op: "write", recordId: "a", value: 1, strategy: "merge", ifVersion: known(2) },
    { op: "delete", recordId: "b" },
  ]);
  await settled();
  const results = [
    { op: "write", recordId: "a", success: true, ...version(3) },
    { op: "delete", recordId: "b", success: true, ...version(7) },
  ];
  assert.deepEqual(world.socket.answer("mesh/transaction", { id: "t", results }).operations, [
    { op: "write", recordId: "a", value: 1, options: { strategy: "merge", ifVersion: 2, ifStamp: "s2" } },
    { op: "delete", recordId: "b", options: {} },
  ]);
  assert.deepEqual(await done, new Map([["a", known(3)], ["b", known(7)]]));
});

test("unsubscribing closes all subscriptions of a record", async () => {
  const world = await connected();
  const { subscription } = await subscribed(world);

  assert.equal(await world.client.records.unsubscribe("doc"), true);
  assert.equal(await world.client.records.unsubscribe("doc"), false);

  assert.equal(subscription.isLive, false);
  assert.equal(world.socket.taken("mesh/unsubscribe-record").length, 1);
});

test("while a record is read again its answer decides, not what was revoked before", async () => {
  const world = await connected();
  const { subscription, listener } = await subscribed(world);
  await reconnect(world);

  world.socket.push("mesh/record-revoked", { recordId: "doc" });
  full(world, { n: 7 }, 7);
  world.socket.answer(SUBSCRIBE, { record: { n: 2 }, ...version(2) });
  await settled();

  assert.deepEqual(told(listener), [
    ["INITIAL", { n: 1 }],
    ["RESYNC", { n: 2 }],
  ]);
  assert.equal(subscription.isLive, true);
});

test("a record that was subscribed to while reconnecting is live like others", async () => {
  const world = await connected();
  world.socket.end();
  const listener = ear("onUpdate");
  const subscribing = world.client.records.subscribe("doc", listener);
  await world.clock.advance(400);
  world.socket.welcome();
  await settled();
  world.socket.answer(SUBSCRIBE, { record: 1, ...version(1) });
  const subscription = await subscribing;

  full(world, 2, 2);

  assert.equal(subscription.isLive, true);
  assert.equal(subscription.value, 2);
});
