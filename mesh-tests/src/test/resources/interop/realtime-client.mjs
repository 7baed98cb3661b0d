// Drives the published client unmodified against a server. args: url
// Prints one JSON line per fact; the test reads them.
import { WebSocket } from "ws";
import { RealtimeClient } from "@prsm/realtime/client";

globalThis.WebSocket ??= WebSocket; // browsers and newer Node have it

const say = (fact, value) => console.log(JSON.stringify({ fact, value }));
const client = new RealtimeClient(process.argv[2], { reconnectInterval: 100 });
const reconnected = new Promise((resolve) => client.once("reconnect", resolve));

await client.connect();
say("status", client.status);
say("connectionId", client.connectionId);
say("echo", await client.command("echo", "Hello!"));
say("object", await client.command("echo", { a: [1, 2, { b: null }], text: "ü€😀" }));
say("void", (await client.command("void", {})) === undefined);
say("unknown", await client.command("nope", {}));
say("refused", await client.command("refuse", {}));
say("many", (await Promise.all(Array.from({ length: 500 }, (_, n) => client.command("echo", n)))).every((v, n) => v === n));
const first = client.connectionId;
// The client says "reconnect" when the socket opens; its new id comes with the first frame.
const assigned = new Promise((resolve) => client.connection.once("id-assigned", resolve));
client.command("drop-me", {}, 1000).catch(() => {});
await Promise.all([reconnected, assigned]);
say("reconnected", client.connectionId !== first && client.status);
say("echoAgain", await client.command("echo", "again"));
await client.close();
say("done", true);
process.exit(0);
