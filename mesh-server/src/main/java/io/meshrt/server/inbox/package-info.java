// SPDX-License-Identifier: Apache-2.0
/** Messages that are kept for identities until their clients have handled them. */
@NullMarked
package io.meshrt.server.inbox;

import org.jspecify.annotations.NullMarked;
