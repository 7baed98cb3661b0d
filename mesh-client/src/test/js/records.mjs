// SPDX-License-Identifier: Apache-2.0
// What the tests of records share.
import { ear, settled } from "./fakes.mjs";

export const SUBSCRIBE = "mesh/subscribe-record";
export const WRITE = "mesh/publish-record-update";
export const version = (number) => ({ version: number, stamp: `s${number}` });
export const known = (number) => ({ number, stamp: `s${number}` });

export async function subscribed(world, { id = "doc", value = { n: 1 }, number = 1, ...options } = {}) {
  const listener = ear("onUpdate", "onEnded");
  const subscribing = world.client.records.subscribe(id, listener, options);
  await settled();
  const asked = world.socket.answer(SUBSCRIBE, { success: true, record: value, ...version(number) });
  return { subscription: await subscribing, listener, asked };
}

export const full = (world, value, number, recordId = "doc") =>
  world.socket.push("mesh/record-update", { recordId, full: value, ...version(number) });
export const patch = (world, base, ...operations) =>
  world.socket.push("mesh/record-update", { recordId: "doc", patch: operations, base, ...version(base + 1) });
export const told = ({ told }) =>
  told.map(([method, what]) => (method === "onUpdate" ? [what.reason, what.value] : [method, what]));
