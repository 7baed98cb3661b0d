// SPDX-License-Identifier: Apache-2.0
/**
 * What servers and workers agree on: where work lies, how it is written, how it is answered, and
 * what time it is.
 */
@NullMarked
package io.meshrt.server.internal.work;

import org.jspecify.annotations.NullMarked;
