// SPDX-License-Identifier: Apache-2.0
/** What clients may send that they should not, layer by layer, and what comes of it: nothing. */
@NullMarked
package io.meshrt.tests.hostile;

import org.jspecify.annotations.NullMarked;
