// SPDX-License-Identifier: Apache-2.0
/**
 * Records: {@link io.meshrt.client.internal.record.RecordLine} follows one on the server, a {@link
 * io.meshrt.client.internal.record.Replica} is what is known of it, {@link
 * io.meshrt.client.internal.record.Edits} changes it. The door is {@link
 * io.meshrt.client.internal.record.RecordFeature}.
 */
@NullMarked
package io.meshrt.client.internal.record;

import org.jspecify.annotations.NullMarked;
