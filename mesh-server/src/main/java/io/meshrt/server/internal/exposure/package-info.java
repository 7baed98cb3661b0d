// SPDX-License-Identifier: Apache-2.0
/**
 * What clients may reach by name, and who decides. The door is {@link
 * io.meshrt.server.internal.exposure.Exposures}.
 */
@NullMarked
package io.meshrt.server.internal.exposure;

import org.jspecify.annotations.NullMarked;
