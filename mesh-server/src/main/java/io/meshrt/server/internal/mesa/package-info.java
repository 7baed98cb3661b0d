// SPDX-License-Identifier: Apache-2.0
/**
 * Speaks with Mesa's clients. The doors are {@link io.meshrt.server.internal.mesa.MesaDialect} and
 * {@link io.meshrt.server.internal.mesa.MesaFeature}.
 */
@NullMarked
package io.meshrt.server.internal.mesa;

import org.jspecify.annotations.NullMarked;
