// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.ClusterOptions;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.auth.AuthenticationOptions;
import io.meshrt.server.collection.CollectionLimits;
import io.meshrt.server.command.CommandLimits;
import io.meshrt.server.command.CommandOptions;
import io.meshrt.server.connection.AddressLimits;
import io.meshrt.server.connection.ConnectionLimits;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.server.connection.HttpLimits;
import io.meshrt.server.connection.LegacyGeneration;
import io.meshrt.server.connection.MetadataLimits;
import io.meshrt.server.connection.SubscriptionLimits;
import io.meshrt.server.inbox.InboxOptions;
import io.meshrt.server.internal.transport.OriginPolicy;
import io.meshrt.server.internal.transport.TransportOptions;
import io.meshrt.server.internal.transport.TrustedProxies;
import io.meshrt.server.mesa.MesaBridgeOptions;
import io.meshrt.server.mesa.MesaOptions;
import io.meshrt.server.persistence.MirrorOptions;
import io.meshrt.server.presence.PresenceOptions;
import io.meshrt.server.record.RecordLimits;
import io.meshrt.server.room.PersistentRoomOptions;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
          PersistentRoomOptions.defaults(),
          InboxOptions.defaults(),
          MesaOptions.defaults(),
          MesaBridgeOptions.defaults(),
          RecordLimits.defaults(),
          CollectionLimits.defaults(),
          MirrorOptions.defaults(),
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
    expected.putAll(ofRedis());
    PresenceOptions presence = PresenceOptions.defaults();
    expected.put("PresenceOptions.guard", written(presence.guard().orElse(null)));
    expected.put("PresenceOptions.timeToLive", written(presence.timeToLive().orElse(null)));

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

  @Test
  void plainDefaultsOfTheBuilderStandThere() throws Exception {
    MeshServerBuilder builder = MeshServer.builder();
    TransportOptions transport = (TransportOptions) field(builder, "transport");
    Map<String, String> expected = new TreeMap<>();
    expected.put("host", "`" + transport.host() + "`");
    expected.put("port", written(transport.port()));
    expected.put("path", transport.path() == null ? "any" : transport.path());
    expected.put("ssl", written(transport.sslContext()));
    expected.put("allowAnyOrigin", written(transport.origins() == OriginPolicy.any()));
    expected.put(
        "trustedProxies", transport.trustedProxies() == TrustedProxies.none() ? "none" : "");
    expected.put("redis", written(field(builder, "redis")));
    expected.put("meterRegistry", written(field(builder, "meterRegistry")));
    expected.put("exposeErrorMessages", written(field(builder, "exposeErrorMessages")));
    expected.put("maxConnections", written(field(builder, "maxConnections")));
    expected.put(
        "announceLegacyGenerations",
        Stream.of(LegacyGeneration.values())
            .filter(((Set<?>) field(builder, "announced"))::contains)
            .map(generation -> "`" + generation + "`")
            .collect(Collectors.joining(", ")));

    assertThat(Pages.secondCells("options.md")).containsAllEntriesOf(expected);
  }

  private static Map<String, String> ofRedis() throws Exception {
    Object settings = field(RedisOptions.of("redis://127.0.0.1"), "settings");
    Map<String, String> written = new TreeMap<>();
    for (String name : List.of("prefix", "connectTimeout", "retryDelay", "startup")) {
      written.put("RedisOptions." + name, written(field(settings, name)));
    }
    return written;
  }

  private static Object field(Object owner, String name) throws Exception {
    Field field = owner.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field.get(owner);
  }

  private static String written(Object value) {
    if (value instanceof String || value instanceof Enum<?>) {
      return value.toString();
    }
    if (value == null || List.of().equals(value)) {
      return "none";
    }
    if (value instanceof Boolean on) {
      return on ? "yes" : "no";
    }
    if (value instanceof Duration duration) {
      boolean whole = duration.toMillisPart() == 0;
      return whole ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }
    return String.format(Locale.ROOT, "%,d", (Integer) value);
  }
}
