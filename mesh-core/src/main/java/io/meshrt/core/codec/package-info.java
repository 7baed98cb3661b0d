// SPDX-License-Identifier: Apache-2.0
/**
 * Turns bytes into frames and frames into bytes, strictly, and values into JSON and back.
 *
 * <p>Doors: {@link io.meshrt.core.codec.EnvelopeReader} and {@link
 * io.meshrt.core.codec.EnvelopeWriter} for frames, {@link io.meshrt.core.codec.JsonValues} for the
 * application's values, {@link io.meshrt.core.codec.RawJson} for what passes between them.
 */
@NullMarked
package io.meshrt.core.codec;

import org.jspecify.annotations.NullMarked;
