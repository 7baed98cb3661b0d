// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.record;

import org.jspecify.annotations.Nullable;

/**
 * What a record holds.
 *
 * @param value null if there is nothing, or JSON's null
 */
public record RecordValue<T>(@Nullable T value, RecordVersion version) {}
