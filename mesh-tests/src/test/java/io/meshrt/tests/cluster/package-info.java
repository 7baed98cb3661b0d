// SPDX-License-Identifier: Apache-2.0
/** Rooms, pushes, metadata and presence, the same on every deployment. */
@NullMarked
package io.meshrt.tests.cluster;

import org.jspecify.annotations.NullMarked;
