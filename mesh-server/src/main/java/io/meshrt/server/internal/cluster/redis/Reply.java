// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.cluster.Version;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A script's answer, read from front to back. Not thread-safe. */
final class Reply {
  private final List<?> fields;
  private int next;

  Reply(List<?> fields) {
    this.fields = fields;
  }

  boolean hasNext() {
    return next < fields.size();
  }

  byte[] bytes() {
    return (byte[]) fields.get(next++);
  }

  String text() {
    return new String(bytes(), UTF_8);
  }

  long number() {
    return Long.parseLong(text());
  }

  boolean flag() {
    return text().equals("1");
  }

  /** Epoch and offset. */
  Position position() {
    String epoch = text();
    long offset = number();
    return epoch.isEmpty() ? Position.NONE : new Position(epoch, offset);
  }

  /** Number, stamp, whether there is a value, value. */
  Stored stored() {
    Version version = new Version(number(), text());
    boolean present = flag();
    byte[] bytes = bytes();
    byte @Nullable [] value = present ? bytes : null;
    return version.equals(Version.ABSENT) ? Stored.ABSENT : new Stored(version, value);
  }
}
