// SPDX-License-Identifier: Apache-2.0
/** Sending from programs that serve nobody, end to end. */
@NullMarked
package io.meshrt.tests.dispatch;

import org.jspecify.annotations.NullMarked;
