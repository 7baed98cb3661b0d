// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { connected, ear, reconnect, rejects, settled } from "./fakes.mjs";

const SUBSCRIBE = "mesh/subscribe-record";
const WRITE = "mesh/publish-record-update";
const version = (number) => ({ version: number, stamp: `s${number}` });
const known = (number) => ({ number, stamp: `s${number}` });

async function subscribed(world, { id = "doc", value = { n: 1 }, number = 1, ...options } = {}) {
  const listener = ear("onUpdate", "onEnded");
  const subscribing = world.client.records.subscribe(id, listener, options);
  await settled();
  const asked = world.socket.answer(SUBSCRIBE, { success: true, record: value, ...version(number) });
  return { subscription: await subscribing, listener, asked };
}

const full = (world, value, number, recordId = "doc") =>
  world.socket.push("mesh/record-update", { recordId, full: value, ...version(number) });
const patch = (world, base, ...operations) =>
  world.socket.push("mesh/record-update", { recordId: "doc", patch: operations, base, ...version(base + 1) });
const told = ({ told }) => told.map(([method, update]) => (update ? [update.reason, update.value] : [method]));

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

  assert.deepEqual(told(listener).at(-1), ["onEnded"]);
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
  world.socket.push("mesh/record-updates", { updates, more: true });
  await settled();
  assert.equal(a.subscription.value, 10);
  world.socket.push("mesh/record-updates", { updates: [{ recordId: "b", full: 6, ...version(2) }] });
  await settled();

  assert.deepEqual(sums, [10, 10]);
  const values = world.client.records.snapshot([a.subscription, b.subscription]).map(({ value }) => value);
  assert.deepEqual(values, [4, 6]);
});

test("what was begun to be told together is forgotten with the connection", async () => {
  const world = await connected();
  const a = await subscribed(world, { id: "a", value: 1 });

  world.socket.push("mesh/record-updates", { updates: [{ recordId: "a", full: 2, ...version(2) }], more: true });
  await reconnect(world);
  world.socket.answer(SUBSCRIBE, { record: 5, ...version(5) });
  world.socket.push("mesh/record-updates", { updates: [] });
  await settled();

  assert.equal(a.subscription.value, 5);
});

test("there is no snapshot while a record is read again", async () => {
  const world = await connected();
  const { subscription } = await subscribed(world);

  await reconnect(world);

  assert.equal(world.client.records.snapshot([subscription]), null);
});

test("an update is seen at once and written upon the version it was made for", async () => {
  const world = await connected();
  const { subscription, listener } = await subscribed(world);

  const updating = subscription.update((doc) => ({ n: doc.n + 1 }));
  assert.deepEqual(subscription.value, { n: 2 });
  const written = world.socket.answer(WRITE, { success: true, ...version(2) });
  assert.deepEqual(await updating, known(2));
  full(world, { n: 2 }, 2);
  await settled();

  assert.deepEqual(written, { recordId: "doc", newValue: { n: 2 }, options: { ifVersion: 1, ifStamp: "s1" } });
  assert.deepEqual(told(listener), [
    ["INITIAL", { n: 1 }],
    ["LOCAL", { n: 2 }],
    ["UPDATE", { n: 2 }],
  ]);
});

test("a function may change the draft it is given", async () => {
  const world = await connected();
  const { subscription } = await subscribed(world);

  subscription.update((doc) => {
    doc.list = [1];
  });

  assert.deepEqual(subscription.value, { n: 1, list: [1] });
  assert.throws(() => subscription.value.list.push(2), TypeError);
  assert.deepEqual(world.socket.take(WRITE).payload.newValue, { n: 1, list: [1] });
});

test("the push of an own write that comes before its answer is not applied twice", async () => {
  const world = await connected();
  const { subscription, listener } = await subscribed(world, { value: 1 });

  const updating = subscription.update((n) => n + 1);
  full(world, 2, 2);
  assert.equal(subscription.value, 2);
  world.socket.answer(WRITE, version(2));
  await updating;
  await settled();

  assert.deepEqual(told(listener).map(([, value]) => value), [1, 2, 2]);
  assert.equal(subscription.value, 2);
});

test("updates made while a write is under way go in the next one together", async () => {
  const world = await connected();
  const { subscription } = await subscribed(world, { value: 1 });

  const all = [1, 2, 3].map(() => subscription.update((n) => n + 1));
  assert.equal(subscription.value, 4);
  assert.equal(world.socket.answer(WRITE, version(2)).newValue, 2);
  const second = world.socket.answer(WRITE, version(3));

  assert.deepEqual([second.newValue, second.options.ifVersion], [4, 2]);
  assert.deepEqual((await Promise.all(all)).map(({ number }) => number), [2, 3, 3]);
});

test("if somebody else was first, the functions run again on what that left", async () => {
  const world = await connected();
  const { subscription, listener } = await subscribed(world, { value: 1 });

  const updating = subscription.update((n) => n + 1);
  full(world, 10, 2);
  world.socket.fail(world.socket.take(WRITE), "ECONFLICT", "late", version(2));
  assert.equal(subscription.value, 11);
  const second = world.socket.answer(WRITE, version(3));
  await updating;
  await settled();

  assert.deepEqual([second.newValue, second.options.ifVersion], [11, 2]);
  assert.deepEqual(told(listener).map(([, value]) => value), [1, 2, 11]);
});

test("a conflict waits for the push of what was first", async () => {
  const world = await connected();
  const { subscription } = await subscribed(world, { value: 1 });

  const updating = subscription.update((n) => n + 1);
  world.socket.fail(world.socket.take(WRITE), "ECONFLICT");
  assert.equal(world.socket.taken(WRITE).length, 0);
  full(world, 5, 2);
  assert.equal(world.socket.answer(WRITE, version(3)).newValue, 6);

  assert.equal((await updating).number, 3);
});

test("if that push does not come, the record is read again", async () => {
  const world = await connected();
  const { subscription } = await subscribed(world, { value: 1 });

  const updating = subscription.update((n) => n + 1);
  world.socket.fail(world.socket.take(WRITE), "ECONFLICT");
  await world.clock.advance(1_000);
  world.socket.answer(SUBSCRIBE, { record: 7, ...version(4) });
  assert.equal(world.socket.answer(WRITE, version(5)).newValue, 8);
  await updating;

  assert.equal(subscription.value, 8);
});

test("a function that throws on what somebody else left fails its update alone", async () => {
  const world = await connected();
  const { subscription } = await subscribed(world, { value: 3 });
  const take = (n) => (n > 0 ? n - 1 : assert.fail("sold out"));

  const failing = assert.rejects(subscription.update(take), { message: "sold out" });
  const other = subscription.update((n) => n + 5);
  full(world, 0, 2);
  world.socket.fail(world.socket.take(WRITE), "ECONFLICT");
  await failing;
  assert.equal(world.socket.answer(WRITE, version(3)).newValue, 5);

  await other;
});

test("a function that throws at once changes nothing", async () => {
  const world = await connected();
  const { subscription } = await subscribed(world, { value: 1 });

  await assert.rejects(subscription.update(() => assert.fail("no")), { message: "no" });

  assert.equal(subscription.value, 1);
  assert.equal(world.socket.taken(WRITE).length, 0);
});

test("what the server refuses is taken back, and the rest goes on", async () => {
  const world = await connected();
  const { subscription, listener } = await subscribed(world, { value: 1 });

  const failing = rejects(subscription.update(() => 100), "EACCESS");
  const other = subscription.update((n) => n + 1);
  world.socket.fail(world.socket.take(WRITE), "EACCESS");
  await failing;
  assert.equal(subscription.value, 2);
  assert.equal(world.socket.answer(WRITE, version(2)).newValue, 2);
  await other;

  assert.deepEqual(told(listener).map(([, value]) => value), [1, 100, 101, 2]);
});

test("a write whose answer was lost is written again upon the same version", async () => {
  const world = await connected();
  const { subscription } = await subscribed(world, { value: 1 });

  const updating = subscription.update((n) => n + 1);
  world.socket.take(WRITE);
  await reconnect(world);
  world.socket.answer(SUBSCRIBE, { unchanged: true, ...version(1) });
  const again = world.socket.answer(WRITE, version(2));

  assert.deepEqual([again.newValue, again.options.ifVersion], [2, 1]);
  assert.equal((await updating).number, 2);
});

test("if that conflicts, nobody can tell whether it was written", async () => {
  const world = await connected();
  const { subscription } = await subscribed(world, { value: 1 });

  const failing = rejects(subscription.update((n) => n + 1), "CONNECTION_LOST");
  world.socket.take(WRITE);
  await reconnect(world);
  world.socket.answer(SUBSCRIBE, { record: 2, ...version(2) });
  world.socket.fail(world.socket.take(WRITE), "ECONFLICT");
  await failing;

  assert.equal(subscription.value, 2);
});

test("updates go on when the subscription is closed meanwhile, which then ends", async () => {
  const world = await connected();
  const { subscription } = await subscribed(world, { value: 1 });

  const updating = subscription.update((n) => n + 1);
  subscription.close();
  assert.equal(world.socket.taken("mesh/unsubscribe-record").length, 0);
  world.socket.answer(WRITE, version(2));
  await updating;

  assert.equal(world.socket.taken("mesh/unsubscribe-record").length, 1);
});

test("updates that wait fail when the record is deleted or the client closed", async () => {
  const world = await connected();
  const one = await subscribed(world, { id: "a", value: 1 });
  const other = await subscribed(world, { id: "b", value: 1 });

  const first = one.subscription.update((n) => n + 1);
  const gone = rejects(one.subscription.update((n) => n + 1), "ENOTFOUND");
  const both = [1, 2].map(() => rejects(other.subscription.update((n) => n + 1), "CLOSED"));
  world.socket.push("mesh/record-deleted", { recordId: "a", version: 2, deleted: true });
  await gone;
  world.socket.reply(world.socket.taken(WRITE)[0], version(2));
  await first;
  const closing = world.client.close();
  await world.clock.advance(1_000);

  await closing;
  await Promise.all(both);
});

test("no more than 1,024 updates wait", async () => {
  const world = await connected();
  const { subscription } = await subscribed(world, { value: 0 });

  for (let i = 0; i < 1_024; i++) subscription.update((n) => n + 1).catch(() => {});

  await rejects(subscription.update((n) => n + 1), "ELIMIT");
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

  const operations = [{ op: "delete", recordId: "doc" }];
  const done = records.transaction(operations);
  await settled();
  assert.deepEqual(world.socket.answer("mesh/transaction", { id: "t", results: [] }), { operations });
  assert.deepEqual(await done, { id: "t", results: [] });
});

test("unsubscribing closes all subscriptions of a record", async () => {
  const world = await connected();
  const { subscription } = await subscribed(world);

  assert.equal(await world.client.records.unsubscribe("doc"), true);
  assert.equal(await world.client.records.unsubscribe("doc"), false);

  assert.equal(subscription.isLive, false);
  assert.equal(world.socket.taken("mesh/unsubscribe-record").length, 1);
});
