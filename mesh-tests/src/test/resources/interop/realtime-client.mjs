// Drives the published client unmodified against a server. args: url
// Prints one JSON line per fact; the test reads them.
import { WebSocket } from "ws";
import { RealtimeClient } from "@prsm/realtime/client";

globalThis.WebSocket ??= WebSocket; // browsers and newer Node have it

const say = (fact, value) => console.log(JSON.stringify({ fact, value }));
const url = process.argv[2];
const open = (options) => new RealtimeClient(url, { reconnectInterval: 100, ...options });
const event = (emitter, name) => new Promise((resolve) => emitter.once(name, resolve));
const failure = (promise) => promise.then(() => "none", ({ code, name, message }) => [code, name, message]);
const drop = (client) => client.command("drop-me", {}, 1_000).catch(() => {});

const client = open();
await client.connect();
say("status", client.status);
say("connectionId", client.connectionId);
say("echo", await client.command("echo", "Hello!"));
say("object", await client.command("echo", { a: [1, 2, { b: null }], text: "ü€😀" }));
say("void", (await client.command("void", {})) === undefined);
say("nothing", await client.command("nothing"));
const large = { list: Array.from({ length: 1_000 }, (_, n) => ({ n, nested: [{ n }] })) };
say("large", JSON.stringify(await client.command("echo", large)) === JSON.stringify(large));
say("unknown", await client.command("nope", {}));
say("refused", await client.command("refuse", {}));
const failed = await client.command("fail", {});
say("failed", [failed.code, failed.name, failed.error.includes("secret")]);
say("timeout", (await failure(client.command("never", {}, 100))).slice(0, 3));
say("checked", await client.command("checked", {}));
say("many", (await Promise.all(Array.from({ length: 500 }, (_, n) => client.command("echo", n)))).every((v, n) => v === n));
const order = [];
const slow = client.command("slow").then((value) => order.push(value));
await client.command("echo", "fast").then((value) => order.push(value));
await slow;
say("outOfOrder", order);

// The client says "reconnect" when the socket opens; its new id comes with the first frame.
const first = client.connectionId;
const events = [];
const names = ["disconnect", "close", "connect", "reconnect"];
for (const name of names) client.on(name, () => events.push(name));
const returned = [event(client, "reconnect"), event(client.connection, "id-assigned")];
drop(client);
await Promise.all(returned);
say("reconnected", client.connectionId !== first && client.status);
say("events", names.filter((name) => events.includes(name)));
say("echoAgain", await client.command("echo", "again"));
const gone = event(client, "close");
drop(client);
await gone;
say("whileAway", await client.command("echo", "waited"));

const nobody = new RealtimeClient(url.replace(/:\d+$/, ":1"), { shouldReconnect: false });
nobody.on("error", () => {});
const refused = await failure(nobody.connect());
say("refusedUpgrade", [refused[0], refused[1], nobody.status]);

let closedEvents = 0;
client.on("disconnect", () => closedEvents++);
await client.close();
say("closed", [client.status, closedEvents > 0]);

// One that does not come back, until it is asked to
const modest = open({ shouldReconnect: false });
await modest.connect();
const lost = event(modest, "close");
drop(modest);
await lost;
say("stayedAway", [modest.status, modest.isReconnecting ? 1 : 0]);
say("openedAgain", await modest.command("echo", "once more"));
await modest.close();

// One that gives up
const brief = open({ maxReconnectAttempts: 2, reconnectInterval: 20 });
brief.on("error", () => {});
await brief.connect();
brief.url = nobody.url;
const gaveUp = event(brief, "reconnectfailed");
drop(brief);
await gaveUp;
say("gaveUp", brief.status === 0);
say("done", true);
process.exit(0);
