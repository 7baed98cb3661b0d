// SPDX-License-Identifier: Apache-2.0
/**
 * Channels, records, rooms and commands while Redis, links and nodes fail: nothing is lost, doubled
 * or reordered in silence.
 */
@NullMarked
package io.meshrt.tests.chaos;

import org.jspecify.annotations.NullMarked;
