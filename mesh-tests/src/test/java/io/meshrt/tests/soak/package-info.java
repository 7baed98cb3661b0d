// SPDX-License-Identifier: Apache-2.0
/** Many connections, at once or one after the other: nothing of them is left in the end. */
@NullMarked
package io.meshrt.tests.soak;

import org.jspecify.annotations.NullMarked;
