// SPDX-License-Identifier: Apache-2.0
/** Measures what the library costs. */
@NullMarked
package io.meshrt.benchmarks;

import org.jspecify.annotations.NullMarked;
