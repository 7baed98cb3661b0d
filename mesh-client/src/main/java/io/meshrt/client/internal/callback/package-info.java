// SPDX-License-Identifier: Apache-2.0
/**
 * Where application code runs, and what is waiting for it: {@link
 * io.meshrt.client.internal.callback.CallbackThreads} the threads, {@link
 * io.meshrt.client.internal.callback.SerialLane} one listener's queue, {@link
 * io.meshrt.client.internal.callback.Turns} the calls of one listener in order, {@link
 * io.meshrt.client.internal.callback.MessageListeners} and {@link
 * io.meshrt.client.internal.callback.EventListeners} the listeners.
 */
@NullMarked
package io.meshrt.client.internal.callback;

import org.jspecify.annotations.NullMarked;
