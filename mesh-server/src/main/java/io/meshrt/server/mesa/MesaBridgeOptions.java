// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.mesa;

import org.jspecify.annotations.Nullable;

/**
 * Which of Mesa's dispatchers are heard. Immutable.
 *
 * @param namespace as they were given it; null where they were given none
 */
public record MesaBridgeOptions(@Nullable String namespace) {
  private static final int MAX_LENGTH = 200;

  /** Checks the namespace. */
  public MesaBridgeOptions {
    if (namespace != null && (namespace.isEmpty() || namespace.length() > MAX_LENGTH)) {
      throw new IllegalArgumentException("namespace: " + namespace.length() + " characters");
    }
  }

  /** Those without a namespace. */
  public static MesaBridgeOptions defaults() {
    return new MesaBridgeOptions(null);
  }

  /** Those of a namespace, 1 to 200 characters. */
  public MesaBridgeOptions withNamespace(String namespace) {
    return new MesaBridgeOptions(namespace);
  }

  /** The channel they publish on. */
  public String channel() {
    return namespace == null ? "ws" : "ws_" + namespace;
  }
}
