// SPDX-License-Identifier: Apache-2.0
/**
 * The life of a subscription on the server that many in this client share. The door is {@link
 * io.meshrt.client.internal.subscription.SharedSubscription}.
 */
@NullMarked
package io.meshrt.client.internal.subscription;

import org.jspecify.annotations.NullMarked;
