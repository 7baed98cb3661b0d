// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { connected, reconnect, rejects, settled } from "./fakes.mjs";
import { SUBSCRIBE, WRITE, version, known, subscribed, full, patch, told } from "./records.mjs";

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

test("what others write behind an own write is seen", async () => {
  const world = await connected();
  const { subscription } = await subscribed(world, { value: 1 });

  const updating = subscription.update((n) => n + 1);
  world.socket.answer(WRITE, version(2));
  await updating;
  full(world, 2, 2);
  full(world, 9, 3);

  assert.equal(subscription.value, 9);
});

test("no patch is told where it does not lead from what the listener had", async () => {
  const world = await connected();
  const { subscription, listener } = await subscribed(world, { value: { n: 1 }, mode: "patch" });

  const updating = subscription.update((doc) => void doc.n++);
  world.socket.answer(WRITE, version(2));
  await updating;
  patch(world, 1, { op: "replace", path: "/n", value: 2 });
  patch(world, 2, { op: "replace", path: "/n", value: 3 });
  await settled();

  const told = listener.told.map(([, { reason, patch }]) => [reason, patch?.length]);
  assert.deepEqual(told, [["INITIAL", undefined], ["LOCAL", undefined], ["UPDATE", undefined], ["UPDATE", 1]]);
});

test("a conflict with nothing is written again", async () => {
  const world = await connected();
  const { subscription } = await subscribed(world, { value: 1 });

  const updating = subscription.update((n) => n + 1);
  world.socket.fail(world.socket.take(WRITE), "ECONFLICT");
  await world.clock.advance(1_000);
  world.socket.answer("mesh/subscribe-record", { unchanged: true, ...version(1) });
  world.socket.answer(WRITE, version(2));

  assert.equal((await updating).number, 2);
});
