// SPDX-License-Identifier: Apache-2.0
/**
 * The connection's own metadata, remembered for the next connection. The door is {@link
 * io.meshrt.client.internal.metadata.MetadataFeature}.
 */
@NullMarked
package io.meshrt.client.internal.metadata;

import org.jspecify.annotations.NullMarked;
