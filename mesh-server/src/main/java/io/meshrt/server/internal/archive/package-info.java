// SPDX-License-Identifier: Apache-2.0
/**
 * Records in stores of the application: what is written reaches them, and what they have comes
 * back. The door is {@link io.meshrt.server.internal.archive.Archive}.
 */
@NullMarked
package io.meshrt.server.internal.archive;

import org.jspecify.annotations.NullMarked;
