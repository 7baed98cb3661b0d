// SPDX-License-Identifier: Apache-2.0
/**
 * Metadata of connections and rooms, as a client sees and sets it. The door is {@link
 * io.meshrt.client.metadata.OwnMetadata}.
 */
@NullMarked
package io.meshrt.client.metadata;

import org.jspecify.annotations.NullMarked;
