// SPDX-License-Identifier: Apache-2.0
/** Time: the node's clock and its one timer wheel, turned by a thread or by hand. */
@NullMarked
package io.meshrt.server.internal.schedule;

import org.jspecify.annotations.NullMarked;
