// SPDX-License-Identifier: Apache-2.0
/**
 * The connections of the whole cluster. The door is {@link
 * io.meshrt.server.internal.directory.Directory}.
 */
@NullMarked
package io.meshrt.server.internal.directory;

import org.jspecify.annotations.NullMarked;
