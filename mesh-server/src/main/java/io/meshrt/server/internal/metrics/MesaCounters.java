// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Counts what Mesa's clients and dispatchers do into a registry. */
final class MesaCounters implements MesaMeter {
  private final Counter accepted;
  private final Counter refused;
  private final Map<Heard, Counter> heard = new EnumMap<>(Heard.class);

  MesaCounters(MeterRegistry registry) {
    accepted = authentications(registry, "accepted");
    refused = authentications(registry, "refused");
    for (Heard what : Heard.values()) {
      heard.put(
          what,
          Counter.builder("mesh.mesa.bridge.heard")
              .tag("kind", what.name().toLowerCase(Locale.ROOT))
              .description("Publications of Mesa's dispatchers")
              .register(registry));
    }
  }

  private static Counter authentications(MeterRegistry registry, String outcome) {
    return Counter.builder("mesh.mesa.authentications")
        .tag("outcome", outcome)
        .description("Authentications of Mesa's clients")
        .register(registry);
  }

  @Override
  public void authenticated(boolean accepts) {
    (accepts ? accepted : refused).increment();
  }

  @Override
  public void heard(Heard what) {
    Counter counter = heard.get(what);
    if (counter != null) {
      counter.increment();
    }
  }
}
