// SPDX-License-Identifier: Apache-2.0
/** What stands on the wire, over real sockets. */
@NullMarked
package io.meshrt.tests.wire;

import org.jspecify.annotations.NullMarked;
