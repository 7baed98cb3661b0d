// The published server, unmodified, with everything open. args: port of Redis, port to listen on (0: any)
// Prints its port as a fact; the test reads it.
import { RealtimeServer } from "@prsm/realtime";

const [redisPort, port] = process.argv.slice(2).map(Number);
const server = new RealtimeServer({
  redis: { host: "127.0.0.1", port: redisPort },
  pingInterval: 1_000,
  latencyInterval: 200,
});

server.exposeChannel(/^news.*$/);
server.exposeChannel("private", () => false);
server.exposeRecord(/^doc:.+$/);
server.exposeWritableRecord(/^till:.+$/);
server.trackPresence(/^lobby.*$/);
server.useMiddleware(({ command }) => {
  if (command === "checked") throw new Error("checked");
});
server.exposeCommand("echo", ({ payload }) => payload);
server.exposeCommand("void", () => {});
server.exposeCommand("checked", () => true);
server.exposeCommand("fail", () => {
  throw new TypeError("bad thing");
});
server.exposeCommand("throw-text", () => {
  throw "just a string";
});
server.exposeCommand("publish", async ({ payload: { channel, messages, history } }) => {
  for (const message of messages) await server.writeChannel(channel, message, history);
  return true;
});
server.exposeCommand("write", async ({ payload: { id, values } }) => {
  for (const value of values) await server.writeRecord(id, value);
  return true;
});
server.exposeCommand("delete", async ({ payload }) => (await server.deleteRecord(payload)) ?? true);
server.exposeCommand("read", ({ payload }) => server.getRecord(payload));
server.exposeCommand("to-all", ({ payload }) => server.broadcast("hello", payload));
server.exposeCommand("to-room", ({ payload: { room, text } }) => server.broadcastRoom(room, "hello", text));
server.exposeCommand("set-topic", ({ payload }) => server.roomManager.setMetadata("lobby", payload));
server.exposeCommand("members", ({ payload }) => server.getRoomMembers(payload));
server.exposeCommand("drop-me", ({ connection }) => {
  connection.close();
});
server.onError((error) => console.error(error.message));

await server.listen(port);
console.log(JSON.stringify({ fact: "port", value: server.port }));
