// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.mesa.MesaDialect;
import io.meshrt.server.internal.thinws.ThinWsDialect;
import io.meshrt.server.mesa.MesaOptions;
import io.meshrt.server.thinws.ThinWsOptions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The other protocols of a server, each on a path of its own.
 *
 * @param mesa null without one for Mesa's clients
 */
record Endpoints(Map<String, Dialect> dialects, @Nullable MesaDialect mesa) {
  /** Where Mesa's clients connect, and what they are told. */
  record Mesa(String path, MesaOptions options) {}

  /** Where ThinWS's clients connect. */
  record ThinWs(String path, ThinWsOptions options) {}

  /** The paths that the options ask for. */
  static Set<String> paths(MeshServerBuilder options) {
    Set<String> paths = new HashSet<>();
    if (options.mesa != null) {
      paths.add(options.mesa.path());
    }
    if (options.thinWs != null && !paths.add(options.thinWs.path())) {
      throw new IllegalArgumentException("path: " + options.thinWs.path() + " is taken");
    }
    return paths;
  }

  /** Those the options ask for. */
  static Endpoints of(MeshServerBuilder options) {
    Map<String, Dialect> dialects = new HashMap<>();
    Mesa wanted = options.mesa;
    MesaDialect mesa = null;
    if (wanted != null) {
      mesa = new MesaDialect(wanted.options(), options.authentication.firstMessageTimeout());
      dialects.put(wanted.path(), mesa);
    }
    if (options.thinWs != null) {
      dialects.put(options.thinWs.path(), ThinWsDialect.INSTANCE);
    }
    return new Endpoints(Map.copyOf(dialects), mesa);
  }
}
