// SPDX-License-Identifier: Apache-2.0
// What the tests of channels share.
import { ear, settled } from "./fakes.mjs";

export const SUBSCRIBE = "mesh/subscribe-channel";
export const HISTORY = "mesh/get-channel-history";
export const at = (offset, epoch = "e") => ({ epoch, offset });
export const message = (offset, epoch) => ({ message: `m${offset}`, ...at(offset, epoch), time: offset });
export const kept = (from, to) =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ message: `m${from + i}`, offset: from + i, time: from + i }));

export async function subscribed(world, listener, options, reply = { success: true, history: [], ...at(0) }) {
  const subscribing = world.client.channels.subscribe("news", listener, options);
  await settled();
  world.socket.answer(SUBSCRIBE, reply);
  return subscribing;
}

export const publish = (world, ...offsets) => {
  for (const n of offsets) world.socket.push("mesh/subscription-message", { channel: "news", ...message(n) });
};

export const all = () => ear("onMessage", "onRecovered", "onGap", "onEnded");
export const texts = ({ told }) => told.filter(([method]) => method === "onMessage").map(([, text]) => text);
export const notices = ({ told }) => told.filter(([method]) => method !== "onMessage");
