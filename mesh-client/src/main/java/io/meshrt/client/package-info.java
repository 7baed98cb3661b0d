// SPDX-License-Identifier: Apache-2.0
/** The client an application uses to talk to a server. */
@NullMarked
package io.meshrt.client;

import org.jspecify.annotations.NullMarked;
