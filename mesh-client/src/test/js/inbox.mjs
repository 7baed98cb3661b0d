// SPDX-License-Identifier: Apache-2.0
// What the tests of the inbox share.
import { openInbox } from "../../main/resources/META-INF/resources/mesh/inbox.js";
import { at } from "./channels.mjs";
import { settled } from "./fakes.mjs";

export const INBOX = "mesh/inbox";
export const ACKNOWLEDGE = "mesh/acknowledge-inbox";
export const UNSUBSCRIBE = "mesh/unsubscribe-channel";

const content = (n) => ({ name: "bill", payload: n });

/** Messages of a page. */
export const bills = (from, to) =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ message: content(from + i), offset: from + i, time: from + i }));

/** A page of the messages with these numbers; the newest is its head. */
export const page = (from, to, more) => ({ recovered: true, publications: bills(from, to), ...at(to), ...more });

/** Opens the inbox and answers with the first page; gives what was asked too. */
export async function opened(world, listener, options, reply = page(1, 0)) {
  const opening = openInbox(world.client, listener, options);
  await settled();
  const asked = world.socket.answer("mesh/subscribe-channel", reply);
  const inbox = await opening;
  await settled();
  return { inbox, asked };
}

export async function send(world, ...offsets) {
  for (const n of offsets) {
    const place = { ...at(n), time: n };
    world.socket.push("mesh/subscription-message", { channel: INBOX, message: content(n), ...place });
  }
  await settled();
}

/** The payloads that a listener heard. */
export const heard = ({ told }) =>
  told.filter(([method]) => method === "onMessage").map(([, { payload }]) => payload);

/** The offsets that the server has been told since this was asked. */
export const acknowledged = ({ socket }) => socket.taken(ACKNOWLEDGE).map(({ payload }) => payload.offset);

/** Answers what the server has been told, and gives the offsets. */
export const confirm = ({ socket }) =>
  socket.taken(ACKNOWLEDGE).map((request) => {
    socket.reply(request, true);
    return request.payload.offset;
  });

/** A listener that says when it has handled a message. */
export function slow() {
  const settle = new Map();
  const onMessage = ({ payload }) =>
    new Promise((resolve, reject) => settle.set(payload, { done: resolve, fail: reject }));
  return { onMessage, settle };
}
