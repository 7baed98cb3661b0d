// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.dialect;

import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.RequestId;
import org.jspecify.annotations.Nullable;

/** What one frame of a client means. */
public sealed interface Inbound
    permits Request,
        Inbound.Reply,
        Inbound.Pong,
        Inbound.LatencyResponse,
        Inbound.Ignored,
        Inbound.Malformed {
  /** Which of the cases this is. */
  Kind kind();

  /** The cases, for switches that must not forget one. */
  enum Kind {
    REQUEST,
    REPLY,
    PONG,
    LATENCY_RESPONSE,
    IGNORED,
    MALFORMED
  }

  /**
   * The client answers a call of the server.
   *
   * @param error the failure, null when the call succeeded
   */
  record Reply(long id, RawJson payload, @Nullable RawJson error) implements Inbound {
    @Override
    public Kind kind() {
      return Kind.REPLY;
    }
  }

  /**
   * The client is alive.
   *
   * @param time what the answered ping carried, -1 when the pong does not say
   */
  record Pong(long time) implements Inbound {
    /** A pong that says nothing more. */
    static final Pong PLAIN = new Pong(-1);

    @Override
    public Kind kind() {
      return Kind.PONG;
    }
  }

  /** The answer of a legacy client to a latency request. */
  enum LatencyResponse implements Inbound {
    INSTANCE;

    @Override
    public Kind kind() {
      return Kind.LATENCY_RESPONSE;
    }
  }

  /** Valid, and nothing to do. */
  enum Ignored implements Inbound {
    INSTANCE;

    @Override
    public Kind kind() {
      return Kind.IGNORED;
    }
  }

  /**
   * Against the protocol.
   *
   * @param id the request to be answered with a failure; null when there is none
   * @param message what is wrong, for the client; repeats nothing of the frame
   */
  record Malformed(@Nullable RequestId id, String message) implements Inbound {
    @Override
    public Kind kind() {
      return Kind.MALFORMED;
    }
  }
}
