// SPDX-License-Identifier: Apache-2.0
/** Tests of the codec. */
@NullMarked
package io.meshrt.core.codec;

import org.jspecify.annotations.NullMarked;
