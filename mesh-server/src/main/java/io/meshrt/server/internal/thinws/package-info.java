// SPDX-License-Identifier: Apache-2.0
/**
 * Serves the clients of ThinWS on a path of their own. The doors are {@link
 * io.meshrt.server.internal.thinws.ThinWsDialect} and {@link
 * io.meshrt.server.internal.thinws.ThinWsFeature}.
 */
@NullMarked
package io.meshrt.server.internal.thinws;

import org.jspecify.annotations.NullMarked;
