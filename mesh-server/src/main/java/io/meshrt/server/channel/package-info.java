// SPDX-License-Identifier: Apache-2.0
/** Named channels with history, as applications publish to them and look after them. */
@NullMarked
package io.meshrt.server.channel;

import org.jspecify.annotations.NullMarked;
