// SPDX-License-Identifier: Apache-2.0

/** A failure with a stable code. */
export class MeshError extends Error {
  constructor(code, message, { data, cause } = {}) {
    super(message, { cause });
    this.name = "MeshError";
    this.code = code;
    this.data = data;
  }
}

/** Whether a call that failed so may succeed later. */
export const isPassing = ({ code }) => /^E(TIMEOUT|UNAVAILABLE|RATE)$/.test(code);

/** Whether a call failed with its connection. */
export const isLost = ({ code }) => /^C(ONNECTION_LOST|LOSED)$/.test(code);

export const RETRY_MILLIS = 5_000;

export const byteLength = (text) => new TextEncoder().encode(text).length;

export function checkedName(name) {
  const deceptive = /[\0-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;
  if (typeof name === "string" && name && byteLength(name) < 256 && !deceptive.test(name)) {
    return name;
  }
  throw new TypeError("name: 1 to 255 bytes of UTF-8, no control characters");
}

export function checkedFunction(value) {
  if (typeof value === "function") return value;
  throw new TypeError("not a function");
}

export const ended = () => new MeshError("EACCESS", "The subscription was ended.");

/**
 * All who follow one thing, and the subscription they share, until the last of them leaves. The
 * next line of that name may begin at once: the server takes calls in order.
 */
export class Line {
  waiting = new Set();
  members = new Set();

  constructor(lines, name) {
    this.lines = lines;
    this.client = lines.client;
    this.name = name;
  }

  add(member) {
    if (this.accepted) return this.join(member);
    this.waiting.add(member);
    if (this.waiting.size > 1) return;
    this.client.call(this.lines.subscribe, this.payload(), (error, reply) => {
      this.accepted = !error;
      if (error) this.end(error);
      else this.onAccepted(reply);
      this.leaveIfIdle();
    });
  }

  /** Lets those in who wait. */
  admit() {
    for (const member of this.waiting) {
      this.waiting.delete(member);
      this.join(member);
    }
  }

  remove(member) {
    this.waiting.delete(member);
    this.members.delete(member);
    this.leaveIfIdle();
  }

  leaveIfIdle() {
    if (!this.accepted || this.members.size || this.waiting.size || this.busy) return;
    this.end();
    this.client.call(this.lines.unsubscribe, { [this.lines.key]: this.name }, () => {});
  }

  /** Has the server tell anew: on a new connection, or because something did not fit. */
  renew() {
    if (!this.accepted || this.renewing) return;
    this.renewing = true;
    this.onRenewing?.();
    this.client.restore(this.lines.subscribe, this.lines.subject, this.name, {
      payload: () => this.accepted && this.payload(true),
      onRestored: (reply) => {
        this.renewing = false;
        if (this.accepted) this.onRenewed(reply);
      },
      onRefused: (error) => this.end(error),
    });
  }

  /** Nothing more will come. */
  end(error = ended()) {
    this.accepted = false;
    if (this.lines.byName.get(this.name) === this) this.lines.byName.delete(this.name);
    for (const member of [...this.members, ...this.waiting]) member.end(error);
  }
}

/** The lines of one kind, by name. */
export class Lines {
  byName = new Map();

  constructor(client, kind, key, method, Kind) {
    Object.assign(this, { client, key, method, Kind });
    this.subject = kind.toUpperCase();
    this.subscribe = `mesh/subscribe-${kind}`;
    this.unsubscribe = `mesh/unsubscribe-${kind}`;
    client.features.push(this);
  }

  /** Gives pushes to the line they are for. */
  on(push, action) {
    this.client.pushes.set(`mesh/${push}`, (payload) => {
      const line = this.byName.get(payload[this.key]);
      if (line?.accepted) action(line, payload);
    });
  }

  restore() {
    for (const line of [...this.byName.values()]) {
      line.renewing = false;
      line.renew();
    }
  }

  /** Gives the `Member` that follows, when the server has accepted it. */
  follow(name, listener, options, Member) {
    return new Promise((resolve, reject) => {
      const { signal } = options;
      const told = typeof listener === "function" ? { [this.method]: listener } : listener;
      checkedFunction(told[this.method]);
      signal?.throwIfAborted();
      const line = this.byName.get(checkedName(name)) ?? new this.Kind(this, name);
      const member = new Member(line, told, options, resolve, reject);
      this.byName.set(name, line);
      signal?.addEventListener("abort", () => member.close(signal.reason));
      line.add(member);
    });
  }

  close() {
    this.byName.clear();
  }
}

/** One who follows: what the application gets as its subscription. */
export class Member {
  constructor(line, listener, options, resolve, reject) {
    Object.assign(this, { line, listener, options, reject });
    this.accept = () => resolve(this);
  }

  tell(method, ...values) {
    const { lines, client, name } = this.line;
    const call = () => !this.closed && this.listener[method]?.(...values);
    client.tell(lines.subject, name, call);
  }

  end(error) {
    this.ended = true;
    this.reject(error);
    if (this.line.members.delete(this)) this.tell("onEnded");
  }

  close(reason) {
    this.ended = this.closed = true;
    this.reject(reason);
    this.line.remove(this);
  }
}
