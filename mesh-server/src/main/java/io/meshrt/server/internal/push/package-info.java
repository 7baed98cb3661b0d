// SPDX-License-Identifier: Apache-2.0
/**
 * Pushes and closes of the application, to whoever is addressed. The doors are {@link
 * io.meshrt.server.internal.push.Pushes} where there are sessions, and {@link
 * io.meshrt.server.internal.push.Publisher} everywhere.
 */
@NullMarked
package io.meshrt.server.internal.push;

import org.jspecify.annotations.NullMarked;
