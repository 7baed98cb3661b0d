// SPDX-License-Identifier: Apache-2.0
/**
 * What an application writes to answer commands: handlers, middleware, their context and options.
 */
@NullMarked
package io.meshrt.server.command;

import org.jspecify.annotations.NullMarked;
