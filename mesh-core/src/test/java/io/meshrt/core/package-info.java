// SPDX-License-Identifier: Apache-2.0
/** Tests of what holds for all rooms of this module. */
@NullMarked
package io.meshrt.core;

import org.jspecify.annotations.NullMarked;
