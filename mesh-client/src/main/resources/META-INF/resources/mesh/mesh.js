// SPDX-License-Identifier: Apache-2.0
import { Channels } from "./channels.js";
import { Calls, Wire } from "./connection.js";
import { MeshError, RETRY_MILLIS, checkedFunction, checkedName, isLost, isPassing } from "./core.js";
import { Records } from "./records.js";
import { OwnMetadata, Presence, Rooms } from "./rooms.js";

export { MeshError } from "./core.js";
export { applyPatch } from "./patch.js";

const { setTimeout, clearTimeout, document } = globalThis;

const DEFAULTS = {
  connectTimeoutMillis: 10_000,
  commandTimeoutMillis: 30_000,
  maxMissedPings: 1,
};
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
  setTimeout: (...args) => setTimeout(...args),
  clearTimeout: (timer) => clearTimeout(timer),
  page: document && globalThis,
};

const isReserved = (name) => /^(mesh\/|rt\/|(ping|pong|latency(:re.*)?)$)/.test(name);

function checkedApplicationName(name) {
  if (isReserved(checkedName(name))) throw new TypeError(`name: ${name} is the protocol's own`);
  return name;
}

const closed = () => new MeshError("CLOSED", "The client is closed.");
const valueOf = async (source) => (typeof source === "function" ? source() : source);

/** Connects to a server of mesh.v1. */
export async function connect(url, options) {
  const client = new MeshClient(url, options);
  await client.connect();
  return client;
}

/**
 * A client, and its state machine.
 *
 *   DISCONNECTED -connect-> CONNECTING -ready-> CONNECTED -loss-> RECONNECTING -ready-> CONNECTED
 *         ^------failed---------'                   |                  |
 *         '------refused, or attempts used up-------'------------------'
 */
export class MeshClient {
  status = "DISCONNECTED";
  server = {}; // what is known of the present connection
  features = []; // which restore what they hold on each new one
  pushes = new Map(); // who takes the protocol's own
  listeners = new Map(); // by name of the push, or by "status", "error", "any"
  handlers = new Map();
  running = 0;
  due = [];
  connecting = [];
  failed = 0;
  doublings = 0;

  constructor(url, { WebSocket, platform, limits, reconnect, credentials, ...options } = {}) {
    const { href, protocol } = new URL(url, globalThis.location?.href);
    this.url = href.replace(/^http/, "ws");
    this.options = { ...DEFAULTS, ...options };
    this.limits = { ...LIMITS, ...limits };
    this.reconnect = reconnect !== false && { ...RECONNECT, ...reconnect };
    this.platform = { ...PLATFORM, ...(WebSocket && { WebSocket }), ...platform };
    this.credentials = credentials;
    this.demanded = credentials !== undefined;
    this.calls = new Calls(this);
    this.metadata = new OwnMetadata(this);
    this.rooms = new Rooms(this);
    this.presence = new Presence(this);
    this.channels = new Channels(this);
    this.records = new Records(this);
    this.pushes.set("mesh/error", ({ code, message }) =>
      this.report("PROTEST", "CLIENT", "", `${code}: ${message}`),
    );
    this.pushes.set("mesh/gap", ({ kind, name = "" }) =>
      this.report("GAP", kind.toUpperCase(), name, "the server lost pushes"),
    );
    this.followPage();
  }

  // What the application asks for

  async connect() {
    if (this.status === "CONNECTED") return;
    if (this.status === "CLOSED") throw closed();
    const connected = new Promise((resolve, reject) => this.connecting.push({ resolve, reject }));
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

  /** Credentials are a value, or a function that is asked for fresh ones. */
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
    return this.server.connectionId;
  }

  get latencyMillis() {
    return this.server.latencyMillis;
  }

  async close() {
    const { wire } = this;
    this.change("CLOSED", { closeCode: 1000, reason: "closed by this client" });
    this.cancelAttempt();
    this.stopFollowing?.();
    wire?.end(1000, { closeCode: 1000 });
    this.calls.failAll(closed());
    for (const feature of this.features) feature.close?.();
    this.settleConnecting(closed());
    await wire?.gone;
  }

  // What the features need

  /** Makes a call that ends with `done(error, payload)`, perhaps at once. */
  call(name, payload, done, { timeoutMillis = this.options.commandTimeoutMillis, first } = {}) {
    if (this.status === "CLOSED") return done(closed());
    if (this.status === "DISCONNECTED") return done(new MeshError("EUNAVAILABLE", "Not connected."));
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

  /** Puts something back on the present connection, now or when the server can. */
  restore(name, subject, subjectName, item, again) {
    const payload = item.payload();
    const { wire } = this;
    if (!payload) return;
    const done = (error, reply) => {
      if (!error) return item.onRestored?.(reply);
      if (isLost(error)) return;
      const passing = isPassing(error);
      if (!passing || !again) this.report("NOT_RESTORED", subject, subjectName, error);
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
      this.tell(subject, subjectName, () => listener(...values));
    }
  }

  /** Has application code called when a frame has been dealt with, in order. */
  tell(subject, name, call) {
    if (!this.due.length) queueMicrotask(() => this.flush());
    this.due.push({ subject, name, call });
  }

  flush() {
    if (this.flushing) return;
    this.flushing = true;
    for (const { subject, name, call } of this.due) {
      const report = (e) => this.report("LISTENER_FAILED", subject, name, e);
      (async () => call())().catch(report);
    }
    this.due = [];
    this.flushing = false;
  }

  /** Tells what no promise tells; `cause` may be a text. */
  report(kind, subject, name, cause) {
    const message = `${cause?.message ?? cause}`;
    if (!this.listeners.get("error")?.size) console.warn("mesh:", kind, subject, name, message);
    this.hear("error", "CLIENT", "", { kind, subject, name, message, cause });
  }

  // What the page tells

  followPage() {
    const { page } = this.platform;
    const events = { online: () => this.wake(), pageshow: () => this.wake(), pagehide: () => this.leave() };
    if (!page) return;
    events.visibilitychange = () => page.document.visibilityState === "visible" && this.wake();
    for (const name in events) page.addEventListener(name, events[name], true);
    this.stopFollowing = () => {
      for (const name in events) page.removeEventListener(name, events[name], true);
    };
  }

  /** The page is looked at again, or the network is back. */
  wake() {
    if (this.status === "CONNECTED") return this.probe(this.wire);
    if (this.status !== "RECONNECTING") return;
    const passed = this.platform.now() - this.attemptedAt;
    this.doublings = 0;
    if (passed > 2_000) this.wire?.end(1000, { reason: "the network has changed" });
    if (!this.wire) this.attemptAfter(Math.max(0, this.reconnect.minDelayMillis - Math.max(0, passed)));
  }

  /** The page goes away, perhaps to come back. */
  leave() {
    this.wire?.end(1000, { closeCode: 1000, reason: "the page was left" });
  }

  /** Finds out whether a connection still lives. */
  probe(wire) {
    const done = (error) => {
      wire.probed = false;
      if (error?.code === "ETIMEOUT") wire.lose("no answer after waking");
    };
    if (wire.probed || wire !== this.wire) return;
    wire.probed = true;
    this.call("mesh/noop", undefined, done, { timeoutMillis: 5_000, first: true });
  }

  // What the connection tells

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
      if (error && isLost(error)) return;
      if (error && isPassing(error)) return fail(error);
      if (error && this.demanded) return fail(error, 4501);
      if (error) {
        this.credentials = undefined;
        this.report("CREDENTIALS_REFUSED", "CLIENT", "", error);
      }
      this.establish(welcome);
      if (reply) this.onAuthenticated(reply);
    };
    this.calls.wire = wire;
    if (this.credentials === undefined) return this.establish(welcome);
    try {
      const credentials = await valueOf(this.credentials);
      if (!wire.ended) this.call("mesh/authenticate", { credentials }, done, { first: true });
    } catch (e) {
      fail(e);
    }
  }

  establish({ connectionId, nodeId, identity, serverTimeMillis }) {
    const skewMillis = serverTimeMillis - Date.now();
    this.platform.clearTimeout(this.deadline);
    this.failed = 0;
    this.connectedAt = this.platform.now();
    this.change("CONNECTED");
    this.server = { connectionId, nodeId, identity, skewMillis };
    for (const feature of this.features) feature.restore();
    this.settleConnecting();
    this.calls.open();
  }

  /** A function is asked again when four fifths of the time are over. */
  onAuthenticated({ identity, expiresAtMillis }) {
    const left = expiresAtMillis - Date.now() - this.server.skewMillis;
    this.server.identity = identity;
    if (expiresAtMillis && typeof this.credentials === "function") this.renewAfter(left * 0.8);
  }

  renewAfter(millis) {
    const renew = () =>
      this.authenticate(this.credentials).catch((e) => {
        if (isLost(e)) return;
        this.report("CREDENTIALS_REFUSED", "CLIENT", "", e);
        if (isPassing(e)) this.renewAfter(RETRY_MILLIS);
      });
    const delay = Math.min(Math.max(millis, 1_000), 2 ** 31 - 1);
    this.platform.clearTimeout(this.renewal);
    this.renewal = this.platform.setTimeout(renew, delay);
  }

  onLatency(millis) {
    this.server.latencyMillis = millis;
  }

  onFrame(wire, frame) {
    const { id, command, payload = null } = frame;
    if (typeof command !== "string") {
      if (id !== undefined) this.calls.onReply(frame);
      else this.report("MALFORMED_FRAME", "CLIENT", "", "a frame of the server made no sense");
    } else if (id !== undefined) {
      this.onRequest(wire, id, command, payload);
    } else if (isReserved(command)) {
      this.pushes.get(command)?.(payload ?? {});
    } else {
      this.hear(`on ${command}`, "MESSAGE", command, payload);
      this.hear("any", "MESSAGE", command, command, payload);
    }
    this.flush();
  }

  /** Answers a command of the server, once. */
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
      this.report("LISTENER_FAILED", "MESSAGE", command, e);
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
    const { closeCode, refused } = ending;
    const lost = status === "CONNECTED";
    if (!lost) this.failed++;
    else if (platform.now() - this.connectedAt >= 5_000) this.doublings = 0;
    const final = refused || closeCode >= 4500 || [1002, 1003, 1007, 1008, 1009].includes(closeCode);
    const tried = reconnect && !final && (status !== "CONNECTING" || reconnect.retriesFirstConnect);
    const gaveUp = tried && this.failed >= reconnect.maxAttempts;
    if (!tried || gaveUp) return this.disconnect(ending, gaveUp);
    if (lost) this.change("RECONNECTING", ending);
    this.attemptAfter(this.nextDelayMillis());
  }

  /** Full jitter; the bound doubles over attempts, and over connections that did not last. */
  nextDelayMillis() {
    const { minDelayMillis: min, maxDelayMillis: max } = this.reconnect;
    const bound = Math.max(min, Math.min(max, min * 2 ** ++this.doublings));
    return min + this.platform.random() * (bound - min);
  }

  attemptAfter(millis) {
    this.cancelAttempt();
    this.next = this.platform.setTimeout(() => this.attempt(), millis);
  }

  cancelAttempt() {
    this.platform.clearTimeout(this.next);
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
    for (const { resolve, reject } of this.connecting.splice(0)) error ? reject(error) : resolve();
  }

  change(status, { closeCode = 0, reason = "", cause } = {}, gaveUp = false) {
    const previous = this.status;
    if (status === previous) return;
    this.status = status;
    this.server = {};
    this.hear("status", "CLIENT", "", { status, previous, closeCode, reason, cause, gaveUp });
  }
}
