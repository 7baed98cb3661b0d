// SPDX-License-Identifier: Apache-2.0
/** Embedding: the one door of the API that knows Undertow. */
@NullMarked
package io.meshrt.server.undertow;

import org.jspecify.annotations.NullMarked;
