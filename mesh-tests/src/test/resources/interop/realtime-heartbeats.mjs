// Many of the published client, unmodified, at the server's own ping interval.
// args: url, interval in ms, clients, periods. Prints one JSON line per fact; the test reads them.
import { WebSocket } from "ws";
import { RealtimeClient } from "@prsm/realtime/client";

globalThis.WebSocket ??= WebSocket; // browsers and newer Node have it

const say = (fact, value) => console.log(JSON.stringify({ fact, value }));
const [pingTimeout, count, periods] = process.argv.slice(3).map(Number);
const disturbances = [];

async function follow(number) {
  const client = new RealtimeClient(process.argv[2], { pingTimeout, maxMissedPings: 1, reconnectInterval: 100 });
  for (const event of ["close", "disconnect", "reconnect", "error"]) {
    client.on(event, () => disturbances.push(`${number} ${event}`));
  }
  let pings = 0;
  const served = new Promise((resolve) => client.on("ping", () => ++pings === periods && resolve()));
  await client.connect();
  await served;
  return (await client.command("echo", number)) === number;
}

say("served", (await Promise.all(Array.from({ length: count }, (_, number) => follow(number)))).every(Boolean));
say("disturbances", disturbances);
process.exit(0);
