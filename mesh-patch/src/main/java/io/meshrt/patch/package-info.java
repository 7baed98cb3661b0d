// SPDX-License-Identifier: Apache-2.0
/**
 * Computes, applies, merges and composes patches of JSON trees.
 *
 * <p>The doors: {@link io.meshrt.patch.JsonDiff} finds a {@link io.meshrt.patch.Patch}, which can
 * be sent, applied and joined with others; {@link io.meshrt.patch.JsonMerge} and {@link
 * io.meshrt.patch.JsonEquality} work on values. No tree is ever changed, but results share parts
 * with what they were made from, so a tree that was handed in or came out must not be changed
 * either.
 */
@NullMarked
package io.meshrt.patch;

import org.jspecify.annotations.NullMarked;
