// SPDX-License-Identifier: Apache-2.0
/** The vocabulary of the wire: frames, codes and positions, as plain values. */
@NullMarked
package io.meshrt.core.protocol;

import org.jspecify.annotations.NullMarked;
