// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway;

import java.util.List;

/** Variables that a gateway cannot be started with. */
public final class GatewayConfigException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<String> problems;

  GatewayConfigException(List<String> problems) {
    super("configuration: " + String.join("; ", problems));
    this.problems = problems;
  }

  /** Everything that is wrong, each beginning with the name it is about; no secrets. */
  public List<String> problems() {
    return problems;
  }
}
