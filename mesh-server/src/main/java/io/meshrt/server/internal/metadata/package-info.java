// SPDX-License-Identifier: Apache-2.0
/** JSON values attached to rooms and connections: how they change, and their limits. */
@NullMarked
package io.meshrt.server.internal.metadata;

import org.jspecify.annotations.NullMarked;
