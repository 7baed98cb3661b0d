// SPDX-License-Identifier: Apache-2.0
/** JSON web tokens: the keys they are checked with, and the identity they give. */
@NullMarked
package io.meshrt.gateway.internal.token;

import org.jspecify.annotations.NullMarked;
