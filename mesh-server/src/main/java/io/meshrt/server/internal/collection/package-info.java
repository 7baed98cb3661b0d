// SPDX-License-Identifier: Apache-2.0
/**
 * Sets of records that sessions follow. The door is {@link
 * io.meshrt.server.internal.collection.CollectionFeature}; what it needs of records stands in
 * {@link io.meshrt.server.internal.collection.RecordSource}.
 */
@NullMarked
package io.meshrt.server.internal.collection;

import org.jspecify.annotations.NullMarked;
