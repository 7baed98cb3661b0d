// SPDX-License-Identifier: Apache-2.0
/**
 * Every difference between the four ways a peer may speak: unprefixed, {@code mesh/}, {@code rt/}
 * and {@code mesh.v1}. Doors: {@code Dialect}, one shared immutable instance per generation of
 * connection; {@code ForeignDialect}, which rooms for clients of other systems implement; and
 * {@code ApplicationNames}, which knows what applications may call their commands. Only here do the
 * prefixes occur as text.
 */
@NullMarked
package io.meshrt.server.internal.dialect;

import org.jspecify.annotations.NullMarked;
