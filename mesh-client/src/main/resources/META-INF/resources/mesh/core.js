// SPDX-License-Identifier: Apache-2.0

export class MeshError extends Error {
  constructor(code, message, { data, cause } = {}) {
    super(message, { cause });
    Object.assign(this, { name: "MeshError", code, data });
  }
}

export const isPassing = ({ code }) => /^E(TIMEOUT|UNAVAILABLE|RATE)$/.test(code);

export const isLost = ({ code }) => /^C(ONNECTION_LOST|LOSED)$/.test(code);

export const RETRY_MILLIS = 5_000;

export const byteLength = (text) => new TextEncoder().encode(text).length;

const checked = (type) => (value) => {
  if (value && typeof value === type && !/\p{Cs}/u.test(value)) return value;
  throw new TypeError(`not a ${type}: ${value}`);
};

export const checkedName = checked("string");
export const checkedFunction = checked("function");

export const ended = (code = "EACCESS") => new MeshError(code, "The subscription was ended.");

export class Line {
  waiting = new Set();
  members = new Set();

  constructor(lines, name) {
    const { client, kind, key } = lines;
    Object.assign(this, { lines, name, client, subject: kind.toUpperCase() });
    this.subscribe = `mesh/subscribe-${kind}`;
    this.target = { [key]: name };
  }

  payload() {
    return this.target;
  }

  add(member) {
    if (this.accepted) return this.join(member);
    this.waiting.add(member);
    if (this.asked) return;
    this.asked = true;
    this.client.call(this.subscribe, this.payload(), (error, reply) => {
      this.accepted = !error;
      if (error) this.end(error);
      else this.onAccepted(reply);
      this.leaveIfIdle();
    });
  }

  onAccepted(reply) {
    this.onRenewed(reply);
    this.admit();
  }

  admit() {
    for (const member of [...this.waiting]) {
      this.waiting.delete(member);
      this.join(member);
    }
  }

  join(member) {
    this.members.add(member);
    member.accept();
  }

  each(method, ...values) {
    for (const member of this.members) member[method](...values);
  }

  remove(member) {
    this.waiting.delete(member);
    this.members.delete(member);
    this.leaveIfIdle();
  }

  leaveIfIdle() {
    if (!this.accepted || this.waiting.size || this.members.size) return;
    this.end();
    this.client.call(`mesh/unsubscribe-${this.lines.kind}`, this.target, () => {});
  }

  renew() {
    if (!this.accepted || this.renewing) return;
    this.renewing = true;
    this.onRenewing?.();
    this.client.restore(this.subscribe, this.subject, this.name, {
      payload: () => this.accepted && this.payload(true),
      onRestored: (reply) => {
        this.renewing = false;
        if (this.accepted) this.onRenewed(reply);
      },
      onRefused: (error) => this.end(error),
    });
  }

  end(error = ended()) {
    this.accepted = false;
    if (this.lines.byName.get(this.name) === this) this.lines.byName.delete(this.name);
    for (const member of [...this.members, ...this.waiting]) member.end(error);
  }
}

export class Lines {
  byName = new Map();

  constructor(client, kind, key, method, LineType, MemberType) {
    Object.assign(this, { client, kind, key, method, LineType, MemberType });
    client.features.push(this);
    this.on(`${kind}-revoked`, (line, { code }) => line.renewing || line.end(ended(code)));
  }

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

  subscribe(name, listener, { signal, ...options } = {}) {
    return new Promise((resolve, reject) => {
      const told = typeof listener === "function" ? { [this.method]: listener } : listener;
      checkedFunction(told[this.method]);
      signal?.throwIfAborted();
      const line = this.byName.get(checkedName(name)) ?? new this.LineType(this, name);
      const member = new this.MemberType(line, told, options, resolve, reject);
      this.byName.set(name, line);
      signal?.addEventListener("abort", () => member.close(signal.reason));
      line.add(member);
    });
  }

  async unsubscribe(name) {
    const line = this.byName.get(name);
    for (const member of line ? [...line.waiting, ...line.members] : []) member.close(ended());
    return line !== undefined;
  }

  close() {
    this.byName.clear();
  }
}

export class Member {
  constructor(line, listener, options, resolve, reject) {
    Object.assign(this, { line, listener, options, reject }, line.target);
    this.accept = () => resolve(this);
  }

  get isLive() {
    return !this.ended && !this.line.renewing && this.line.client.status === "CONNECTED";
  }

  tell(method, ...values) {
    const { client, subject, name } = this.line;
    client.tell(subject, name, async () => this.closed || this.listener[method]?.(...values));
  }

  end(error) {
    this.ended = true;
    this.reject(error);
    if (this.line.members.delete(this)) this.onEnded(error.code);
  }

  onEnded(code) {
    this.tell("onEnded", code);
  }

  close(reason) {
    this.ended = this.closed = true;
    this.reject(reason);
    this.line.remove(this);
  }
}
