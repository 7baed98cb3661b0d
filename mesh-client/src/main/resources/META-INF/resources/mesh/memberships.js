// SPDX-License-Identifier: Apache-2.0
import { MeshError, RETRY_MILLIS, checkedFunction, checkedName, isLost, isPassing } from "./core.js";

const JOIN = "mesh/join-room";
const LEAVE = "mesh/leave-room";
const RESTORE = "mesh/restore-rooms";
const SEND = "mesh/send-to-room";

export function openMemberships(client, options) {
  const memberships = new Memberships(client, options);
  const opening = memberships.ready.then(() => memberships);
  opening.catch(() => {}); // who could not connect may not wait for it
  return opening;
}

class Memberships {
  names = new Set();
  unwanted = new Set();
  listeners = new Set();

  constructor(client, { store = globalThis.localStorage, key = "mesh.rooms", onChange } = {}) {
    Object.assign(this, { client, store, key, onChange });
    this.token = store?.getItem(key) ?? undefined;
    this.ready = new Promise((resolve, reject) => Object.assign(this, { begun: resolve, failed: reject }));
    client.pushes.set("mesh/room-membership", (push) => this.onMembership(push));
    client.pushes.set("mesh/room-message", (push) => this.onRoomMessage(push));
    client.features.unshift(this);
    if (client.status === "CONNECTED") this.restore();
  }

  get rooms() {
    return [...this.names];
  }

  restore() {
    const { wire, serverInfo } = this.client;
    if (!serverInfo.persistentRooms) {
      this.show([]);
      return this.begun();
    }
    this.token = this.store?.getItem(this.key) ?? this.token; // another tab may have one
    const { token } = this;
    const done = (error, reply) => {
      if (wire !== this.client.wire || (error && isLost(error))) return;
      if (error?.code === "EBADREQUEST" && token) this.forget(token); // it was never one
      if (!error) this.onRestored(reply, token);
      else if (isPassing(error) || error.code === "EUNAUTHORIZED") this.restoreLater(wire);
      else this.client.report("NOT_RESTORED", error, "ROOM");
      if (!error || !isPassing(error)) this.begun();
    };
    this.client.call(RESTORE, { token }, done, { first: true });
  }

  close() {
    this.failed(new MeshError("CLOSED", "The client is closed."));
  }

  restoreLater(wire) {
    const again = () => wire === this.client.wire && this.restore();
    this.client.platform.setTimeout(again, RETRY_MILLIS);
  }

  onRestored({ rooms, refused = [], known }, sent) {
    if (known === false && sent) this.forget(sent);
    this.show(rooms);
    for (const room of refused) this.client.report("NOT_RESTORED", "refused", "ROOM", room);
    for (const room of this.unwanted) {
      if (this.names.has(room)) this.leave(room).catch(() => {});
      else this.unwanted.delete(room);
    }
  }

  show(rooms) {
    const before = this.names;
    this.names = new Set(rooms);
    for (const room of before) if (!this.names.has(room)) this.tell(room, false);
    for (const room of rooms) if (!before.has(room)) this.tell(room, true);
  }

  tell(room, member) {
    if (this.onChange) this.client.tell("ROOM", room, async () => this.onChange(room, member));
  }

  onMembership({ roomName, member }) {
    if (member) this.names.add(roomName);
    else this.names.delete(roomName);
    this.tell(roomName, member);
  }

  onRoomMessage({ roomName, message, from, id }) {
    for (const listener of this.listeners) {
      this.client.tell("ROOM", roomName, async () => listener(roomName, message, from, id));
    }
  }

  forget(sent) {
    const present = this.store?.getItem(this.key) ?? this.token; // another tab may have a newer one
    if (present === sent) this.keep(undefined);
  }

  keep(token) {
    this.token = token;
    if (token) this.store?.setItem(this.key, token);
    else this.store?.removeItem(this.key);
  }

  async join(room, options) {
    const wish = { roomName: checkedName(room), persist: true };
    this.unwanted.delete(room);
    const { present, token } = await this.client.ask(JOIN, wish, options);
    if (token) this.keep(token);
    this.names.add(room);
    return present.map(({ id, metadata }) => ({ connectionId: id, metadata }));
  }

  async leave(room, { thisConnectionOnly, ...options } = {}) {
    if (!thisConnectionOnly) this.unwanted.add(checkedName(room));
    try {
      await this.client.ask(LEAVE, { roomName: checkedName(room), thisConnectionOnly }, options);
    } catch (e) {
      if (!isLost(e)) this.unwanted.delete(room);
      throw e;
    }
    this.unwanted.delete(room);
    this.names.delete(room);
  }

  async send(room, message = null, { echo, ...options } = {}) {
    const { id } = await this.client.ask(SEND, { roomName: checkedName(room), message, echo }, options);
    return { id };
  }

  onMessage(listener) {
    const entry = checkedFunction(listener);
    this.listeners.add(entry);
    return { close: () => this.listeners.delete(entry) };
  }
}
