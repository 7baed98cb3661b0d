// SPDX-License-Identifier: Apache-2.0
/** Servers and clients at work while their Redis is killed, cut off, stalled, tampered with. */
@NullMarked
package io.meshrt.tests.fault;

import org.jspecify.annotations.NullMarked;
