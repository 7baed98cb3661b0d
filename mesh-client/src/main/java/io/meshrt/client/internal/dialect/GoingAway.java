// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.dialect;

import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import java.time.Duration;

/**
 * The server's word that it goes away.
 *
 * @param reconnectAfter when this client is to look for another one
 */
public record GoingAway(Duration reconnectAfter) {
  private static final JsonValues JSON = new JsonValues();
  private static final long MAX_MILLIS = Duration.ofDays(1).toMillis();

  /** Reads the payload of the push; a time that makes no sense is now. */
  public static GoingAway read(RawJson payload) {
    long millis = JSON.tree(payload).path("reconnectAfterMillis").asLong(0);
    return new GoingAway(Duration.ofMillis(Math.max(0, Math.min(millis, MAX_MILLIS))));
  }
}
