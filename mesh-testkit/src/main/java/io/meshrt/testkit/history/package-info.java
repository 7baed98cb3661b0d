// SPDX-License-Identifier: Apache-2.0
/**
 * Judges afterwards whether channels kept their word. Door: {@code ChannelLog}, in which a test
 * writes down what was published and what was heard, and which then tells what was lost, doubled or
 * out of order.
 */
@NullMarked
package io.meshrt.testkit.history;

import org.jspecify.annotations.NullMarked;
