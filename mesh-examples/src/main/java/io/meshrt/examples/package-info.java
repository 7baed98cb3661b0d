// SPDX-License-Identifier: Apache-2.0
/** Small programs that a newcomer runs first. */
@NullMarked
package io.meshrt.examples;

import org.jspecify.annotations.NullMarked;
