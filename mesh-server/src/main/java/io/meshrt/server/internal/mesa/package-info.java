// SPDX-License-Identifier: Apache-2.0
/**
 * Speaks with Mesa's clients and hears its dispatchers. The doors are {@link
 * io.meshrt.server.internal.mesa.MesaDialect}, {@link io.meshrt.server.internal.mesa.MesaFeature}
 * and {@link io.meshrt.server.internal.mesa.MesaBridge}.
 */
@NullMarked
package io.meshrt.server.internal.mesa;

import org.jspecify.annotations.NullMarked;
