// SPDX-License-Identifier: Apache-2.0
import type { CallOptions } from "./core.js";

/** Place of a message; positions of different epochs cannot be compared. */
export interface ChannelPosition {
  readonly epoch: string;
  readonly offset: number;
}

export interface ChannelMessage<T = any> {
  readonly message: T;
  /** null where messages have no numbers. */
  readonly position: ChannelPosition | null;
  /** When it was accepted, on the server's clock. */
  readonly timeMillis?: number;
}

/** Messages that a listener will not get: those between two positions, as far as they are known. */
export interface ChannelGap {
  readonly last: ChannelPosition | null;
  readonly resumesAfter: ChannelPosition | null;
}

export interface ChannelListener<T = any> {
  onMessage(message: T, place: Omit<ChannelMessage<T>, "message">): unknown;
  /** After a reconnect nothing was missed: what came meanwhile has been given as messages. */
  onRecovered?(messages: number): unknown;
  /** Messages are missing in this place. */
  onGap?(gap: ChannelGap): unknown;
  /**
   * Nothing more will come: the server revoked the subscription (`EACCESS`), or refused it after a
   * reconnect with that code.
   */
  onEnded?(code: string): unknown;
}

export interface SubscribeOptions {
  /** So many of the newest messages are in `history`; at most 300. */
  history?: number;
  /** Whether the listener is given these too, oldest first. */
  historyToListener?: boolean;
  /** Gives the listener what follows a position. */
  from?: ChannelPosition;
  /** Gives the listener what was stored after a time (ms) or a message (its id). */
  since?: number | string;
  /** Ends the subscription, at any time. */
  signal?: AbortSignal;
}

export interface ChannelSubscription<T = any> {
  readonly channel: string;
  /** Newest first. */
  readonly history: ChannelMessage<T>[];
  /** `LIVE`: the listener is given what comes, while there is a connection. */
  readonly state: "LIVE" | "CATCHING_UP" | "ENDED";
  /** Place of the last message; another subscription can go on `from` it. */
  readonly position: ChannelPosition | null;
  close(): void;
}

export interface ChannelHistory<T = any> {
  /** Newest first; behind a position or time, oldest first. */
  readonly messages: ChannelMessage<T>[];
  /** Of the channel's newest message. */
  readonly position: ChannelPosition | null;
  /** Whether nothing is missing between what was asked for and the first message. */
  readonly complete: boolean;
  readonly more: boolean;
}

/** Named streams of messages; a subscription outlives its connection. */
export interface Channels {
  subscribe<T = any>(
    channel: string,
    listener: ChannelListener<T> | ChannelListener<T>["onMessage"],
    options?: SubscribeOptions,
  ): Promise<ChannelSubscription<T>>;
  /** Publishes; with an id the same message can be published again and is there once. */
  publish(
    channel: string,
    message: unknown,
    options?: CallOptions & { id?: string },
  ): Promise<ChannelPosition | null>;
  /** Reads a page of what is kept: the newest, or what follows a position or time. */
  history<T = any>(
    channel: string,
    query?: CallOptions & { limit?: number; after?: ChannelPosition; since?: number | string },
  ): Promise<ChannelHistory<T>>;
}
