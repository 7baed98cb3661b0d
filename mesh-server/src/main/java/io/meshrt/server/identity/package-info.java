// SPDX-License-Identifier: Apache-2.0
/** Who is online, on whatever node, as applications ask for it. */
@NullMarked
package io.meshrt.server.identity;

import org.jspecify.annotations.NullMarked;
