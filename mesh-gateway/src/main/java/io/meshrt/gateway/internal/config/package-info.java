// SPDX-License-Identifier: Apache-2.0
/** What the environment says: names, values, and what is wrong with them. */
@NullMarked
package io.meshrt.gateway.internal.config;

import org.jspecify.annotations.NullMarked;
