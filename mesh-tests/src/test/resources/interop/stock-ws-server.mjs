// A stock ws server: echoes whatever subprotocol was offered and speaks a legacy dialect.
// args: prefix ("" | "mesh/" | "rt/")
import { WebSocketServer } from "ws";

const prefix = process.argv[2] ?? "";
const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
server.on("connection", (socket) => {
  if (prefix) socket.send(JSON.stringify({ command: prefix + "assign-id", payload: "conn-1" }));
  socket.on("message", (data) => {
    const { id, command, payload } = JSON.parse(data);
    if (id === undefined || command === "pong" || command === "latency:response") return;
    if (command === "echo") socket.send(JSON.stringify({ id, command, payload: "echo: " + payload }));
    else if (prefix && command === prefix + "noop") socket.send(JSON.stringify({ id, command, payload: true }));
    else
      socket.send(
        JSON.stringify({ id, command, payload: { error: `Command "${command}" not found`, code: "ENOTFOUND", name: "CommandError" } }),
      );
  });
});
server.on("listening", () => console.log(JSON.stringify({ fact: "port", value: server.address().port })));
