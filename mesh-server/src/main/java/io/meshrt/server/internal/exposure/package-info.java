// SPDX-License-Identifier: Apache-2.0
/**
 * What clients may reach by name, and who decides. The doors are {@link
 * io.meshrt.server.internal.exposure.Exposures}, one for each kind of thing, and {@link
 * io.meshrt.server.internal.exposure.Guards}, one for all. {@code Fields} reads requests, {@code
 * BoundedText} matches patterns with names that clients choose.
 */
@NullMarked
package io.meshrt.server.internal.exposure;

import org.jspecify.annotations.NullMarked;
