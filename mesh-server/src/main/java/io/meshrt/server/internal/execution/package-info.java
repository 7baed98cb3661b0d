// SPDX-License-Identifier: Apache-2.0
/**
 * The threads that run application code: handlers, middleware, guards, listeners. Door: {@code
 * HandlerThreads}.
 */
@NullMarked
package io.meshrt.server.internal.execution;

import org.jspecify.annotations.NullMarked;
