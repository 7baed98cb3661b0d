// The published client, unmodified, on a connection that goes silent. args: url, interval in ms, calm pings
// Prints one JSON line per fact; the test reads them.
import { WebSocket } from "ws";
import { RealtimeClient } from "@prsm/realtime/client";

const say = (fact, value) => console.log(JSON.stringify({ fact, value }));
const [pingTimeout, calm] = process.argv.slice(3).map(Number);
let attempts = 0;

// The package waits 30 s for the end of a connection whose other side is silent, and tells it then.
globalThis.WebSocket = class extends WebSocket {
  constructor(url) {
    super(url, [], { closeTimeout: 2 * pingTimeout });
    attempts++;
  }
};

const client = new RealtimeClient(process.argv[2], { pingTimeout, reconnectInterval: pingTimeout });
let closes = 0;
let calmPings = 0;
client.on("close", () => {
  closes++;
  calmPings = 0;
});
client.on("error", () => {});
await client.connect();
const first = client.connectionId;
await new Promise((resolve) =>
  client.on("ping", () => {
    // Once the old connection has ended, however late, the present one stays.
    if (closes > 0 && client.connectionId !== first && ++calmPings === calm) resolve();
  }),
);
say("echo", await client.command("echo", "calm"));
say("attempts", attempts);
say("closes", closes);
process.exit(0);
