// SPDX-License-Identifier: Apache-2.0
/**
 * Sets of records that clients follow, as applications see them. The door is {@link
 * io.meshrt.server.collection.RecordCollections}.
 */
@NullMarked
package io.meshrt.server.collection;

import org.jspecify.annotations.NullMarked;
