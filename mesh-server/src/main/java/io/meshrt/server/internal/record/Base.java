// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.cluster.Version;
import org.jspecify.annotations.Nullable;

/**
 * A value to write upon.
 *
 * @param value null if there is none
 * @param bytes of the value as JSON, 0 if there is none
 */
record Base(Version version, @Nullable JsonNode value, int bytes) {
  static Base of(Stored stored) {
    byte[] value = stored.value();
    return value == null
        ? new Base(stored.version(), null, 0)
        : new Base(stored.version(), RecordJson.tree(value), value.length);
  }

  boolean exists() {
    return value != null;
  }
}
