// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

import java.util.Locale;

/** How a connection left a server that drained. */
public enum Departure {
  /** Its client closed it. */
  LEFT,
  /** The server did, with nothing to answer. */
  CLOSED,
  /** It was still there when the time was up. */
  CUT;

  /** Value of the tag. */
  public String tag() {
    return name().toLowerCase(Locale.ROOT);
  }
}
