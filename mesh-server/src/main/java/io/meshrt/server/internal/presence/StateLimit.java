// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.metrics.ServerMetrics;

/** The largest state. */
record StateLimit(int maxBytes, ServerMetrics metrics) {
  /** Fails with {@code ETOOLARGE}, counted, beyond the limit. */
  void check(RawJson state) {
    if (state.length() > maxBytes) {
      metrics.limitHit(Limit.PRESENCE_STATE_BYTES);
      throw new CommandException(ErrorCode.TOO_LARGE, "state: larger than " + maxBytes + " bytes");
    }
  }
}
