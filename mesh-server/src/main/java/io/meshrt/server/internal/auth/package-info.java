// SPDX-License-Identifier: Apache-2.0
/**
 * Who may connect and for how long: capacity, the application's authenticators, expiry. Doors:
 * {@code Admissions} answers the transport's question and opens sessions; {@code
 * AuthenticateCommand} is the built-in by which a client sends credentials as a message.
 */
@NullMarked
package io.meshrt.server.internal.auth;

import org.jspecify.annotations.NullMarked;
