// SPDX-License-Identifier: Apache-2.0
/**
 * What the server counts: Micrometer names and tags in one place. Doors: {@code ServerMetrics} with
 * its two variants, {@code CommandMeter}, {@code Outcome} and {@code Limit}.
 */
@NullMarked
package io.meshrt.server.internal.metrics;

import org.jspecify.annotations.NullMarked;
