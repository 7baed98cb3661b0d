// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { openInbox } from "../../main/resources/META-INF/resources/mesh/inbox.js";
import { HISTORY, SUBSCRIBE, all, at, notices } from "./channels.mjs";
import { connected, reconnect, rejects, settled, setup } from "./fakes.mjs";
import { INBOX, UNSUBSCRIBE, bills, heard, opened, page, send } from "./inbox.mjs";

test("who opens the inbox is given what was not acknowledged, oldest first", async () => {
  const world = await connected();
  const listener = all();

  const { inbox, asked } = await opened(world, listener, {}, page(4, 5));

  assert.deepEqual(asked, { channel: INBOX });
  assert.deepEqual(listener.told, [
    ["onMessage", { name: "bill", payload: 4 }, { position: at(4), timeMillis: 4 }],
    ["onMessage", { name: "bill", payload: 5 }, { position: at(5), timeMillis: 5 }],
  ]);
  assert.deepEqual([inbox.state, inbox.position], ["LIVE", at(5)]);
});

test("a function is a listener too, and may use what it was bound to", async () => {
  const world = await connected();
  const numbers = [];

  await opened(world, ({ name, payload }, { position }) => numbers.push([name, payload, position.offset]));
  await send(world, 1);

  assert.deepEqual(numbers, [["bill", 1, 1]]);
});

test("methods of a listener are called on it", async () => {
  const world = await connected();
  class Bills {
    seen = 0;
    onMessage() {
      this.seen++;
    }
  }
  const bills = new Bills();

  await opened(world, bills);
  await send(world, 1, 2);

  assert.equal(bills.seen, 2);
});

test("the device and the wish for what comes are told to the server", async () => {
  const world = await connected();
  const listener = all();

  const { asked } = await opened(world, listener, { device: "phone", from: "end" }, page(6, 5));
  await send(world, 6);

  assert.deepEqual(asked, { channel: INBOX, device: "phone", from: "end" });
  assert.deepEqual(heard(listener), [6]);
  assert.deepEqual(notices(listener), []);
});

test("what was lost before it was opened is a gap before the rest", async () => {
  const world = await connected();
  const listener = all();

  await opened(world, listener, {}, page(51, 52, { recovered: false, after: at(3) }));

  assert.deepEqual(listener.told[0], ["onGap", { last: at(3), resumesAfter: at(50) }]);
  assert.deepEqual(heard(listener), [51, 52]);
});

test("an inbox of which everything was lost goes on behind a gap", async () => {
  const world = await connected();
  const listener = all();

  const { inbox } = await opened(world, listener, {}, page(8, 7, { recovered: false }));
  await send(world, 7, 8);

  assert.deepEqual(notices(listener), [["onGap", { last: null, resumesAfter: at(7) }]]);
  assert.deepEqual(heard(listener), [8]);
  assert.deepEqual(inbox.position, at(8));
});

test("an inbox that nothing was ever sent to has no position, and is resumed as it was", async () => {
  const world = await connected();
  const listener = all();

  const { inbox } = await opened(world, listener, { from: "end" }, { recovered: true, publications: [] });
  assert.deepEqual([inbox.position, inbox.state], [null, "LIVE"]);
  await reconnect(world);
  const asked = world.socket.answer(SUBSCRIBE, page(1, 1, { after: at(0) }));
  await send(world, 2);

  assert.deepEqual(asked, { channel: INBOX });
  assert.deepEqual(heard(listener), [1, 2]);
  assert.deepEqual(notices(listener), [["onRecovered", 1]]);
});

test("more than a page is read page by page, and what comes meanwhile follows", async () => {
  const world = await connected();
  const listener = all();

  const { inbox } = await opened(world, listener, { device: "phone" }, page(1, 2, { more: true, ...at(4) }));
  assert.equal(inbox.state, "CATCHING_UP");
  await send(world, 5);
  const asked = world.socket.answer(HISTORY, page(3, 5));
  await send(world, 6);

  assert.deepEqual(asked, { channel: INBOX, limit: 300, after: at(2) });
  assert.deepEqual(heard(listener), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(notices(listener), []);
});

test("what comes right behind the answer is not missed, and nothing is given twice", async () => {
  const world = await connected();
  const listener = all();

  const opening = openInbox(world.client, listener);
  await settled();
  world.socket.answer(SUBSCRIBE, page(1, 2));
  send(world, 2, 3, 3, 1);
  await opening;
  await send(world, 4);

  assert.deepEqual(heard(listener), [1, 2, 3, 4]);
});

test("a gap that the server tells is told in its place", async () => {
  const world = await connected();
  const listener = all();

  await opened(world, listener);
  await send(world, 1);
  world.socket.push("mesh/channel-gap", { channel: INBOX, ...at(5) });
  await send(world, 5, 6);

  assert.deepEqual(heard(listener), [1, 6]);
  assert.deepEqual(notices(listener), [["onGap", { last: at(1), resumesAfter: at(5) }]]);
});

test("after a reconnect it goes on behind the last message it gave", async () => {
  const world = await connected();
  const listener = all();
  await opened(world, listener, { device: "phone", from: "end" });
  await send(world, 1, 2);

  await reconnect(world);
  const asked = world.socket.answer(SUBSCRIBE, page(3, 4));
  await send(world, 4, 5);

  assert.deepEqual(asked, { channel: INBOX, device: "phone", recover: { ...at(2), time: 2 } });
  assert.deepEqual(heard(listener), [1, 2, 3, 4, 5]);
  assert.deepEqual(notices(listener), [["onRecovered", 2]]);
});

test("the time of the last message is told unless the place is that of a gap", async () => {
  const world = await connected();
  await opened(world, all(), {}, page(1, 2));

  await reconnect(world);
  assert.deepEqual(world.socket.answer(SUBSCRIBE, page(3, 2)).recover, { ...at(2), time: 2 });
  world.socket.push("mesh/channel-gap", { channel: INBOX, ...at(5) });
  await reconnect(world);

  assert.deepEqual(world.socket.take(SUBSCRIBE).payload.recover, at(5));
});

test("who had nothing to read resumes with the time of the newest message", async () => {
  const world = await connected();
  await opened(world, all(), {}, page(4, 3, { after: at(3), time: 3 }));

  await reconnect(world);

  assert.deepEqual(world.socket.answer(SUBSCRIBE, page(4, 3)).recover, { ...at(3), time: 3 });
  await reconnect(world);
  assert.deepEqual(world.socket.take(SUBSCRIBE).payload.recover, { ...at(3), time: 3 });
});

test("a page that is lost with its connection is asked for on the next one", async () => {
  const world = await connected();
  const listener = all();
  await opened(world, listener, {}, page(1, 2, { more: true, ...at(4) }));

  await reconnect(world);
  const asked = world.socket.answer(SUBSCRIBE, page(3, 4, { more: true, ...at(5) }));
  const read = world.socket.answer(HISTORY, page(5, 5));
  await settled();

  assert.deepEqual([asked.recover, read.after], [{ ...at(2), time: 2 }, at(4)]);
  assert.deepEqual(heard(listener), [1, 2, 3, 4, 5]);
});

test("what is lost meanwhile is a gap in its place", async () => {
  const world = await connected();
  const listener = all();
  await opened(world, listener, {}, page(1, 1));

  await reconnect(world);
  world.socket.answer(SUBSCRIBE, page(7, 8, { recovered: false }));
  await settled();

  assert.deepEqual(heard(listener), [1, 7, 8]);
  assert.deepEqual(notices(listener), [["onGap", { last: at(1), resumesAfter: at(6) }]]);
});

test("what cannot be read is a gap, and comes with the next connection if nothing came behind it", async () => {
  const world = await connected();
  const listener = all();
  await opened(world, listener, {}, page(1, 2, { more: true, ...at(4) }));

  world.socket.fail(world.socket.take(HISTORY), "EBADREQUEST");
  await reconnect(world);
  const asked = world.socket.answer(SUBSCRIBE, page(3, 4));
  await settled();

  assert.deepEqual(asked.recover, { ...at(2), time: 2 });
  assert.deepEqual(heard(listener), [1, 2, 3, 4]);
  assert.deepEqual(notices(listener)[0], ["onGap", { last: at(2), resumesAfter: null }]);
});

test("credentials that are renewed or presented again change nothing", async () => {
  const world = setup({ credentials: { token: "a" } });
  const authenticate = () => world.socket.answer("mesh/authenticate", { identity: "ann" });
  const connecting = world.client.connect();
  await settled();
  world.socket.welcome();
  await settled();
  authenticate();
  await connecting;
  const listener = all();
  await opened(world, listener, {}, page(1, 2));

  const renewing = world.client.authenticate({ token: "b" });
  await settled();
  authenticate();
  await renewing;
  await send(world, 3);
  await reconnect(world);
  authenticate();
  const asked = world.socket.answer(SUBSCRIBE, page(4, 4));
  await settled();

  assert.deepEqual(asked.recover, { ...at(3), time: 3 });
  assert.deepEqual(heard(listener), [1, 2, 3, 4]);
});

test("an identity that was being authenticated when it was opened is the same later", async () => {
  const world = await connected();
  const listener = all();
  const authenticating = world.client.authenticate({ token: "a" });
  const opening = openInbox(world.client, listener);
  await settled();
  world.socket.answer("mesh/authenticate", { identity: "ann" });
  await authenticating;
  world.socket.answer(SUBSCRIBE, page(1, 1));
  await opening;

  await reconnect(world);
  world.socket.answer("mesh/authenticate", { identity: "ann" });

  assert.deepEqual(world.socket.take(SUBSCRIBE).payload.recover, { ...at(1), time: 1 });
});

test("another identity on the next connection has an inbox of its own", async () => {
  const world = await connected();
  const listener = all();
  await opened(world, listener, { device: "phone" }, page(1, 2));
  await world.clock.advance(999);

  world.socket.end();
  await world.clock.advance(400);
  world.socket.welcome({ identity: "bob" });
  await settled();
  assert.deepEqual(world.socket.take(SUBSCRIBE).payload, { channel: INBOX, device: "phone" });
  await reconnect(world); // unanswered, and anonymous again
  world.socket.end();
  await world.clock.advance(1_000);
  world.socket.welcome({ identity: "bob" });
  await settled();
  const asked = world.socket.answer(SUBSCRIBE, { ...page(1, 1), epoch: "f" });
  await world.clock.advance(1_000);

  assert.deepEqual(asked, { channel: INBOX, device: "phone" });
  assert.deepEqual(heard(listener), [1, 2, 1]);
  assert.deepEqual(
    world.socket.taken("mesh/acknowledge-inbox").map(({ payload }) => payload),
    [{ device: "phone", ...at(1, "f"), time: 1 }],
  );
});

test("who has no identity is told so", async () => {
  const world = await connected();

  const failing = rejects(openInbox(world.client, () => {}), "EUNAUTHORIZED");
  await settled();
  world.socket.fail(world.socket.take(SUBSCRIBE), "EUNAUTHORIZED");
  await failing;

  await opened(world, () => {});
});

test("what is no listener is refused here", async () => {
  const world = await connected();

  await assert.rejects(openInbox(world.client, {}), TypeError);

  assert.deepEqual(world.socket.frames, []);
});

test("an inbox that the next connection may not open ends", async () => {
  const world = await connected();
  const listener = all();
  const { inbox } = await opened(world, listener, {}, page(1, 1));

  await reconnect(world);
  world.socket.fail(world.socket.take(SUBSCRIBE), "EUNAUTHORIZED");
  await settled();

  assert.deepEqual(notices(listener), [["onEnded", "EUNAUTHORIZED"]]);
  assert.equal(inbox.state, "ENDED");
  assert.deepEqual(world.errors.map(({ kind, name }) => [kind, name]), [["NOT_RESTORED", INBOX]]);
});

test("a client opens its inbox once at a time", async () => {
  const world = await connected();
  const first = all();

  const opening = openInbox(world.client, first);
  const early = rejects(openInbox(world.client, () => {}), "ECONFLICT");
  await early;
  world.socket.answer(SUBSCRIBE, page(1, 1));
  const inbox = await opening;
  await rejects(openInbox(world.client, () => {}), "ECONFLICT");
  await send(world, 2);
  inbox.close();
  const again = all();
  await opened(world, again, {}, page(3, 3));

  assert.deepEqual(heard(first), [1, 2]);
  assert.deepEqual(heard(again), [3]);
});

test("one who gives up while it is opened leaves it to the next one", async () => {
  const world = await connected();
  const controller = new AbortController();
  const listener = all();

  const failing = assert.rejects(openInbox(world.client, all(), { device: "a", signal: controller.signal }));
  await settled();
  controller.abort();
  await failing;
  const opening = openInbox(world.client, listener, { device: "b" });
  await settled();
  world.socket.answer(SUBSCRIBE, page(1, 1));
  await settled();
  const asked = world.socket.answer(SUBSCRIBE, page(1, 2));
  await opening;
  await send(world, 3);

  assert.deepEqual(asked, { channel: INBOX, device: "b" });
  assert.deepEqual(heard(listener), [1, 2, 3]);
  assert.equal(world.socket.taken(UNSUBSCRIBE).length, 0);
});

test("one who gives up alone ends it", async () => {
  const world = await connected();
  const controller = new AbortController();
  const failing = assert.rejects(openInbox(world.client, all(), { signal: controller.signal }));
  await settled();
  controller.abort();
  await failing;

  world.socket.answer(SUBSCRIBE, page(1, 1));
  await settled();

  assert.deepEqual(world.socket.take(UNSUBSCRIBE).payload, { channel: INBOX });
});

test("a closed client opens nothing", async () => {
  const world = await connected();
  await opened(world, () => {});
  const closing = world.client.close();
  await world.clock.advance(1_000);
  await closing;

  await rejects(openInbox(world.client, () => {}), "CLOSED");
});

test("other channels are as they were", async () => {
  const world = await connected();
  const listener = all();
  await opened(world, all());

  const subscribing = world.client.channels.subscribe("news", listener);
  await settled();
  assert.deepEqual(world.socket.answer(SUBSCRIBE, { history: [], ...at(0) }), { channel: "news" });
  const news = await subscribing;
  world.socket.push("mesh/subscription-message", { channel: "news", ...bills(1, 1)[0], ...at(1) });
  await settled();

  assert.deepEqual(heard(listener), [1]);
  assert.deepEqual(news.position, at(1));
});
