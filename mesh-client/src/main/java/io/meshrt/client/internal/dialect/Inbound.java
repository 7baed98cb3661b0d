// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.dialect;

import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.RequestId;
import org.jspecify.annotations.Nullable;

/**
 * What one frame of the server means.
 *
 * @param id of the call a {@code REPLY} answers, or of a {@code REQUEST}; null for the others
 * @param name of a {@code REQUEST} or {@code PUSH}, without its prefix of a {@code BUILT_IN_PUSH};
 *     text of a {@code PROTEST} or {@code ASSIGN_ID}; else empty
 * @param payload of the frame
 * @param failure of a {@code REPLY} in whose own form the call failed
 */
public record Inbound(
    Kind kind,
    @Nullable RequestId id,
    String name,
    RawJson payload,
    @Nullable CommandException failure) {

  /** The kinds of frames a server sends. */
  public enum Kind {
    REPLY,
    REQUEST,
    PUSH,
    BUILT_IN_PUSH,
    GAP,
    GOING_AWAY,
    PING,
    LATENCY_REQUEST,
    LATENCY,
    ASSIGN_ID,
    PROTEST,
    IGNORED,
    MALFORMED
  }

  static final Inbound NOTHING = of(Kind.IGNORED, "", RawJson.NULL);
  static final Inbound NONSENSE = of(Kind.MALFORMED, "", RawJson.NULL);

  /** A frame that is not JSON at all. */
  public static Inbound malformed() {
    return NONSENSE;
  }

  static Inbound of(Kind kind, String name, RawJson payload) {
    return new Inbound(kind, null, name, payload, null);
  }

  static Inbound reply(RequestId id, RawJson payload) {
    return new Inbound(Kind.REPLY, id, "", payload, null);
  }

  static Inbound failedReply(RequestId id, CommandException failure) {
    return new Inbound(Kind.REPLY, id, "", RawJson.NULL, failure);
  }

  static Inbound request(RequestId id, String name, RawJson payload) {
    return new Inbound(Kind.REQUEST, id, name, payload, null);
  }
}
