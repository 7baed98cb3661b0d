// SPDX-License-Identifier: Apache-2.0
/** Collections: sets of records that are followed as a whole. */
@NullMarked
package io.meshrt.client.collection;

import org.jspecify.annotations.NullMarked;
