// SPDX-License-Identifier: Apache-2.0
/** Tests of the protocol vocabulary. */
@NullMarked
package io.meshrt.core.protocol;

import org.jspecify.annotations.NullMarked;
