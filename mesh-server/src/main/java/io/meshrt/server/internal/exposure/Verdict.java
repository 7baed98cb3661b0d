// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.exposure;

/** What becomes of a question whether a session may use a name. */
public enum Verdict {
  /** All guards said yes, or there are none. */
  ADMITTED,
  /** A guard said no. */
  REFUSED,
  /** Nothing exposes the name. */
  NOT_EXPOSED,
  /**
   * A guard failed or was late, or there were too many questions; it may say something else later.
   */
  UNKNOWN
}
