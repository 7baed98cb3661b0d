// SPDX-License-Identifier: Apache-2.0
/**
 * Every difference between the forms of the protocol a server may speak. {@link
 * io.meshrt.client.internal.dialect.GenerationDecision} finds out which one it is, {@link
 * io.meshrt.client.internal.dialect.Dialect} reads and writes its frames. Only here do the prefixes
 * of built-in names occur.
 */
@NullMarked
package io.meshrt.client.internal.dialect;

import org.jspecify.annotations.NullMarked;
