// SPDX-License-Identifier: Apache-2.0
/** A client's connection as handlers and hooks see it, and what it may use. */
@NullMarked
package io.meshrt.server.connection;

import org.jspecify.annotations.NullMarked;
