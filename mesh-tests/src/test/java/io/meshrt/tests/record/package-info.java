// SPDX-License-Identifier: Apache-2.0
/** Records, over sockets and Redis. */
@NullMarked
package io.meshrt.tests.record;

import org.jspecify.annotations.NullMarked;
