// SPDX-License-Identifier: Apache-2.0
import type { ChannelListener, ChannelPosition } from "./channels.js";
import type { MeshClient } from "./mesh.js";

/** What was sent to an identity. */
export interface InboxMessage<T = any> {
  readonly name: string;
  readonly payload: T;
}

/**
 * Is given each message once, in order. One that has returned, or whose promise has settled, has
 * handled the message: the server is told, and does not give it to this device again. One that
 * throws has handled it too, and is reported (`LISTENER_FAILED`).
 */
export type InboxListener<T = any> = ChannelListener<InboxMessage<T>>;

export interface InboxOptions {
  /**
   * Name of this device, the same each time: what it has acknowledged is kept by it. Those without
   * one are one device.
   */
  device?: string;
  /** What is given at first: what the device has not acknowledged yet (usual), or only what comes. */
  from?: "unread" | "end";
  /** Ends the subscription, at any time. */
  signal?: AbortSignal;
}

export interface InboxSubscription {
  /** `LIVE`: the listener is given what comes, while there is a connection. */
  readonly state: "LIVE" | "CATCHING_UP" | "ENDED";
  /** Of the last message that was given. */
  readonly position: ChannelPosition | null;
  /** Ends it; what has been handled is acknowledged. */
  close(): void;
}

/**
 * Opens the inbox of the identity of this client's connection; it outlives the connection. Handled
 * messages are acknowledged every 50 or after a second, and when the inbox or the client is closed:
 * what a page did not acknowledge any more is given again to the next one.
 *
 * Fails with `EUNAUTHORIZED` without an identity, with `ECONFLICT` while it is open, as a client has
 * one at a time, and with `ELIMIT` for a device too many of the identity.
 */
export function openInbox<T = any>(
  client: MeshClient,
  listener: InboxListener<T> | InboxListener<T>["onMessage"],
  options?: InboxOptions,
): Promise<InboxSubscription>;
