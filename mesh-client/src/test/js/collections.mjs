// SPDX-License-Identifier: Apache-2.0
// What the tests of collections share.
import { ear, settled } from "./fakes.mjs";

export const SUBSCRIBE = "mesh/subscribe-collection";
/** A record; its stamp tells its value too, as a second write would have another. */
export const item = (id, value = 1) => ({ id, record: value, version: value, stamp: `${id}${value}` });
export const at = (place, id, value) => ({ ...item(id, value), at: place });
export const items = (...ids) => ids.map((id) => item(id));

export async function subscribed(world, { records = items("a", "b"), version = 1, ...reply } = {}) {
  const listener = ear("onUpdate", "onEnded");
  const subscribing = world.client.collections.subscribe("tasks", listener);
  await settled();
  const asked = world.socket.answer(SUBSCRIBE, { success: true, records, version, ...reply });
  await settled();
  return { subscribing, listener, asked, subscription: reply.more ? undefined : await subscribing };
}

export const diff = (world, base, version, changes) =>
  world.socket.push("mesh/collection-diff", { collectionId: "tasks", base, version, ...changes });
export const answer = (world, version, records, more) =>
  world.socket.answer(SUBSCRIBE, { success: true, records, version, more });

export const shown = ({ members }) => members.map(({ id, value }) => `${id}${value}`).join(" ");
/** What was told, shortly: reason, members, and what came (+), changed (*) and went (-). */
export const told = ({ told }) =>
  told.map(([method, update]) => {
    if (method !== "onUpdate") return [method, update];
    const marks = { added: "+", changed: "*", removed: "-" };
    const changes = Object.entries(marks).flatMap(([kind, mark]) => update[kind].map(({ id }) => mark + id));
    return [update.reason, shown(update), changes.join(" "), update.version];
  });
