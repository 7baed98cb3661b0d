// SPDX-License-Identifier: Apache-2.0
/** How clients of ThinWS are served: {@link io.meshrt.server.thinws.ThinWsOptions}. */
@NullMarked
package io.meshrt.server.thinws;

import org.jspecify.annotations.NullMarked;
