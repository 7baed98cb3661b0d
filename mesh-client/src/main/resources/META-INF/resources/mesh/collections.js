// SPDX-License-Identifier: Apache-2.0
import { Line, Lines, Member } from "./core.js";
import { equal } from "./patch.js";
import { freeze, stateOf } from "./records.js";

const byId = (members) => new Map(members.map((member) => [member.id, member]));

export class Collections extends Lines {
  constructor(client) {
    super(client, "collection", "collectionId", "onUpdate", CollectionLine, CollectionSubscription);
    this.on("collection-diff", (line, push) => line.take(push));
  }
}

class CollectionLine extends Line {
  shown = { members: [] };

  onRenewed(reply) {
    const added = reply.records.map((record, at) => ({ ...record, at }));
    this.take({ ...reply, added, reset: true });
  }

  join(member) {
    if (!this.begun) return this.waiting.add(member);
    super.join(member);
    member.onUpdate("INITIAL", { added: member.members, changed: [], removed: [] });
  }

  take(push) {
    if (push.reset) this.parts = [];
    else if (push.base !== this.told) return this.renew();
    this.told = push.version;
    this.parts.push(push);
    if (!push.more) this.show(this.parts.splice(0));
  }

  show(parts) {
    const { members: before } = this.shown;
    const known = byId(before);
    const touched = parts.flatMap(({ added = [], changed = [], removed = [] }) => {
      return [...removed.map((id) => ({ id, at: -1 })), ...added, ...changed];
    });
    const gone = byId(touched);
    const [{ reset }] = parts;
    const members = reset ? [] : before.filter(({ id }) => !gone.has(id));
    for (const { id, record, at, ...told } of touched.sort((a, b) => a.at - b.at)) {
      if (at > members.length) return this.renew();
      if (at < 0) continue;
      const old = known.get(id);
      const same = old?.version.stamp === told.stamp;
      members.splice(at, 0, same ? old : { id, ...stateOf(told, record) });
    }
    this.shown = { members: freeze(members), version: this.told };
    const now = byId(members);
    const added = members.filter(({ id }) => !known.has(id));
    const removed = before.filter(({ id }) => !now.has(id));
    const changed = members.filter((member) => (known.get(member.id) ?? member) !== member);
    const reason = reset ? "RESYNC" : "UPDATE";
    if (!equal(members, before)) this.each("onUpdate", reason, { added, changed, removed });
    this.begun = true;
    this.admit();
  }
}

class CollectionSubscription extends Member {
  get members() {
    return this.line.shown.members;
  }

  get version() {
    return this.line.shown.version;
  }

  get isLive() {
    return super.isLive && !this.line.parts[0]?.reset;
  }

  onUpdate(reason, difference) {
    const { collectionId } = this;
    this.tell("onUpdate", { collectionId, ...this.line.shown, ...difference, reason });
  }
}
