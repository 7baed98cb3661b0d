// SPDX-License-Identifier: Apache-2.0
/** Inboxes, from client to client, on one node and on several. */
@NullMarked
package io.meshrt.tests.inbox;

import org.jspecify.annotations.NullMarked;
