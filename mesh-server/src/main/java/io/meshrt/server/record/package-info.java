// SPDX-License-Identifier: Apache-2.0
/**
 * Versioned JSON documents that clients follow. The door is {@link
 * io.meshrt.server.record.Records}.
 */
@NullMarked
package io.meshrt.server.record;

import org.jspecify.annotations.NullMarked;
