// SPDX-License-Identifier: Apache-2.0
/** The server an application builds, configures and starts. */
@NullMarked
package io.meshrt.server;

import org.jspecify.annotations.NullMarked;
