// Dispatches with Mesa's published dispatcher, unmodified. args: redis namespace
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { Dispatcher, DispatchEvent, Message } = require("@cryb/mesa");
const [redis, namespace] = process.argv.slice(2);
const dispatcher = new Dispatcher(redis, { namespace });

dispatcher.dispatch(new Message(0, { x: 1 }, "D1"), ["a", "b"]);
dispatcher.dispatch(new Message(0, { x: 2 }, "D2"), ["a", "b"], ["b"]);
dispatcher.dispatch(new Message(0, { x: 3 }, "D3"), ["*"]);
dispatcher.dispatch(new DispatchEvent("DISCONNECT_CLIENT"), ["b"]);
await dispatcher.publisher.quit();
await dispatcher.redis.quit();
