// SPDX-License-Identifier: Apache-2.0
/**
 * Pushes and closes of the application, to whoever is addressed. The door is {@link
 * io.meshrt.server.internal.push.Pushes}.
 */
@NullMarked
package io.meshrt.server.internal.push;

import org.jspecify.annotations.NullMarked;
