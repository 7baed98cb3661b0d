// SPDX-License-Identifier: Apache-2.0
import type { RecordVersion } from "./records.js";

/** A record in a collection; frozen, and the same object until it changes. */
export interface CollectionMember<T = any> {
  /** Of the record. */
  readonly id: string;
  readonly value: T;
  readonly version: RecordVersion;
}

export interface CollectionUpdate<T = any> {
  readonly collectionId: string;
  /** All, in the order of the server. */
  readonly members: readonly CollectionMember<T>[];
  readonly added: readonly CollectionMember<T>[];
  readonly changed: readonly CollectionMember<T>[];
  /** Those that went, as they were told last. */
  readonly removed: readonly CollectionMember<T>[];
  /** Of the collection; grows while a connection lasts, and may begin anew on the next one. */
  readonly version: number;
  /**
   * `INITIAL`: all members are added. `UPDATE`: records came, changed or went. `RESYNC`: it was read
   * again, after a reconnect or because something was missed, and is different.
   */
  readonly reason: "INITIAL" | "UPDATE" | "RESYNC";
}

export interface CollectionListener<T = any> {
  onUpdate(update: CollectionUpdate<T>): unknown;
  /**
   * Nothing more will come. `EACCESS`: the server revoked it. `ELIMIT`: it became too large. Others:
   * what the server refused it with after a reconnect.
   */
  onEnded?(code: string): unknown;
}

export interface CollectionSubscription<T = any> {
  readonly collectionId: string;
  /** In the order of the server, as far as this client knows. */
  readonly members: readonly CollectionMember<T>[];
  /** That of `members`. */
  readonly version: number;
  /** Whether the server keeps it up to date; not from a loss or a gap until it was read again. */
  readonly isLive: boolean;
  close(): void;
}

/** Sets of records that the server finds; a subscription outlives its connection. */
export interface Collections {
  /** Follows a collection: tells what is in it, and then each change. Done when all of it is there. */
  subscribe<T = any>(
    id: string,
    listener: CollectionListener<T> | CollectionListener<T>["onUpdate"],
    options?: { signal?: AbortSignal },
  ): Promise<CollectionSubscription<T>>;
  /** Closes all subscriptions of this client to a collection; tells whether there was one. */
  unsubscribe(id: string): Promise<boolean>;
}
