// SPDX-License-Identifier: Apache-2.0
import { Channels } from "./channels.js";
import { Collections } from "./collections.js";
import { Calls, Wire } from "./connection.js";
import { MeshError, RETRY_MILLIS, checkedFunction, checkedName, isLost, isPassing } from "./core.js";
import { Records } from "./records.js";
import { OwnMetadata, Presence, Rooms } from "./rooms.js";

export { MeshError } from "./core.js";
export { applyPatch } from "./patch.js";

const OPTIONS = { connectTimeoutMillis: 10_000, commandTimeoutMillis: 30_000, maxMissedPings: 1 };
const RECONNECT = { minDelayMillis: 200, maxDelayMillis: 20_000, maxAttempts: Infinity };
const LIMITS = {
  maxMessageBytes: 2 * 1024 * 1024,
  maxQueuedCalls: 10_000,
  maxQueuedBytes: 8 * 1024 * 1024,
  maxCallsInFlight: 1_024,
  maxRunningHandlers: 64,
};
const PLATFORM = {
  WebSocket: globalThis.WebSocket,
  now: Date.now,
  random: Math.random,
  setTimeout: setTimeout.bind(globalThis),
  clearTimeout: clearTimeout.bind(globalThis),
  page: globalThis.document && globalThis,
};

const isReserved = (name) => /^(mesh\/|rt\/|(ping|pong|latency(:re.*)?)$)/.test(name);

function checkedApplicationName(name) {
  if (!isReserved(checkedName(name))) return name;
  throw new TypeError(`reserved: ${name}`);
}

const closed = () => new MeshError("CLOSED", "The client is closed.");
const valueOf = async (source) => (typeof source === "function" ? source() : source);

export async function connect(url, options) {
  const client = new MeshClient(url, options);
  await client.connect();
  return client;
}

export class MeshClient {
  status = "DISCONNECTED";
  serverInfo = {};
  features = [];
  pushes = new Map();
  listeners = new Map();
  handlers = new Map();
  running = 0;
  due = [];
  connecting = [];

  constructor(url, { WebSocket, platform, limits, reconnect, credentials, ...options } = {}) {
    this.url = new URL(url, globalThis.location?.href).href.replace(/^http/, "ws");
    this.options = { ...OPTIONS, ...options };
    this.limits = { ...LIMITS, ...limits };
    this.reconnect = reconnect !== false && { ...RECONNECT, ...reconnect };
    this.platform = { ...PLATFORM, ...(WebSocket && { WebSocket }), ...platform };
    Object.assign(this, { credentials, demanded: credentials !== undefined });
    this.calls = new Calls(this);
    this.metadata = new OwnMetadata(this);
    this.rooms = new Rooms(this);
    this.presence = new Presence(this);
    this.channels = new Channels(this);
    this.records = new Records(this);
    this.collections = new Collections(this);
    this.pushes.set("mesh/error", (error) => this.report("PROTEST", error));
    this.pushes.set("mesh/gap", ({ kind, name = "" }) =>
      this.report("GAP", "the server lost pushes", kind.toUpperCase(), name),
    );
    this.pushes.set("mesh/going-away", (away) => this.wire.leaveAfter(away.reconnectAfterMillis));
    this.followPage();
  }

  async connect() {
    if (this.status === "CONNECTED") return;
    if (this.status === "CLOSED") throw closed();
    const connected = new Promise((resolve, reject) => {
      this.connecting.push((error) => (error ? reject(error) : resolve()));
    });
    if (this.status === "DISCONNECTED") {
      this.failed = this.doublings = 0;
      this.change("CONNECTING");
      this.attempt();
    }
    return connected;
  }

  async command(name, payload, options) {
    return this.ask(checkedApplicationName(name), payload, options);
  }

  async authenticate(credentials, options) {
    const payload = { credentials: await valueOf(credentials) };
    const reply = await this.ask("mesh/authenticate", payload, options);
    this.credentials = credentials;
    this.onAuthenticated(reply);
    return reply;
  }

  registerCommand(name, handler) {
    this.handlers.set(checkedApplicationName(name), checkedFunction(handler));
    return { close: () => this.handlers.get(name) === handler && this.handlers.delete(name) };
  }

  onMessage(name, listener) {
    return this.listen(`on ${checkedApplicationName(name)}`, listener);
  }

  onAnyMessage(listener) {
    return this.listen("any", listener);
  }

  onStatus(listener) {
    return this.listen("status", listener);
  }

  onError(listener) {
    return this.listen("error", listener);
  }

  get connectionId() {
    return this.serverInfo.connectionId;
  }

  async close() {
    const { wire } = this;
    this.onLeaving?.();
    this.change("CLOSED", { closeCode: 1000, reason: "closed by this client" });
    this.ended.abort();
    this.platform.clearTimeout(this.next);
    wire?.end(1000, { closeCode: 1000 });
    this.calls.failAll(closed());
    for (const feature of this.features) feature.close?.();
    this.settleConnecting(closed());
    await wire?.gone;
  }

  call(name, payload, done, { timeoutMillis = this.options.commandTimeoutMillis, first } = {}) {
    const { status } = this;
    if (status === "CLOSED") return done(closed());
    if (status === "DISCONNECTED") return done(new MeshError("EUNAVAILABLE", "Not connected."));
    return this.calls.submit(name, payload, timeoutMillis, first, done);
  }

  ask(name, payload, { signal, timeoutMillis } = {}) {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const abort = () => this.calls.settle(call, signal.reason);
      const done = (error, result) => {
        signal?.removeEventListener("abort", abort);
        if (error) reject(error);
        else resolve(result);
      };
      const call = this.call(name, payload, done, { timeoutMillis });
      signal?.addEventListener("abort", abort);
    });
  }

  restore(name, subject, subjectName, item, again) {
    const payload = item.payload();
    const { wire } = this;
    if (!payload) return;
    const done = (error, reply) => {
      if (!error) return item.onRestored?.(reply);
      if (isLost(error) || !item.payload()) return;
      const passing = isPassing(error);
      if (!passing || !again) this.report("NOT_RESTORED", error, subject, subjectName);
      if (!passing) return item.onRefused(error);
      this.platform.setTimeout(() => {
        if (wire === this.wire) this.restore(name, subject, subjectName, item, true);
      }, RETRY_MILLIS);
    };
    this.call(name, payload, done, { first: true });
  }

  listen(name, listener) {
    const listeners = this.listeners.get(name) ?? new Set();
    const entry = { listener: checkedFunction(listener) };
    this.listeners.set(name, listeners.add(entry));
    return { close: () => listeners.delete(entry) };
  }

  hear(name, subject, subjectName, ...values) {
    for (const { listener } of this.listeners.get(name) ?? []) {
      this.tell(subject, subjectName, async () => listener(...values));
    }
  }

  tell(subject, name, call) {
    if (!this.due.length) queueMicrotask(() => this.flush());
    this.due.push(() => call().catch((e) => this.report("LISTENER_FAILED", e, subject, name)));
  }

  flush() {
    if (this.flushing) return;
    this.flushing = true;
    for (const call of this.due) call();
    this.due = [];
    this.flushing = false;
  }

  report(kind, cause, subject = "CLIENT", name = "") {
    const message = `${cause?.message ?? cause}`;
    const heard = subject && this.listeners.get("error")?.size;
    if (heard) this.hear("error", "", "", { kind, subject, name, message, cause });
    else console.warn("mesh:", kind, subject, name, message);
  }

  followPage() {
    const { page } = this.platform;
    const wake = () => page.document.visibilityState === "visible" && this.wake();
    const leave = () => this.wire?.leave("the page was left");
    const on = { online: wake, visibilitychange: wake, pageshow: wake, pagehide: leave };
    this.ended = new AbortController();
    const { signal } = this.ended;
    for (const name in on) page?.addEventListener(name, on[name], { signal, capture: true });
  }

  wake() {
    if (this.status === "CONNECTED") return this.probe(this.wire);
    if (this.status !== "RECONNECTING") return;
    const passed = this.platform.now() - this.attemptedAt;
    this.doublings = 0;
    if (passed > 2_000) this.wire?.end(1000, { reason: "no answer in time" });
    if (!this.wire) this.attemptAfter(this.reconnect.minDelayMillis - Math.max(0, passed));
  }

  probe(wire) {
    if (wire.probed || wire !== this.wire) return;
    wire.probed = true;
    const done = (error) => {
      wire.probed = false;
      if (error?.code === "ETIMEOUT") wire.lose("no answer in time");
    };
    this.call("mesh/noop", undefined, done, { timeoutMillis: 5_000, first: true });
  }

  attempt() {
    const wire = (this.wire = new Wire(this));
    const { now, setTimeout } = this.platform;
    const end = () => wire.end(1000, { reason: "no answer in time" });
    this.attemptedAt = now();
    this.deadline = setTimeout(end, this.options.connectTimeoutMillis);
    try {
      wire.open(this.url);
    } catch (cause) {
      wire.end(1000, { refused: true, reason: cause.message, cause });
    }
  }

  async onWelcome(wire, welcome) {
    const fail = (cause, closeCode = 0) =>
      wire.end(1000, { closeCode, reason: cause?.message, cause });
    const done = (error, reply) => {
      if (error) {
        if (isLost(error)) return;
        if (isPassing(error)) return fail(error);
        if (this.demanded) return fail(error, 4501);
        this.credentials = undefined;
        this.report("CREDENTIALS_REFUSED", error);
      }
      this.establish({ ...welcome, ...reply });
      if (reply) this.onAuthenticated(reply);
    };
    this.calls.wire = wire;
    if (this.credentials === undefined) return this.establish(welcome);
    try {
      const credentials = await valueOf(this.credentials);
      if (wire.ended) return;
      wire.presented = true;
      this.call("mesh/authenticate", { credentials }, done, { first: true });
    } catch (e) {
      fail(e);
    }
  }

  establish({ connectionId, nodeId, identity, persistentRooms, serverTimeMillis }) {
    const skewMillis = (serverTimeMillis || Date.now()) - Date.now();
    this.platform.clearTimeout(this.deadline);
    this.failed = 0;
    this.connectedAt = this.platform.now();
    this.change("CONNECTED");
    this.serverInfo = { connectionId, nodeId, identity, persistentRooms, skewMillis };
    for (const feature of this.features) feature.restore();
    this.settleConnecting();
    this.calls.open();
  }

  onAuthenticated({ identity, expiresAtMillis }) {
    const left = expiresAtMillis - Date.now() - this.serverInfo.skewMillis;
    this.serverInfo.identity = identity;
    if (expiresAtMillis && typeof this.credentials === "function") this.renewAfter(left * 0.8);
  }

  renewAfter(millis) {
    const renew = () =>
      this.authenticate(this.credentials).catch((e) => {
        if (isLost(e)) return;
        this.report("CREDENTIALS_REFUSED", e);
        if (isPassing(e)) this.renewAfter(RETRY_MILLIS);
      });
    const delay = Math.min(Math.max(millis, 1_000), 2 ** 31 - 1);
    this.platform.clearTimeout(this.renewal);
    this.renewal = this.platform.setTimeout(renew, delay);
  }

  onFrame(wire, frame) {
    const { id, command, payload = null } = frame;
    if (typeof command !== "string") {
      if (id === undefined) throw new TypeError("no frame");
      this.calls.onReply(frame);
    } else if (id !== undefined) {
      this.onRequest(wire, id, command, payload);
    } else if (isReserved(command)) {
      this.pushes.get(command)?.(payload ?? {});
    } else {
      this.hear(`on ${command}`, "MESSAGE", command, payload);
      this.hear("any", "MESSAGE", command, command, payload);
    }
  }

  async onRequest(wire, id, command, payload) {
    const fail = (code, message, data) => answer({ error: { code, message, data } });
    const answer = (content) => {
      const frame = JSON.stringify({ id, ...content });
      if (!wire.admits(frame)) fail("ETOOLARGE", "The answer is too large.");
      else wire.send(frame);
    };
    const handler = this.handlers.get(command);
    if (!handler) return fail("ENOTFOUND", `Command "${command}" not found`);
    if (this.running >= this.limits.maxRunningHandlers) return fail("ELIMIT", "Too many run.");
    this.running++;
    try {
      const result = await handler(payload, { command });
      answer({ payload: result ?? null });
    } catch (e) {
      if (e instanceof MeshError) return fail(e.code, e.message, e.data);
      fail("ESERVER", "The client failed to run the command.");
      this.report("LISTENER_FAILED", e, "MESSAGE", command);
    } finally {
      this.running--;
    }
  }

  onEnded(wire, ending) {
    const { status, reconnect, platform } = this;
    platform.clearTimeout(this.deadline);
    platform.clearTimeout(this.renewal);
    if (status === "CLOSED") return;
    this.wire = undefined;
    this.calls.detach();
    const { closeCode, refused, left } = ending;
    const lost = status === "CONNECTED";
    if (!lost) this.failed++;
    else if (platform.now() - this.connectedAt >= 5_000) this.doublings = 0;
    // fresh credentials may do
    const asked = lost ? this.doublings : wire.presented;
    const renewed = closeCode === 4501 && typeof this.credentials === "function" && !asked;
    const final = /^(100[23789]|4[5-9])/.test(closeCode) && !renewed;
    const retried = status !== "CONNECTING" || reconnect.retriesFirstConnect;
    const tried = reconnect && retried && !refused && !final;
    const gaveUp = tried && this.failed >= reconnect.maxAttempts;
    if (!tried || gaveUp) return this.disconnect(ending, gaveUp);
    if (lost) this.change("RECONNECTING", ending);
    const { minDelayMillis: min, maxDelayMillis: max } = reconnect;
    const bound = Math.max(min, Math.min(max, min * 2 ** ++this.doublings));
    this.attemptAfter(left && this.doublings < 2 ? 0 : min + platform.random() * (bound - min));
  }

  attemptAfter(millis) {
    this.platform.clearTimeout(this.next);
    this.next = this.platform.setTimeout(() => this.attempt(), millis);
  }

  disconnect(ending, gaveUp) {
    const { closeCode, reason, cause } = ending;
    const message = `No connection: ${reason || `closed with ${closeCode}`}`;
    const error = new MeshError("EUNAVAILABLE", message, { data: { closeCode }, cause });
    this.change("DISCONNECTED", ending, gaveUp);
    this.calls.failAll(error);
    this.settleConnecting(error);
  }

  settleConnecting(error) {
    this.connecting.splice(0).forEach((done) => done(error));
  }

  change(status, { closeCode = 0, reason = "", cause } = {}, gaveUp = false) {
    const previous = this.status;
    if (status === previous) return;
    Object.assign(this, { status, serverInfo: {} });
    this.hear("status", "CLIENT", "", { status, previous, closeCode, reason, cause, gaveUp });
  }
}
