// SPDX-License-Identifier: Apache-2.0
import { Line, Lines, Member, MeshError, RETRY_MILLIS, checkedName, ended } from "./core.js";
import { applyPatch, equal } from "./patch.js";

const WRITE = "mesh/publish-record-update";

const versionOf = ({ version = 0, stamp = "" }) => ({ number: version, stamp });
export const stateOf = (told, value = null) => ({ value: freeze(value), version: versionOf(told) });

function howOf({ strategy, ifVersion }) {
  const { number = ifVersion, stamp } = ifVersion ?? {};
  return { strategy, ifVersion: number, ifStamp: stamp || undefined };
}

export function freeze(value) {
  if (!Object.isFrozen(value)) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}

export class Records extends Lines {
  constructor(client) {
    const one = (line, push) => line.take(push)?.();
    super(client, "record", "recordId", "onUpdate", RecordLine, RecordSubscription);
    this.on("record-update", one);
    this.on("record-deleted", one);
    client.pushes.set("mesh/record-updates", ({ updates, group, more }) => {
      const parts = [...(this.unfinished.get(group) ?? []), ...updates];
      this.unfinished.delete(group);
      if (more && parts.length < 4_096) return this.unfinished.set(group, parts);
      // what is told together is seen together
      const tells = parts.map((push) => this.byName.get(push.recordId)?.take(push));
      for (const tell of tells) tell?.();
    });
  }

  restore() {
    super.restore();
    this.unfinished = new Map();
  }

  async write(recordId, newValue = null, { strategy, ifVersion, ...options } = {}) {
    checkedName(recordId);
    const payload = { recordId, newValue, options: howOf({ strategy, ifVersion }) };
    return versionOf(await this.client.ask(WRITE, payload, options));
  }

  async get(recordId, options) {
    checkedName(recordId);
    const reply = await this.client.ask("mesh/get-record", { recordId }, options);
    return stateOf(reply, reply.record);
  }

  async transaction(operations, options) {
    const all = operations.map(({ op, recordId, value, ...how }) => {
      return { op, recordId, value, options: howOf(how) };
    });
    const { results } = await this.client.ask("mesh/transaction", { operations: all }, options);
    return new Map(results.map((result) => [result.recordId, versionOf(result)]));
  }

  snapshot(subscriptions) {
    if (!subscriptions.every(({ isLive }) => isLive)) return null;
    return subscriptions.map(({ line }) => line.confirmed);
  }
}

class RecordLine extends Line {
  confirmed = stateOf({});
  shown = this.confirmed;
  edits = [];
  writing = 0; // so many edits

  get newest() {
    return this.ahead ?? this.confirmed;
  }

  leaveIfIdle() {
    if (!this.edits.length) super.leaveIfIdle();
  }

  get wanted() {
    const all = [...this.waiting, ...this.members];
    return all.some(({ options }) => options.mode === "patch") ? "patch" : "full";
  }

  payload() {
    const { number: version, stamp } = this.confirmed.version;
    this.mode = this.wanted;
    return { ...this.target, mode: this.mode, have: stamp ? { version, stamp } : undefined };
  }

  join(member) {
    super.join(member);
    member.onUpdate("INITIAL", this.shown);
    this.askForPatches();
  }

  askForPatches() {
    if (this.mode === "full" && this.wanted === "patch") this.renew();
  }

  onRenewed(reply) {
    const next = stateOf(reply, reply.record);
    this.stale = undefined;
    if (reply.unchanged || equal(next, this.confirmed)) this.send();
    else this.onTold(next, "RESYNC")();
    this.askForPatches();
  }

  take(push) {
    const { value, version } = this.confirmed;
    if (!this.accepted || this.renewing) return;
    if (push.deleted) return () => this.onDeleted(push);
    if (push.stamp && push.stamp === version.stamp) return;
    if ("full" in push) return this.onTold(stateOf(push, push.full), "UPDATE");
    try {
      if (push.base !== version.number) throw push;
      return this.onTold(stateOf(push, applyPatch(value, push.patch)), "UPDATE", push.patch);
    } catch {
      this.renew();
    }
  }

  onTold(next, reason, patch) {
    const plain = this.shown === this.confirmed;
    const overtaken = reason === "RESYNC" || next.version.number >= this.ahead?.version.number;
    if (overtaken) this.ahead = undefined;
    this.confirmed = next;
    this.stale = undefined;
    return () => {
      if (this.writing) this.untold = reason;
      else this.rebase(reason, plain ? patch : undefined);
    };
  }

  onDeleted(push) {
    this.confirmed = this.shown = stateOf(push);
    this.ahead = undefined;
    this.each("onUpdate", "DELETED", this.shown);
    this.members.clear();
    this.end(new MeshError("ENOTFOUND", "The record was deleted."));
  }

  end(error = ended()) {
    super.end(error);
    this.over = error;
    for (const { reject } of this.edits.splice(this.writing)) reject(error);
  }

  edit(change) {
    return new Promise((resolve, reject) => {
      if (!this.accepted) throw ended();
      if (this.edits.length === 1_024) throw new MeshError("ELIMIT", "Too many updates wait.");
      const edit = { change, resolve, reject };
      run(edit, this.shown.value);
      this.edits.push(edit);
      this.show("LOCAL");
      this.send();
    });
  }

  rebase(reason = "LOCAL", patch) {
    let { value } = this.newest;
    this.edits = this.edits.filter((edit) => {
      try {
        value = run(edit, value);
        return true;
      } catch (e) {
        edit.reject(e);
      }
    });
    this.show(reason, patch);
    this.send();
  }

  show(reason, patch) {
    const { value } = this.shown;
    const last = this.edits.at(-1);
    this.shown = last ? { value: last.value, version: this.newest.version } : this.newest;
    if (reason === "LOCAL" && equal(value, this.shown.value)) return;
    this.each("onUpdate", reason, this.shown, patch);
  }

  send() {
    const { newest: base, edits } = this;
    if (!edits.length) return this.leaveIfIdle();
    if (this.writing || base === this.stale) return;
    this.writing = edits.length;
    this.write(base, edits.at(-1).value);
  }

  write(base, value, doubt) {
    const how = howOf({ ifVersion: base.version });
    const payload = { ...this.target, newValue: value, options: how };
    const { setTimeout } = this.client.platform;
    this.client.call(WRITE, payload, (error, reply) => {
      if (error?.code === "CONNECTION_LOST") return this.write(base, value, doubt ?? error);
      if (error?.code === "ERATE") {
        return setTimeout(() => this.write(base, value, doubt), RETRY_MILLIS);
      }
      const late = error?.code === "ECONFLICT" && !doubt && this.accepted;
      const written = late ? [] : this.edits.splice(0, this.writing);
      this.writing = 0;
      if (late && base === this.newest) {
        this.stale = base;
        setTimeout(() => this.stale === base && this.renew(), 1_000);
      }
      const version = error ? undefined : versionOf(reply);
      if (version?.number > this.confirmed.version.number) this.ahead = { value, version };
      for (const { resolve, reject } of written) {
        if (error) reject(doubt ?? this.over ?? error);
        else resolve(version);
      }
      const { untold } = this;
      this.untold = undefined;
      this.rebase(untold);
    });
  }
}

function run(edit, value) {
  const draft = structuredClone(value);
  const next = edit.change(draft);
  edit.value = freeze(JSON.parse(JSON.stringify(next === undefined ? draft : next)));
  return edit.value;
}

class RecordSubscription extends Member {
  get current() {
    return this.line.shown;
  }

  get value() {
    return this.current.value;
  }

  get version() {
    return this.current.version;
  }

  async update(change) {
    return this.line.edit(change);
  }

  onUpdate(reason, state, patch) {
    const told = this.options.mode === "patch" ? patch : undefined;
    this.tell("onUpdate", { recordId: this.recordId, ...state, patch: told, reason });
  }
}
