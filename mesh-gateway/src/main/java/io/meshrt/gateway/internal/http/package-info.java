// SPDX-License-Identifier: Apache-2.0
/** The port: connections, and the pages that probes and scrapers ask for. */
@NullMarked
package io.meshrt.gateway.internal.http;

import org.jspecify.annotations.NullMarked;
