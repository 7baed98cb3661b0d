// SPDX-License-Identifier: Apache-2.0
/**
 * Collections: {@link io.meshrt.client.internal.collection.CollectionLine} follows one on the
 * server, a {@link io.meshrt.client.internal.collection.CollectionState} is what is in it, an
 * {@link io.meshrt.client.internal.collection.Ear} tells a listener the difference. The door is
 * {@link io.meshrt.client.internal.collection.CollectionFeature}.
 */
@NullMarked
package io.meshrt.client.internal.collection;

import org.jspecify.annotations.NullMarked;
