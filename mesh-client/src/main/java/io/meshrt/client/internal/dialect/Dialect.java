// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.dialect;

import io.meshrt.client.Generation;
import io.meshrt.core.codec.Envelope;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.RequestId;
import org.jspecify.annotations.Nullable;

/** Reads and writes the frames of one generation. Immutable and shared by all connections. */
public interface Dialect {
  /** The dialect of a generation. */
  static Dialect of(Generation generation) {
    return generation == Generation.V1 ? V1Dialect.INSTANCE : LegacyDialect.of(generation);
  }

  /** Whose frames these are. */
  Generation generation();

  /** What a frame of the server means. */
  Inbound read(Envelope envelope);

  /** A call of an application command. */
  byte[] call(long id, String name, RawJson payload);

  /** A call of a built-in command, named without its prefix. */
  byte[] callBuiltIn(long id, String bareName, RawJson payload);

  /**
   * The failure that hides in the payload of a reply; null when the payload is a result. Only
   * legacy replies hide failures.
   */
  @Nullable CommandException failureIn(RawJson payload);

  /**
   * Why a built-in command cannot be called at all; null when it can, or when only the server
   * knows.
   */
  @Nullable CommandException lackOf(String bareName);

  /** As {@link #failureIn}, for the reply to a built-in command, named without its prefix. */
  @Nullable CommandException failureInBuiltIn(String bareName, RawJson payload);

  /**
   * Whether the server runs the built-in commands of one connection in the order of their arrival.
   */
  boolean ordersBuiltIns();

  /** Whether the history of a channel is told with the newest message first. */
  boolean newestFirst();

  /** Whether what becomes of a collection's records is told by pushes about records. */
  boolean tellsMembersAsRecords();

  /** Whether a name of a built-in push may just as well be the application's. */
  boolean sharesBuiltInNames();

  /** Answers a ping; {@code id} is one this connection has not used. */
  byte[] pong(long id, RawJson pingPayload);

  /** Answers a measurement of latency; {@code id} is one this connection has not used. */
  byte[] latencyResponse(long id, RawJson payload);

  /** The latency the server told in a ping or latency frame, in ms; negative when it told none. */
  double latencyMillis(RawJson payload);

  /** Answers a request of the server. */
  byte[] reply(RequestId id, RawJson payload);

  /** Answers a request of the server that failed. */
  byte[] failure(RequestId id, String code, String message, @Nullable RawJson data);
}
