// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.record;

import org.jspecify.annotations.Nullable;

/**
 * A record of a list.
 *
 * @param value null if that is what JSON's null becomes for the type
 */
public record ListedRecord<T>(String id, @Nullable T value, RecordVersion version) {}
