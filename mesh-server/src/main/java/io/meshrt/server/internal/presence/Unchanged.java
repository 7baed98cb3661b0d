// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import java.util.concurrent.CompletionException;

/** Thrown out of a change of a member's value that has nothing to change. */
final class Unchanged extends RuntimeException {
  private static final long serialVersionUID = 1;

  Unchanged() {
    super("unchanged", null, false, false);
  }

  /** Whether a change failed for having nothing to change. */
  static boolean is(Throwable failure) {
    Throwable inner = failure;
    while (inner instanceof CompletionException && inner.getCause() != null) {
      inner = inner.getCause();
    }
    return inner instanceof Unchanged;
  }
}
