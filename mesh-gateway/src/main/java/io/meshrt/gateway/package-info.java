// SPDX-License-Identifier: Apache-2.0
/** A ready-made server: reads what it is to do from the environment, and assembles it. */
@NullMarked
package io.meshrt.gateway;

import org.jspecify.annotations.NullMarked;
