// SPDX-License-Identifier: Apache-2.0
/** Runs servers and clients inside one test and watches what they do. */
@NullMarked
package io.meshrt.testkit;

import org.jspecify.annotations.NullMarked;
