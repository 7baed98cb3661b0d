// SPDX-License-Identifier: Apache-2.0
/**
 * What two sides of the protocol say to each other, as values: error codes, close codes, request
 * ids. Knows no bytes and no sockets.
 */
@NullMarked
package io.meshrt.core.protocol;

import org.jspecify.annotations.NullMarked;
