// SPDX-License-Identifier: Apache-2.0
/** The server over TLS and beside pages of an application. */
@NullMarked
package io.meshrt.tests.embedding;

import org.jspecify.annotations.NullMarked;
