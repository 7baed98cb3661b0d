// SPDX-License-Identifier: Apache-2.0
/**
 * Hands what happens to stores of the application: in batches, again where a store has failed, at
 * the end what still waits. The doors are {@link io.meshrt.server.internal.persistence.Feed} and
 * {@link io.meshrt.server.internal.persistence.Mirrors}.
 */
@NullMarked
package io.meshrt.server.internal.persistence;

import org.jspecify.annotations.NullMarked;
