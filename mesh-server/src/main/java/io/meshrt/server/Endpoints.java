// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.mesa.MesaDialect;
import io.meshrt.server.mesa.MesaOptions;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The other protocols of a server, each on a path of its own.
 *
 * @param mesa null without one for Mesa's clients
 */
record Endpoints(Map<String, Dialect> dialects, @Nullable MesaDialect mesa) {
  /** Where Mesa's clients connect, and what they are told. */
  record Mesa(String path, MesaOptions options) {}

  /** Those the options ask for. */
  static Endpoints of(MeshServerBuilder options) {
    Map<String, Dialect> dialects = new HashMap<>();
    Mesa wanted = options.mesa;
    MesaDialect mesa = null;
    if (wanted != null) {
      mesa = new MesaDialect(wanted.options(), options.authentication.firstMessageTimeout());
      dialects.put(wanted.path(), mesa);
    }
    return new Endpoints(Map.copyOf(dialects), mesa);
  }
}
