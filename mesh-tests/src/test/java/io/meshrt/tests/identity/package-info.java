// SPDX-License-Identifier: Apache-2.0
/** Who is online, messages to whoever is meant, and observers. */
@NullMarked
package io.meshrt.tests.identity;

import org.jspecify.annotations.NullMarked;
