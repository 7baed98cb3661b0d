// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.ClusterOptions;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.auth.AuthenticationOptions;
import io.meshrt.server.command.CommandLimits;
import io.meshrt.server.command.CommandOptions;
import io.meshrt.server.connection.AddressLimits;
import io.meshrt.server.connection.ConnectionLimits;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.server.connection.HttpLimits;
import io.meshrt.server.connection.MetadataLimits;
import io.meshrt.server.connection.SubscriptionLimits;
import io.meshrt.server.record.RecordLimits;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The reference of the server's options names each, and its default. */
class ServerOptionsTest {
  private static final List<Record> DEFAULTS =
      List.of(
          ConnectionLimits.defaults(),
          CommandLimits.defaults(),
          CommandOptions.defaults(),
          HeartbeatOptions.defaults(),
          AuthenticationOptions.defaults(),
          HttpLimits.defaults(),
          AddressLimits.defaults(),
          SubscriptionLimits.defaults(),
          MetadataLimits.defaults(),
          RecordLimits.defaults(),
          ClusterOptions.defaults());

  @Test
  void everyComponentStandsThereWithItsDefault() throws Exception {
    Map<String, String> expected = new TreeMap<>();
    for (Record options : DEFAULTS) {
      for (RecordComponent component : options.getClass().getRecordComponents()) {
        expected.put(
            options.getClass().getSimpleName() + "." + component.getName(),
            written(component.getAccessor().invoke(options)));
      }
    }

    Map<String, String> told = new TreeMap<>(Pages.secondCells("options.md"));
    told.keySet().removeIf(name -> !name.contains("."));

    assertThat(told).isEqualTo(expected);
  }

  @Test
  void everyOptionOfTheBuilderStandsThere() throws IOException {
    TreeSet<String> told = new TreeSet<>(Pages.secondCells("options.md").keySet());
    told.removeIf(name -> name.contains("."));

    assertThat(told)
        .isEqualTo(
            new TreeSet<>(
                Arrays.stream(MeshServerBuilder.class.getMethods())
                    .filter(method -> method.getReturnType() == MeshServerBuilder.class)
                    .map(Method::getName)
                    .toList()));
  }

  private static String written(Object value) {
    if (value == null || List.of().equals(value)) {
      return "none";
    }
    if (value instanceof Boolean on) {
      return on ? "yes" : "no";
    }
    if (value instanceof Duration duration) {
      return duration.toSeconds() + " s";
    }
    return String.format(Locale.ROOT, "%,d", (Integer) value);
  }
}
