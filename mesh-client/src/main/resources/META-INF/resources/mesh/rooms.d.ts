// SPDX-License-Identifier: Apache-2.0
import type { CallOptions } from "./core.js";

export interface RoomMember {
  readonly connectionId: string;
  readonly metadata: any;
}

/** The rooms this client is in by its own wish; they are joined again after each reconnect. */
export interface Rooms {
  /** The rooms joined and not left, also while reconnecting. */
  readonly joined: string[];
  /** Joins a room; tells who is in it, this connection included. */
  join(room: string, options?: CallOptions): Promise<RoomMember[]>;
  /** Leaves a room; from now on it is not joined again, whatever comes of the call. */
  leave(room: string, options?: CallOptions): Promise<void>;
  metadata(room: string): MetadataView;
}

export interface MetadataView {
  /** Asks the server; null when there is none. */
  get<T = any>(options?: CallOptions): Promise<T | null>;
}

/** Metadata of this connection; what was changed is changed again on the next one. */
export interface OwnMetadata extends MetadataView {
  /** Replaces the value. */
  set(value: unknown, options?: CallOptions): Promise<void>;
  /** Puts the keys of `patch` over those that are there. */
  update(patch: unknown, options?: CallOptions): Promise<void>;
  /** As `update`, going into objects that both have. */
  deepMerge(patch: unknown, options?: CallOptions): Promise<void>;
  /** The metadata of any connection. */
  of(connectionId: string): MetadataView;
}

// Presence

export interface PresentMember<S = any> {
  readonly connectionId: string;
  /** What it last said of itself, if anything. */
  readonly state?: S;
}

/** A snapshot, which replaces all that was known, or one change of it. */
export type PresenceEvent<S = any> =
  | { readonly type: "INITIAL" | "RESTORED"; readonly room: string; readonly members: PresentMember<S>[] }
  | {
      readonly type: "JOINED" | "LEFT" | "STATE";
      readonly room: string;
      readonly connectionId: string;
      /** Of a `STATE`; undefined when the state is gone. */
      readonly state?: S;
      readonly timeMillis: number;
    }
  | { readonly type: "ENDED"; readonly room: string };

export interface PresenceSubscription<S = any> {
  readonly room: string;
  /** Who is present as far as the client knows. */
  readonly members: PresentMember<S>[];
  close(): void;
}

/** Who is present in the rooms that the server tracks. */
export interface Presence {
  /** Tells who is present: first a snapshot, then each change. One need not be in the room. */
  subscribe<S = any>(
    room: string,
    listener: (event: PresenceEvent<S>) => unknown,
    options?: { signal?: AbortSignal },
  ): Promise<PresenceSubscription<S>>;
  /** Publishes a state of this connection, which has to be in the room. */
  publishState(
    room: string,
    state: unknown,
    options?: CallOptions & { expireAfterMillis?: number; silent?: boolean },
  ): Promise<void>;
  clearState(room: string, options?: CallOptions): Promise<void>;
  /** Who is present now; asks the server. */
  state<S = any>(room: string, options?: CallOptions): Promise<PresentMember<S>[]>;
}
