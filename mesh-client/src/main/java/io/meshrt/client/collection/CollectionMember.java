// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.collection;

import io.meshrt.client.record.RecordVersion;
import org.jspecify.annotations.Nullable;

/**
 * A record in a collection.
 *
 * @param id of the record
 * @param value null if it is JSON's null
 * @param version of the record; {@link RecordVersion#NONE} where an older server did not tell it
 */
public record CollectionMember<T>(String id, @Nullable T value, RecordVersion version) {}
