// SPDX-License-Identifier: Apache-2.0
/** Records: versioned documents that are followed and changed. */
@NullMarked
package io.meshrt.client.record;

import org.jspecify.annotations.NullMarked;
