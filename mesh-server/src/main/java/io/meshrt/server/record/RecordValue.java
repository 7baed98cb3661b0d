// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.record;

import org.jspecify.annotations.Nullable;

/**
 * What a record holds.
 *
 * @param value null if that is what JSON's null becomes for the type
 */
public record RecordValue<T>(@Nullable T value, RecordVersion version) {}
