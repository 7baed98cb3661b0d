// Drives the channels of the published client unmodified against a server. args: url
// Prints one JSON line per fact; the test reads them.
import { WebSocket } from "ws";
import { RealtimeClient } from "@prsm/realtime/client";

globalThis.WebSocket ??= WebSocket; // browsers and newer Node have it

const say = (fact, value) => console.log(JSON.stringify({ fact, value }));
const client = new RealtimeClient(process.argv[2], { reconnectInterval: 100 });
const pushes = new Set();
client.on("message", ({ id, command }) => id === undefined && pushes.add(command));

/** What a channel's callback is called with, and when it was a certain message. */
class Heard {
  all = [];
  waiting = new Map();

  callback = (message) => {
    this.all.push(message);
    this.waiting.get(message)?.();
  };

  until(message) {
    return this.all.includes(message)
      ? Promise.resolve()
      : new Promise((resolve) => this.waiting.set(message, resolve));
  }
}

const publish = (channel, messages, history = 0) => client.command("publish", { channel, messages, history });
const texts = (from, to) => Array.from({ length: to - from + 1 }, (_, n) => `m${from + n}`);

await client.connect();

const kept = new Heard();
await publish("kept", texts(1, 5), 4);
const subscribed = await client.subscribeChannel("kept", kept.callback, { historyLimit: 3 });
say("subscribed", subscribed);
say("called", [...kept.all]);
say("history", await client.getChannelHistory("kept", { limit: 2 }));
say("all", await client.getChannelHistory("kept", { limit: 100 }));

const live = new Heard();
say("withoutHistory", await client.subscribeChannel("live", live.callback));
await publish("live", texts(1, 500));
await live.until("m500");
say("order", live.all.join() === texts(1, 500).join());
await publish("live", [{ a: [1, null] }, 7, "end"]);
await live.until("end");
say("forms", live.all.slice(500));

await client.subscribeChannel("live", live.callback);
await publish("live", ["once", "end of twice"]);
await live.until("end of twice");
say("once", live.all.filter((message) => message === "once").length);

const refused = new Heard();
say("refused", await client.subscribeChannel("secret", refused.callback, { historyLimit: 9 }));
say("hidden", await client.subscribeChannel("nowhere", refused.callback));
say("refusedHistory", await client.getChannelHistory("secret", { limit: 9 }));
await publish("secret", ["x"]);

const left = new Heard();
await client.subscribeChannel("left", left.callback);
say("unsubscribed", [await client.unsubscribeChannel("left"), await client.unsubscribeChannel("left")]);
client.channelSubscriptions.set("left", { callback: left.callback }); // hears what the server sends
await publish("left", ["after"]);
client.channelSubscriptions.delete("left");

// The answer of a resubscription is not waited for by the client's own "reconnect".
live.all.length = 0;
kept.all.length = 0;
client.command("drop-me", { channels: ["live", "kept"], messages: ["missed 1", "missed 2"] }, 1000).catch(() => {});
await new Promise((resolve) => client.once("reconnect", resolve));
await kept.until("missed 2");
await client.command("when-subscribed", { channels: ["live", "kept"] });
await publish("live", ["back"]);
await publish("kept", ["back"]);
await Promise.all([live.until("back"), kept.until("back")]);
say("liveAfterGap", live.all);
say("keptAfterGap", kept.all);
say("neverHeard", [refused.all.length, left.all.length]);
say("pushes", [...pushes].sort());
await client.close();
say("done", true);
process.exit(0);
