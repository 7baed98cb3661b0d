// SPDX-License-Identifier: Apache-2.0
/** Commands end to end, with the Java client. */
@NullMarked
package io.meshrt.tests.command;

import org.jspecify.annotations.NullMarked;
