// SPDX-License-Identifier: Apache-2.0
/** Rooms that are remembered, and messages of clients to rooms. */
@NullMarked
package io.meshrt.tests.room;

import org.jspecify.annotations.NullMarked;
