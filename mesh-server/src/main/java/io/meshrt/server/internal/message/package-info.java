// SPDX-License-Identifier: Apache-2.0
/**
 * Messages to whoever is addressed, sent by whoever can publish: to those who are there as pushes,
 * to identities also as messages that are kept for them.
 */
@NullMarked
package io.meshrt.server.internal.message;

import org.jspecify.annotations.NullMarked;
