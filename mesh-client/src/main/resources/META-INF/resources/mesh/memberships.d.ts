// SPDX-License-Identifier: Apache-2.0
import type { CallOptions } from "./core.js";
import type { MeshClient, Registration } from "./mesh.js";
import type { RoomMember } from "./rooms.js";

export interface MembershipOptions {
  /** Keeps the token by which rooms are remembered without an identity; `localStorage` unless set. */
  store?: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  /** Under which name, `mesh.rooms` unless set. */
  key?: string;
  /** Told of rooms this connection came into, or left, without having asked. */
  onChange?: (room: string, member: boolean) => void;
}

export interface RoomSender {
  readonly connectionId: string;
  /** The server's word; absent without an identity. */
  readonly identity?: string;
}

/** Rooms that the server remembers, and what clients send to rooms. */
export interface Memberships {
  /** The rooms this connection is in because they are remembered. */
  readonly rooms: string[];
  /** Whoever has it has the memberships; undefined with an identity, or before the first join. */
  readonly token?: string;
  /** Joins a room, to be remembered for the identity or the token. */
  join(room: string, options?: CallOptions): Promise<RoomMember[]>;
  /** Leaves it with all connections of the identity or token, or with this one alone until it ends. */
  leave(room: string, options?: CallOptions & { thisConnectionOnly?: boolean }): Promise<void>;
  /** Sends to all members of a room; done when the servers have accepted it. */
  send(
    room: string,
    payload?: unknown,
    options?: CallOptions & { echo?: boolean },
  ): Promise<{ id: string }>;
  /** Hears what clients send to the rooms this connection is in. */
  onMessage<T = any>(
    listener: (room: string, payload: T, from: RoomSender, id: string) => void,
  ): Registration;
}

/**
 * Opens the memberships of a client, once for each; they outlive connections. Resolves when they
 * are restored on the first connection, so ask before or after `client.connect()`.
 */
export function openMemberships(
  client: MeshClient,
  options?: MembershipOptions,
): Promise<Memberships>;
