// SPDX-License-Identifier: Apache-2.0
/** What observers of a server are told. */
@NullMarked
package io.meshrt.server.hook;

import org.jspecify.annotations.NullMarked;
