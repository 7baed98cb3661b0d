// SPDX-License-Identifier: Apache-2.0
import type { CallOptions } from "./core.js";

/** Version of a record; no two writes share a stamp. */
export interface RecordVersion {
  readonly number: number;
  readonly stamp: string;
}

export interface RecordValue<T = any> {
  /** null if there is nothing; frozen where it is shared. */
  readonly value: T;
  readonly version: RecordVersion;
}

export interface PatchOperation {
  readonly op: "add" | "remove" | "replace";
  readonly path: string;
  readonly value?: unknown;
}

export interface RecordUpdate<T = any> extends RecordValue<T> {
  readonly recordId: string;
  /** Leads from the value told before to this one; with `mode: "patch"`, where there is one. */
  readonly patch?: readonly PatchOperation[];
  /**
   * `LOCAL`: this client changed it, and the server has not confirmed that, or such a change
   * failed. `RESYNC`: it was read again. `DELETED`: nothing follows.
   */
  readonly reason: "INITIAL" | "UPDATE" | "RESYNC" | "LOCAL" | "DELETED";
}

export interface RecordListener<T = any> {
  onUpdate(update: RecordUpdate<T>): unknown;
  /** Nothing more will come: as of channels. Not called after a deletion. */
  onEnded?(code: string): unknown;
}

export interface RecordSubscription<T = any> {
  readonly recordId: string;
  /** What the record holds as far as this client knows, with its own updates. */
  readonly current: RecordValue<T>;
  readonly value: T;
  readonly version: RecordVersion;
  /** Whether the server keeps it up to date; not from a loss or a gap until it was read again. */
  readonly isLive: boolean;
  /**
   * Changes the record: the function gives the next value, or changes the draft it is given. It runs
   * at once, and again on what came instead if somebody else was first. Fails with what it throws,
   * with `CONNECTION_LOST` when nobody can tell whether it was written, with `ENOTFOUND` when the
   * record was deleted, or as `Records.write`.
   */
  update(change: (draft: T) => T | void): Promise<RecordVersion>;
  close(): void;
}

export type WriteStrategy = "replace" | "merge" | "deepMerge";

export interface WriteOptions {
  strategy?: WriteStrategy;
  /**
   * Writes only if the record has that version; else `ECONFLICT`, with `recordId` and the present
   * `version` and `stamp` as data.
   */
  ifVersion?: number | RecordVersion;
}

export type TransactionOperation =
  | ({ op: "write"; recordId: string; value: unknown } & WriteOptions)
  | { op: "delete"; recordId: string };

/** JSON documents with versions, which the server shares. */
export interface Records {
  /** Follows a record: tells what it holds, and then each change. */
  subscribe<T = any>(
    id: string,
    listener: RecordListener<T> | RecordListener<T>["onUpdate"],
    options?: { mode?: "full" | "patch"; signal?: AbortSignal },
  ): Promise<RecordSubscription<T>>;
  /** Closes all subscriptions of this client to a record; tells whether there was one. */
  unsubscribe(id: string): Promise<boolean>;
  write(id: string, value: unknown, options?: CallOptions & WriteOptions): Promise<RecordVersion>;
  get<T = any>(id: string, options?: CallOptions): Promise<RecordValue<T>>;
  /** Writes and deletes records of one group, each once: all or none. Gives their versions, by id. */
  transaction(
    operations: TransactionOperation[],
    options?: CallOptions,
  ): Promise<Map<string, RecordVersion>>;
  /** What several records hold at one moment, as confirmed; null while one is read again. */
  snapshot<T = any>(subscriptions: RecordSubscription<T>[]): RecordValue<T>[] | null;
}
