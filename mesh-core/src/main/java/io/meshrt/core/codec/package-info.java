// SPDX-License-Identifier: Apache-2.0
/** Turns bytes into frames and frames into bytes, strictly. */
@NullMarked
package io.meshrt.core.codec;

import org.jspecify.annotations.NullMarked;
