// SPDX-License-Identifier: Apache-2.0
/**
 * Tells observers what happens on this node. The door is {@link
 * io.meshrt.server.internal.hook.Observers}.
 */
@NullMarked
package io.meshrt.server.internal.hook;

import org.jspecify.annotations.NullMarked;
