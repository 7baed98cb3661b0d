// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

/** The codes an application may close with. */
public final class ApplicationCloseCodes {
  private ApplicationCloseCodes() {}

  /**
   * Returns the code.
   *
   * @throws IllegalArgumentException unless it is 1000, 1001, 1008, 1011 to 1013 or 3000 to 4999
   */
  public static int require(int code) {
    boolean allowed =
        code == 1000
            || code == 1001
            || code == 1008
            || (code >= 1011 && code <= 1013)
            || (code >= 3000 && code <= 4999);
    if (!allowed) {
      throw new IllegalArgumentException("code: " + code);
    }
    return code;
  }
}
