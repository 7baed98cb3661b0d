// SPDX-License-Identifier: Apache-2.0
import { Line, Lines, Member, checkedName } from "./core.js";

class Wishes {
  accepted = new Map();
  pending = new Set();

  constructor(client, command, subject, payload) {
    Object.assign(this, { client, command, subject, payload });
    client.features.push(this);
  }

  async make(wish, options) {
    checkedName(wish.roomName);
    this.pending.add(wish);
    try {
      const reply = await this.client.ask(this.command, this.payload(wish), options);
      if (this.pending.has(wish)) this.accepted.set(wish.roomName, wish);
      return reply;
    } finally {
      this.pending.delete(wish);
    }
  }

  async unmake(command, roomName, options) {
    this.drop(checkedName(roomName));
    try {
      await this.client.ask(command, { roomName }, options);
    } catch (e) {
      if (e.code !== "CONNECTION_LOST") throw e;
    }
  }

  drop(roomName) {
    this.accepted.delete(roomName);
    for (const wish of this.pending) {
      if (wish.roomName === roomName) this.pending.delete(wish);
    }
  }

  restore() {
    for (const [roomName, wish] of this.accepted) {
      this.client.restore(this.command, this.subject, roomName, {
        payload: () => this.accepted.get(roomName) === wish && this.payload(wish),
        onRefused: () => this.drop(roomName),
      });
    }
  }
}

export class Rooms {
  constructor(client) {
    this.client = client;
    this.wishes = new Wishes(client, "mesh/join-room", "ROOM", ({ roomName }) => ({ roomName }));
  }

  get joined() {
    return [...this.wishes.accepted.keys()];
  }

  async join(roomName, options) {
    const { present } = await this.wishes.make({ roomName }, options);
    return present.map(({ id, metadata }) => ({ connectionId: id, metadata }));
  }

  leave(roomName, options) {
    this.client.presence.states.drop(roomName);
    return this.wishes.unmake("mesh/leave-room", roomName, options);
  }

  metadata(roomName) {
    return metadataOf(this.client, "room", { roomName: checkedName(roomName) });
  }
}

const metadataOf = (client, whose, payload) => ({
  async get(options) {
    const { metadata } = await client.ask(`mesh/get-${whose}-metadata`, payload, options);
    return metadata;
  },
});

const SET = "mesh/set-my-connection-metadata";

export class OwnMetadata {
  constructor(client) {
    this.client = client;
    this.get = metadataOf(client, "my-connection").get;
    this.remember({}, new Set());
    client.features.push(this);
  }

  set(value, options) {
    return this.change("replace", value, options);
  }

  update(patch, options) {
    return this.change("merge", patch, options);
  }

  deepMerge(patch, options) {
    return this.change("deepMerge", patch, options);
  }

  of(connectionId) {
    return metadataOf(this.client, "connection", { connectionId: checkedName(connectionId) });
  }

  async change(strategy, value = null, options) {
    const metadata = JSON.parse(JSON.stringify(value));
    await this.client.ask(SET, { metadata, options: { strategy } }, options);
    if (strategy === "replace" || !isObject(metadata)) return this.remember(metadata);
    const deep = strategy === "deepMerge";
    this.value = merge(this.value, metadata, deep);
    for (const key in metadata) if (!deep || !isObject(metadata[key])) this.replaced?.add(key);
  }

  remember(value, replaced) {
    Object.assign(this, { value, replaced });
  }

  restore() {
    for (const strategy of ["merge", "deepMerge"]) {
      this.client.restore(SET, "METADATA", "", {
        payload: () => this.payload(strategy),
        onRefused: () => this.remember({}, new Set()),
      });
    }
  }

  payload(strategy) {
    const isMerge = strategy === "merge";
    const { value, replaced } = this;
    if (!replaced) return isMerge && { metadata: value, options: { strategy: "replace" } };
    const keys = Object.entries(value).filter(([key]) => replaced.has(key) === isMerge);
    return keys.length && { metadata: Object.fromEntries(keys), options: { strategy } };
  }
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

function merge(old, by, deep) {
  if (!isObject(old) || !isObject(by)) return by;
  const put = ([key, value]) => [key, deep ? merge(old[key], value, deep) : value];
  return { ...old, ...Object.fromEntries(Object.entries(by).map(put)) };
}

export class Presence extends Lines {
  constructor(client) {
    const { now } = client.platform;
    super(client, "presence", "roomName", "onPresence", RoomPresence, PresenceSubscription);
    this.on("presence-update", (line, push) => line.onUpdate(push));
    this.states = new Wishes(client, "mesh/publish-presence-state", "PRESENCE_STATE", (wish) => {
      const { expiresAt, ...payload } = wish;
      const expireAfter = expiresAt && Math.round(expiresAt - now());
      return !(expireAfter < 1) && { ...payload, expireAfter };
    });
  }

  async publishState(roomName, state, { expireAfterMillis, silent, ...options } = {}) {
    const expiresAt = expireAfterMillis && this.client.platform.now() + expireAfterMillis;
    await this.states.make({ roomName, state, expiresAt, silent }, options);
  }

  clearState(roomName, options) {
    return this.states.unmake("mesh/clear-presence-state", roomName, options);
  }

  async state(roomName, options) {
    checkedName(roomName);
    const reply = await this.client.ask("mesh/get-presence-state", { roomName }, options);
    return membersOf(statesOf(reply.present, reply.states));
  }
}

function statesOf(ids, states) {
  const known = new Map(Object.entries(states));
  return new Map(ids.map((id) => [id, known.get(id)]));
}

const membersOf = (states) =>
  [...states].map(([connectionId, state]) => ({ connectionId, state }));

class RoomPresence extends Line {
  onRenewed({ present, states }) {
    this.states = statesOf(present.map(({ id }) => id), states);
    this.each("onPresence", { type: "RESTORED", members: this.present });
  }

  get present() {
    return membersOf(this.states);
  }

  join(member) {
    super.join(member);
    member.onPresence({ type: "INITIAL", members: this.present });
  }

  onUpdate({ type: what, connectionId, state: told, timestamp: timeMillis }) {
    const type = { join: "JOINED", leave: "LEFT", state: "STATE" }[what];
    const state = told ?? undefined;
    if (!type || this.states.has(connectionId) === (what === "join")) return;
    if (what === "leave") this.states.delete(connectionId);
    else this.states.set(connectionId, state);
    this.each("onPresence", { type, connectionId, state, timeMillis });
  }
}

class PresenceSubscription extends Member {
  get room() {
    return this.line.name;
  }

  get members() {
    return this.line.present;
  }

  onPresence(event) {
    this.tell("onPresence", { room: this.room, ...event });
  }

  onEnded() {
    this.onPresence({ type: "ENDED" });
  }
}
