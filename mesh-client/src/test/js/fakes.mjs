// SPDX-License-Identifier: Apache-2.0
// A scripted server and a clock that stands still.
import assert from "node:assert/strict";
import { MeshClient } from "../../main/resources/META-INF/resources/mesh/mesh.js";

/** Time that passes only by `advance`. */
export class FakeClock {
  time = 1_000_000;
  timers = new Map();
  lastId = 0;

  setTimeout = (task, millis) => {
    this.timers.set(++this.lastId, { task, due: this.time + millis });
    return this.lastId;
  };

  clearTimeout = (id) => this.timers.delete(id);

  now = () => this.time;

  /** Runs what falls due, in order, with the promises that come of it. */
  async advance(millis) {
    const end = this.time + millis;
    await settled();
    for (;;) {
      const due = [...this.timers].filter(([, timer]) => timer.due <= end);
      if (!due.length) break;
      const [id, timer] = due.reduce((a, b) => (b[1].due < a[1].due ? b : a));
      this.time = Math.max(this.time, timer.due);
      this.timers.delete(id);
      timer.task();
      await settled();
    }
    this.time = end;
  }

  /** Time passes without a timer, as when a computer sleeps. */
  sleep(millis) {
    this.time += millis;
  }
}

/** Waits for promises that have nothing to wait for. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));

/** The server's end of a WebSocket; strict about what a client may do. */
export class FakeSocket {
  bufferedAmount = 0;
  readyState = 0;
  frames = [];

  constructor(url, protocols) {
    this.url = url;
    this.protocols = protocols;
  }

  // The client's side

  send(text) {
    assert.equal(this.readyState, 1, "sent on a socket that is not open");
    this.frames.push(JSON.parse(text));
  }

  close(code = 1000) {
    assert.ok(code === 1000 || (code >= 3000 && code < 5000), `close code ${code}`);
    if (this.readyState < 2) this.closedWith = code;
    this.readyState = 2;
  }

  // The server's side

  open() {
    this.readyState = 1;
    this.onopen({});
  }

  tell(frame) {
    this.onmessage({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }

  welcome(payload = {}) {
    this.open();
    const limits = {
      maxMessageBytes: 327_680,
      maxRunningCommands: 64,
      maxWaitingCommands: 1_024,
      maxWaitingBytes: 1_048_576,
    };
    const all = { connectionId: "n-1", nodeId: "n", pingIntervalMillis: 30_000, maxMissedPongs: 1 };
    this.tell({ command: "mesh/welcome", payload: { ...all, serverTimeMillis: Date.now(), limits, ...payload } });
  }

  push(command, payload) {
    this.tell({ command, payload });
  }

  /** The requests of a name that came and were not taken yet. */
  taken(command) {
    const found = this.frames.filter((frame) => frame.command === command && frame.id !== undefined);
    this.frames = this.frames.filter((frame) => !found.includes(frame));
    return found;
  }

  /** Takes the one request of a name. */
  take(command) {
    const found = this.taken(command);
    assert.equal(found.length, 1, `${command} was sent ${found.length} times`);
    return found[0];
  }

  reply(request, payload) {
    this.tell({ id: request.id, payload });
  }

  fail(request, code, message = code, data) {
    this.tell({ id: request.id, error: { code, message, data } });
  }

  /** Takes the one request of a name and answers it. */
  answer(command, payload) {
    const request = this.take(command);
    this.reply(request, payload);
    return request.payload;
  }

  end(code = 1006, reason = "") {
    this.readyState = 3;
    this.onclose({ code, reason });
  }
}

/** A client on fakes. `socket` is the one made last. */
export function setup(options = {}) {
  const clock = new FakeClock();
  const sockets = [];
  const world = { clock, sockets, random: 0.5, errors: [], changes: [] };
  const WebSocket = function (url, protocols) {
    const socket = new FakeSocket(url, protocols);
    sockets.push(socket);
    return socket;
  };
  const { setTimeout, clearTimeout, now } = clock;
  const { platform, ...others } = options;
  world.client = new MeshClient("ws://host/socket", {
    WebSocket,
    platform: { setTimeout, clearTimeout, now, random: () => world.random, ...platform },
    ...others,
  });
  world.client.onError((error) => world.errors.push(error));
  world.client.onStatus((change) => world.changes.push(change));
  Object.defineProperty(world, "socket", { get: () => sockets.at(-1) });
  return world;
}

/** A client on fakes that is connected; each welcome has the given members in place of others. */
export async function connected(options, welcome) {
  const world = setup(options);
  world.welcome = welcome;
  const connecting = world.client.connect();
  await settled();
  world.socket.welcome(welcome);
  await connecting;
  return world;
}

/** Loses the connection and makes the next one, up to its welcome. */
export async function reconnect(world, closeCode = 1006) {
  const made = world.sockets.length;
  world.socket.end(closeCode);
  while (world.sockets.length === made) {
    assert.equal(world.client.status, "RECONNECTING");
    await world.clock.advance(100);
  }
  world.socket.welcome({ ...world.welcome, connectionId: "n-2" });
  await settled();
}

/** A listener that keeps what it is told. */
export function ear(...methods) {
  const told = [];
  const listener = { told };
  for (const method of methods) listener[method] = (...values) => void told.push([method, ...values]);
  return listener;
}

export const rejects = (promise, code) => assert.rejects(promise, { name: "MeshError", code });
