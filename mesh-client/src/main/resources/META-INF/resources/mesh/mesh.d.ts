// SPDX-License-Identifier: Apache-2.0
import type { Channels } from "./channels.js";
import type { Collections } from "./collections.js";
import type { CallOptions } from "./core.js";
import type { PatchOperation, Records } from "./records.js";
import type { OwnMetadata, Presence, Rooms } from "./rooms.js";

export * from "./channels.js";
export * from "./collections.js";
export * from "./core.js";
export * from "./records.js";
export * from "./rooms.js";

/** Whatever JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** A failure with a stable code. One that a command handler throws is told to the server. */
export class MeshError extends Error {
  constructor(code: ErrorCode, message: string, details?: { data?: unknown; cause?: unknown });
  readonly code: ErrorCode;
  readonly data?: unknown;
}

/**
 * Codes of the framework; applications add their own. `CONNECTION_LOST`: the connection broke after
 * the call was sent, and its outcome is unknown. `CLOSED`: the client was closed.
 */
export type ErrorCode =
  | "EBADREQUEST"
  | "ENOTFOUND"
  | "EACCESS"
  | "EUNAUTHORIZED"
  | "ELIMIT"
  | "ERATE"
  | "ETOOLARGE"
  | "ETIMEOUT"
  | "ECONFLICT"
  | "ENOWORKER"
  | "EUNAVAILABLE"
  | "ESERVER"
  | "CONNECTION_LOST"
  | "CLOSED"
  | (string & {});

export interface ClientOptions {
  /** Used in place of the global one; Node 20 has none, there the package `ws` gives one. */
  WebSocket?: WebSocketConstructor;
  /**
   * Presented on each connection before anything else, or there is no connection: a value, or a
   * function that is asked for fresh ones, also before they expire and when they have (4501).
   */
  credentials?: Credentials;
  /** One attempt, from opening the socket until the client can be used; 10,000. */
  connectTimeoutMillis?: number;
  /** Calls that have no timeout of their own; 30,000. */
  commandTimeoutMillis?: number;
  /** A ping comes at least this often; what the server says unless set. */
  pingTimeoutMillis?: number;
  /** The connection is lost after one more than so many intervals without a ping; 1. */
  maxMissedPings?: number;
  /** When a lost connection is made again; false for never. */
  reconnect?: false | ReconnectPolicy;
  limits?: ClientLimits;
  /** What else the client takes from its surroundings; for tests. */
  platform?: Partial<Platform>;
}

/** Attempt n comes after a random time between the shortest delay and a bound that doubles. */
export interface ReconnectPolicy {
  /** Shortest delay, and the shortest time between two attempts; 200. */
  minDelayMillis?: number;
  /** Longest delay; 20,000. */
  maxDelayMillis?: number;
  /** So many failed attempts in a row make the client give up; never unless set. */
  maxAttempts?: number;
  /** Whether a failing `connect()` is tried again too, instead of being reported; no. */
  retriesFirstConnect?: boolean;
}

/** What the client holds at most. */
export interface ClientLimits {
  /** Characters of one inbound message; a larger one ends the connection (1009). 2 Mi */
  maxMessageBytes?: number;
  /** Calls waiting to be sent; one more fails with `ELIMIT`. 10,000 */
  maxQueuedCalls?: number;
  /** Bytes of their payloads; beyond it `ELIMIT`. 8 Mi */
  maxQueuedBytes?: number;
  /** Calls sent and not yet answered, unless the server asks for fewer; the next ones wait. 1,024 */
  maxCallsInFlight?: number;
  /** Commands of the server running at a time; one more is answered with `ELIMIT`. 64 */
  maxRunningHandlers?: number;
}

export interface Platform {
  /** Milliseconds that go on while the computer sleeps. */
  now(): number;
  /** From 0 up to 1. */
  random(): number;
  setTimeout(task: () => void, millis: number): unknown;
  clearTimeout(timer: unknown): void;
  /** The window, whose events wake the client; undefined for none. */
  page: unknown;
}

export interface WebSocketConstructor {
  new (url: string, protocols: string[]): unknown;
}

export type Credentials = Json | object | (() => unknown);

/**
 * `DISCONNECTED`: not connected, not trying; calls fail. `CONNECTING`, `RECONNECTING`: trying; calls
 * wait. `CLOSED`: for good; calls fail.
 */
export type ClientStatus = "DISCONNECTED" | "CONNECTING" | "CONNECTED" | "RECONNECTING" | "CLOSED";

export interface StatusChange {
  readonly status: ClientStatus;
  readonly previous: ClientStatus;
  /**
   * Code of the connection that ended, 1006 when it broke, 4001 when the server asked to reconnect
   * elsewhere; 0 when none had been open.
   */
  readonly closeCode: number;
  /** Why, for people. */
  readonly reason: string;
  readonly cause?: unknown;
  /** Whether the policy allows no further attempt. */
  readonly gaveUp: boolean;
}

/** Something that went wrong and that no promise reports. The connection lives on. */
export interface ClientError {
  /**
   * `PROTEST`: the server could not make sense of a frame. `MALFORMED_FRAME`: the other way round.
   * `LISTENER_FAILED`: a listener or handler threw. `CREDENTIALS_REFUSED`: those accepted before.
   * `NOT_RESTORED`: something could not be put back after a reconnect. `GAP`: the server lost
   * pushes, or what a listener of a channel missed could not be read.
   */
  readonly kind:
    | "PROTEST"
    | "MALFORMED_FRAME"
    | "LISTENER_FAILED"
    | "CREDENTIALS_REFUSED"
    | "NOT_RESTORED"
    | "GAP";
  /** What it happened to. */
  readonly subject:
    | "CLIENT"
    | "MESSAGE"
    | "ROOM"
    | "PRESENCE"
    | "PRESENCE_STATE"
    | "METADATA"
    | "CHANNEL"
    | "RECORD"
    | "COLLECTION"
    | "IDENTITY"
    | "EVERYONE";
  /** Name of the subject; empty when it has none. */
  readonly name: string;
  /** What happened, for people. */
  readonly message: string;
  readonly cause: unknown;
}

/** What is known of the present connection; empty without one. */
export interface ServerInfo {
  readonly connectionId?: string;
  readonly nodeId?: string;
  /** Identity of this connection, if it has one. */
  readonly identity?: string;
  /** Whether the server remembers rooms. */
  readonly persistentRooms?: boolean;
  /** Last round trip that the server measured. */
  readonly latencyMillis?: number;
}

export interface Registration {
  close(): void;
}

/** A connected client; otherwise as `new MeshClient(url, options).connect()`. */
export function connect(url: string | URL, options?: ClientOptions): Promise<MeshClient>;

/**
 * A client of one server of `mesh.v1`: calls commands, answers commands of the server, hears pushes,
 * and keeps its connection. Listeners are called in order, when a frame has been dealt with.
 */
export class MeshClient {
  /** `url`: `ws(s)://` or `http(s)://`, or in a page relative to it. */
  constructor(url: string | URL, options?: ClientOptions);

  readonly status: ClientStatus;
  readonly serverInfo: ServerInfo;
  /** Id of this connection; undefined without one. */
  readonly connectionId: string | undefined;
  readonly rooms: Rooms;
  readonly presence: Presence;
  readonly metadata: OwnMetadata;
  readonly channels: Channels;
  readonly records: Records;
  readonly collections: Collections;

  /**
   * Connects; joins the attempt under way. A first attempt that fails is reported (`EUNAVAILABLE`)
   * and not made again; a connection that is lost later is made again without being asked.
   */
  connect(): Promise<void>;

  /** Calls a command; fails with what the server answers, or a code of this client. */
  command<T = unknown>(name: string, payload?: unknown, options?: CallOptions): Promise<T>;

  /**
   * Presents credentials, to authenticate or to renew. Once accepted they are presented again after
   * each reconnect; a function is asked then, and when four fifths of their time are over.
   */
  authenticate(
    credentials: Credentials,
    options?: CallOptions,
  ): Promise<{ identity: string; expiresAtMillis?: number }>;

  /** Answers a command that the server calls, in place of an earlier handler of that name. */
  registerCommand<T = any>(
    name: string,
    handler: (payload: T, context: { command: string }) => unknown,
  ): Registration;

  /** Listens to the pushes of one name. */
  onMessage<T = any>(name: string, listener: (payload: T) => unknown): Registration;

  /** Listens to all pushes. */
  onAnyMessage(listener: (name: string, payload: any) => unknown): Registration;

  onStatus(listener: (change: StatusChange) => unknown): Registration;

  /** Listens to what no promise reports; without a listener it goes to the console. */
  onError(listener: (error: ClientError) => unknown): Registration;

  /** Closes for good; done when the server has answered, after a second at most. */
  close(): Promise<void>;
}

/**
 * Applies a JSON Patch (RFC 6902) of the operations that Mesh sends, and gives the result, which
 * shares with the document what did not change. Paths lead through own members only, and never to
 * `__proto__`; what does not apply is a `MeshError` of code `EBADREQUEST`.
 */
export function applyPatch<T = any>(document: unknown, patch: readonly PatchOperation[]): T;
