// SPDX-License-Identifier: Apache-2.0
/**
 * Runs commands: which handler, behind which middleware, on which thread, for how long, and what
 * the reply is. Door: {@code Commands} assembles it and takes registrations; what it hands to the
 * session is a {@code RequestHandler}. {@code FailureListener} is implemented by the room above.
 */
@NullMarked
package io.meshrt.server.internal.command;

import org.jspecify.annotations.NullMarked;
