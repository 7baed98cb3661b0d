// SPDX-License-Identifier: Apache-2.0
/** Computes, applies, merges and composes patches of JSON trees. */
@NullMarked
package io.meshrt.patch;

import org.jspecify.annotations.NullMarked;
