// SPDX-License-Identifier: Apache-2.0
/** Programs that are asked to end. */
@NullMarked
package io.meshrt.tests.exit;

import org.jspecify.annotations.NullMarked;
