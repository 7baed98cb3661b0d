// SPDX-License-Identifier: Apache-2.0
import { MeshError, byteLength } from "./core.js";

export class Wire {
  lastId = 0;
  reason = "";

  constructor(client) {
    this.client = client;
    this.platform = client.platform;
  }

  open(url) {
    const socket = (this.socket = new this.platform.WebSocket(url, ["mesh.v1"]));
    socket.onopen = () => (this.opened = true);
    socket.onerror = ({ message = "" }) => (this.reason = message);
    socket.onmessage = ({ data }) => this.onText(data);
    socket.onclose = ({ code, reason }) => {
      const refused = /: 40[13]$/.test(this.reason); // of the package ws
      this.onEnd({ closeCode: this.opened ? code : 0, reason: reason || this.reason, refused });
    };
  }

  admits(frame) {
    return byteLength(frame) <= this.limits.maxMessageBytes;
  }

  send(frame) {
    if (!this.ended) this.socket.send(frame);
  }

  onText(text) {
    if (this.ended) return;
    if (text.length > this.client.limits.maxMessageBytes) {
      return this.end(4505, { closeCode: 1009, reason: "The message is too large." });
    }
    try {
      const frame = JSON.parse(text);
      if (!this.limits) this.onFirst(frame);
      else if (frame.command === "ping") this.onPing(frame.payload);
      else this.client.onFrame(this, frame);
    } catch (e) {
      this.client.report("MALFORMED_FRAME", e);
    }
    this.client.flush();
  }

  onFirst({ command, payload: welcome }) {
    if (command !== "mesh/welcome" || !welcome?.limits) {
      return this.end(4526, { closeCode: 4526, reason: "no server of mesh.v1" });
    }
    const { pingTimeoutMillis, maxMissedPings } = this.client.options;
    const interval = pingTimeoutMillis ?? welcome.pingIntervalMillis;
    this.limits = welcome.limits;
    this.silenceMillis = interval * (maxMissedPings + 1);
    this.awaitPing();
    this.client.onWelcome(this, welcome);
  }

  onPing({ t, latency }) {
    this.awaitPing();
    this.send(JSON.stringify({ command: "pong", payload: { t } }));
    this.client.serverInfo.latencyMillis = latency;
  }

  awaitPing() {
    const { silenceMillis, platform } = this;
    const due = platform.now() + silenceMillis;
    platform.clearTimeout(this.watch);
    this.watch = platform.setTimeout(() => {
      // later, this computer slept
      if (platform.now() < due + 1_000) return this.lose("no ping in time");
      this.awaitPing();
      this.client.probe(this);
    }, silenceMillis);
  }

  leaveAfter(millis) {
    const { calls } = this.client;
    this.turn ??= this.platform.setTimeout(() => {
      calls.leave = () => this.end(1000, { closeCode: 4001, left: true });
      calls.pump();
    }, millis);
  }

  leave(reason) {
    this.client.onLeaving?.();
    this.end(1000, { closeCode: 1000, reason });
  }

  lose(reason) {
    this.end(4010, { closeCode: 1006, reason });
  }

  end(code, ending) {
    const { socket, platform } = this;
    if (this.ended) return;
    this.gone = new Promise((resolve) => {
      if (!socket) return resolve();
      const timer = platform.setTimeout(() => {
        socket.terminate?.(); // of the package ws
        resolve();
      }, 1_000);
      socket.onclose = () => {
        platform.clearTimeout(timer);
        resolve();
      };
      socket.close(code);
    });
    this.onEnd({ closeCode: 0, ...ending });
  }

  onEnd(ending) {
    if (this.ended) return;
    this.ended = true;
    this.platform.clearTimeout(this.watch);
    this.platform.clearTimeout(this.turn);
    this.client.onEnded(this, ending);
  }
}

export class Calls {
  queue = new Set();
  queuedBytes = 0;
  inFlight = new Map();
  bytesInFlight = 0;

  constructor({ platform, limits }) {
    Object.assign(this, { platform, limits });
  }

  submit(name, payload, timeoutMillis, first, done) {
    const json = JSON.stringify(payload) ?? "";
    const call = { name, json, bytes: byteLength(json), done };
    const { maxQueuedCalls, maxQueuedBytes } = this.limits;
    const { size } = this.queue;
    const full = size >= maxQueuedCalls || this.queuedBytes + call.bytes > maxQueuedBytes;
    call.timer = this.platform.setTimeout(() => {
      this.fail(call, "ETIMEOUT", `Command timed out after ${timeoutMillis}ms.`);
    }, timeoutMillis);
    if (first) {
      this.send(call);
    } else if (full) {
      this.fail(call, "ELIMIT", "Too many calls wait.");
    } else {
      this.queue.add(call);
      this.queuedBytes += call.bytes;
      this.pump();
    }
    return call;
  }

  fail(call, code, message) {
    this.settle(call, new MeshError(code, message));
  }

  lose(call) {
    this.fail(call, "CONNECTION_LOST", "The connection was lost; the outcome is unknown.");
  }

  open() {
    this.opened = true;
    this.pump();
  }

  detach() {
    this.wire = this.leave = undefined;
    this.opened = false;
    for (const call of [...this.inFlight.values()]) this.lose(call);
  }

  failAll(error) {
    for (const call of [...this.inFlight.values(), ...this.queue]) this.settle(call, error);
  }

  onReply({ id, payload = null, error }) {
    const call = this.inFlight.get(id);
    const failure = error && new MeshError(error.code, error.message, error);
    if (call) this.settle(call, failure, payload);
  }

  settle(call, error, payload) {
    const { done } = call;
    if (!done) return;
    call.done = undefined;
    this.platform.clearTimeout(call.timer);
    this.dequeue(call);
    if (this.inFlight.delete(call.id)) this.bytesInFlight -= call.bytes;
    done(error, payload);
    this.pump();
  }

  dequeue(call) {
    if (this.queue.delete(call)) this.queuedBytes -= call.bytes;
  }

  pump() {
    for (const call of this.queue) {
      if (!this.opened || this.leave || !this.admits(call)) break;
      this.dequeue(call);
      this.send(call);
    }
    if (this.opened && !this.inFlight.size) this.leave?.();
  }

  admits({ bytes }) {
    const { maxRunningCommands, maxWaitingCommands, maxWaitingBytes } = this.wire.limits;
    const { size } = this.inFlight;
    if (this.wire.socket.bufferedAmount > 256 * 1024) {
      this.platform.clearTimeout(this.poll);
      this.poll = this.platform.setTimeout(() => this.pump(), 50);
      return false;
    }
    if (size >= this.limits.maxCallsInFlight) return false;
    if (size < maxRunningCommands) return true;
    const waiting = size - maxRunningCommands;
    return waiting < maxWaitingCommands && this.bytesInFlight + bytes <= maxWaitingBytes;
  }

  send(call) {
    const { wire } = this;
    if (!wire) return this.lose(call);
    const payload = call.json && `,"payload":${call.json}`;
    const frame = `{"id":${++wire.lastId},"command":${JSON.stringify(call.name)}${payload}}`;
    if (!wire.admits(frame)) return this.fail(call, "ETOOLARGE", "The call is too large.");
    call.id = wire.lastId;
    this.inFlight.set(call.id, call);
    this.bytesInFlight += call.bytes;
    wire.send(frame);
  }
}
