// SPDX-License-Identifier: Apache-2.0
/** Options for those who come from Mesa: its clients, and its dispatchers. */
@NullMarked
package io.meshrt.server.mesa;

import org.jspecify.annotations.NullMarked;
