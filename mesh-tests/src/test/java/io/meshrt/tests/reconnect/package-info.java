// SPDX-License-Identifier: Apache-2.0
/** Losing and restoring connections, closing servers. */
@NullMarked
package io.meshrt.tests.reconnect;

import org.jspecify.annotations.NullMarked;
