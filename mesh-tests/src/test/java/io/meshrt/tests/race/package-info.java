// SPDX-License-Identifier: Apache-2.0
/** Things that happen to one connection at the same time, thousands of times. */
@NullMarked
package io.meshrt.tests.race;

import org.jspecify.annotations.NullMarked;
