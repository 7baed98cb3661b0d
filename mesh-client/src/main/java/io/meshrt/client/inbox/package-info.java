// SPDX-License-Identifier: Apache-2.0
/** Messages that the server kept for this client's identity. */
@NullMarked
package io.meshrt.client.inbox;

import org.jspecify.annotations.NullMarked;
