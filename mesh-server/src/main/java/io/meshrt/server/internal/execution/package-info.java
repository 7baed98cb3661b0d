// SPDX-License-Identifier: Apache-2.0
/**
 * Who runs what: the threads of application code, which are handlers, middleware, guards and
 * listeners, and lanes for what has to be done one after the other. Doors: {@code HandlerThreads},
 * {@code Lane}.
 */
@NullMarked
package io.meshrt.server.internal.execution;

import org.jspecify.annotations.NullMarked;
