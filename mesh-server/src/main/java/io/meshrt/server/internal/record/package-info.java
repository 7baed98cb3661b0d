// SPDX-License-Identifier: Apache-2.0
/**
 * Records: written by compare-and-set, followed by patches. The door is {@link
 * io.meshrt.server.internal.record.RecordFeature}.
 */
@NullMarked
package io.meshrt.server.internal.record;

import org.jspecify.annotations.NullMarked;
