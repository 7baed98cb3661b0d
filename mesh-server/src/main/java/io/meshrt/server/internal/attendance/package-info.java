// SPDX-License-Identifier: Apache-2.0
/**
 * Which nodes have something under a name, and who tells that the first came or the last went. The
 * door is {@link io.meshrt.server.internal.attendance.Attendance}.
 */
@NullMarked
package io.meshrt.server.internal.attendance;

import org.jspecify.annotations.NullMarked;
