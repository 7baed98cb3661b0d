// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.dialect;

import io.meshrt.core.codec.Envelope;
import io.meshrt.core.codec.EnvelopeReader;
import io.meshrt.core.codec.EnvelopeWriter;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.codec.Welcome;
import io.meshrt.core.protocol.RequestId;
import io.meshrt.server.connection.HeartbeatOptions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One generation of connection: what its frames mean and how ours are written. Immutable, shared by
 * all connections that speak it; knows no connection.
 */
public interface Dialect {
  /** Under this name members of a room are sent the messages of clients. */
  String ROOM_MESSAGE = Generation.V1.wireName("room-message");

  /**
   * For connections that negotiated nothing.
   *
   * @param announced generations whose clients wait for the id of their connection in their own
   *     words; {@link Generation#MESH} and {@link Generation#REALTIME} or fewer
   */
  static Dialect legacy(Set<Generation> announced) {
    return new LegacyDialect(announced);
  }

  /** For connections that negotiated {@code mesh.v1}. */
  static Dialect v1() {
    return V1Dialect.INSTANCE;
  }

  /** An unasked frame of the framework's own, as a generation writes its name. */
  static byte[] builtInPush(Generation generation, String bareName, RawJson payload) {
    return EnvelopeWriter.push(generation.wireName(bareName), payload);
  }

  /**
   * Whether the peer is held to the protocol: malformed messages are answered and counted, binary
   * messages refused, ids of requests in flight must differ. Legacy peers are forgiven.
   */
  boolean strict();

  /** How pings come. */
  Pulse pulse();

  /**
   * How it is found out whether peers live.
   *
   * @param common as the server does with all that say nothing else
   */
  default HeartbeatOptions heartbeat(HeartbeatOptions common) {
    return common;
  }

  /**
   * Whether peers say themselves what they have handled; of others, each message is a sign that
   * they have what was written before.
   */
  default boolean acknowledges() {
    return true;
  }

  /** Whether pushes have the frame of the family, so that one serves all such connections. */
  default boolean sharesPushes() {
    return true;
  }

  /** First frames on a new connection, in order. */
  List<byte[]> greeting(Welcome welcome);

  /**
   * What a message of the peer means.
   *
   * @param reader checks it
   * @throws io.meshrt.core.codec.MalformedJsonException when the bytes are not JSON, or not as
   *     strict as the reader asks
   */
  default Inbound read(EnvelopeReader reader, byte[] buffer, int offset, int length) {
    return read(reader.read(buffer, offset, length));
  }

  /** What a frame means. Never throws. */
  Inbound read(Envelope envelope);

  /**
   * The answer to a request.
   *
   * @param payload null for a command that returned nothing
   */
  byte[] reply(Request request, @Nullable RawJson payload);

  /** The answer to a request that failed. */
  byte[] failure(Request request, Failure failure);

  /** What a built-in returned, written for a {@code mesh/} client, as this client expects it. */
  RawJson builtInResult(Request request, RawJson payload);

  /** The answer to a request whose built-in failed; some generations are refused by a result. */
  byte[] builtInFailure(Request request, Failure failure);

  /** The answer to something with an id that was not understood otherwise. */
  byte[] failure(RequestId id, Failure failure);

  /** Tells the peer about a frame that cannot be answered; null when this generation does not. */
  byte @Nullable [] protest(String message);

  /** An unasked frame under exactly this name. */
  byte[] push(String name, RawJson payload);

  /**
   * Tells the peer that the server goes away, and in how many milliseconds to reconnect; null when
   * this generation does not understand.
   */
  byte @Nullable [] goingAway(long reconnectAfterMillis);

  /** A call of the client by the server; empty when clients of this generation cannot answer. */
  Optional<byte[]> call(long id, String name, RawJson payload);

  /**
   * A ping.
   *
   * @param time comes back in the pong of generations whose ping measures
   * @param latencyMillis last measured round trip, -1 before the first
   * @param unanswered how many pings before it were not answered
   */
  byte[] ping(long time, long latencyMillis, int unanswered);

  /**
   * The frames that tell the last round trip and measure the next, in order; asked for with {@link
   * Pulse#LATENCY_APART} alone.
   */
  List<byte[]> latencyPair(long latencyMillis);

  /** The code that peers know for an end with a code of ours; 1005 is a close frame without one. */
  default int closeCode(int code) {
    return code;
  }
}
