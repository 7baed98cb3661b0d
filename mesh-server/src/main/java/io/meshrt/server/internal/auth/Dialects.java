// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.auth;

import io.meshrt.server.auth.UpgradeRequest;
import io.meshrt.server.internal.dialect.Dialect;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How connections speak: on the paths of other protocols as these do, else as was negotiated.
 *
 * @param legacy for what negotiated nothing
 * @param endpoints other protocols by their paths
 */
public record Dialects(Dialect legacy, Map<String, Dialect> endpoints) {
  private static final String SUBPROTOCOL = "mesh.v1";

  public Dialects {
    endpoints = Map.copyOf(endpoints);
  }

  /** What to answer a request for subprotocols; null for none. */
  @Nullable String negotiate(UpgradeRequest request) {
    boolean v1 = request.subprotocols().contains(SUBPROTOCOL);
    return v1 && !endpoints.containsKey(request.path()) ? SUBPROTOCOL : null;
  }

  Dialect choose(UpgradeRequest request, @Nullable String subprotocol) {
    Dialect endpoint = endpoints.get(request.path());
    if (endpoint != null) {
      return endpoint;
    }
    return subprotocol == null ? legacy : Dialect.v1();
  }
}
