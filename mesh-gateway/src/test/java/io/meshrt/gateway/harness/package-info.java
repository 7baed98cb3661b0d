// SPDX-License-Identifier: Apache-2.0
/** Gateways in processes of their own, tokens, workers elsewhere. */
@NullMarked
package io.meshrt.gateway.harness;

import org.jspecify.annotations.NullMarked;
