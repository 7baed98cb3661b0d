// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.internal.dialect.CollectionShapes;
import io.meshrt.server.internal.dialect.CollectionShapes.Item;
import org.jspecify.annotations.Nullable;

/**
 * A record in a collection.
 *
 * @param value as the query reads it, null where it need not
 */
record Member(String id, Version version, RawJson json, @Nullable Object value) {
  /** For {@code mesh.v1}. */
  Item item(int at) {
    return new Item(id, json, version.number(), version.stamp(), at);
  }

  /** For the clients of the family. */
  Item itemWithId(int at) {
    RawJson told = CollectionShapes.withId(id, json);
    return new Item(id, told, version.number(), version.stamp(), at);
  }
}
