// Drives Mesa's published clients, unmodified. args: url "node"|"browser" number of the last note, or 4
// Prints one JSON line per fact; the test reads them, and does its part when it is asked to by messages.
import { createRequire } from "node:module";
import { WebSocket } from "ws";

globalThis.WebSocket ??= WebSocket; // browsers and newer Node have it
const require = createRequire(import.meta.url);
const [url, kind, last = 4] = process.argv.slice(2);
const say = (fact, value) => console.log(JSON.stringify({ fact, value: value ?? null }));

/** Both clients behind one face. */
const connect = ({ connected, disconnected, message }) => {
  if (kind === "node") {
    const { Client, Message } = require("@cryb/mesa");
    const client = new Client(url);
    client.on("connected", (options) => connected(client, options));
    client.on("disconnected", (code, reason, options) => disconnected(code, options));
    client.on("message", message);
    client.on("error", () => {}); // while nobody listens there
    client.say = (type, data) => client.send(new Message(0, data, type));
    return client;
  }
  const MesaClient = require("mesa-js-client");
  const client = new (MesaClient.default ?? MesaClient)(url);
  client.onConnected = (options) => connected(client, options);
  client.onDisconnected = (code, reason, options) => disconnected(code, options);
  client.onMessage = message;
  client.onError = () => {};
  client.say = (type, data) => client.send(0, data, type);
  return client;
};

/** Goes on when the server has asked so often whether this client lives. */
const afterHeartbeats = (client, count, then) => {
  let heard = 0;
  client.ws.addEventListener("message", ({ data }) => {
    if (JSON.parse(data).op === 1 && ++heard === count) then();
  });
};

const notes = [];
let times = 0;
const client = connect({
  connected: async (it, options) => {
    times++;
    say(`connected${times}`, options);
    if (times === 1) afterHeartbeats(it, 5, () => it.say("HEARTBEATS", {}));
    say(`user${times}`, await it.authenticate({ id: "ann" }, { shouldSync: true }));
    if (times === 1) it.say("ECHO", { x: 1 });
  },
  disconnected: (code, options) => {
    say("disconnected", options);
    if (!options.willAttemptReconnect) process.exit(0);
  },
  message: ({ type, data, sequence }) => {
    if (type === "ECHO") say("echo", data);
    if (type === "PUSH") say("push", data);
    if (type !== "NOTE") return;
    notes.push([data, sequence ?? 0]);
    client.say("GOT", { note: data });
    if (data === Number(last)) {
      say("notes", notes);
      say("done", true);
      process.exit(0);
    }
  },
});
