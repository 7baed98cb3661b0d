// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import java.util.Optional;

/**
 * Something to publish. The bytes are shared and never changed.
 *
 * @param payload bytes of the publisher's making
 * @param retention what remains of it
 * @param id the caller's name for this publication: a repeat within 60 s and 4,096 publications
 *     with ids is not published again; with an id the topic is numbered
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way; nobody compares them
public record Outgoing(byte[] payload, Retention retention, Optional<String> id) {
  /** Checks the id. */
  public Outgoing {
    if (id.isPresent() && (id.get().isEmpty() || id.get().length() > 255)) {
      throw new IllegalArgumentException("id: length " + id.get().length());
    }
  }

  /** Without an id. */
  public static Outgoing of(byte[] payload, Retention retention) {
    return new Outgoing(payload, retention, Optional.empty());
  }

  /** Whether the publication has to have a position. */
  public boolean needsNumber() {
    return retention.numbered() || id.isPresent();
  }
}
