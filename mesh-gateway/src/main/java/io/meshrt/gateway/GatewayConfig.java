// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway;

import io.meshrt.gateway.internal.config.ConfigReading;
import io.meshrt.gateway.internal.config.DotEnv;
import io.meshrt.gateway.internal.config.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a gateway is to do, read from variables and checked. Immutable.
 *
 * <p>The variables are those of {@code docs/gateway.md}; older names are understood too. A variable
 * that is empty counts as not set.
 */
public final class GatewayConfig {
  private final Settings settings;
  private final List<String> notices;
  private final String print;

  private GatewayConfig(Settings settings, List<String> notices, String print) {
    this.settings = settings;
    this.notices = notices;
    this.print = print;
  }

  /**
   * By these variables alone. Files they name are read now.
   *
   * @throws GatewayConfigException when anything is wrong with them; tells all of it
   */
  public static GatewayConfig of(Map<String, String> variables) {
    ConfigReading reading = ConfigReading.of(variables);
    Settings settings = reading.settings();
    if (settings == null) {
      throw new GatewayConfigException(reading.problems());
    }
    return new GatewayConfig(settings, reading.notices(), reading.print());
  }

  /**
   * By the environment of this process and the file {@code .env} of its working directory, if there
   * is one; the environment wins.
   *
   * @throws GatewayConfigException as {@link #of}
   * @throws java.io.UncheckedIOException when the file cannot be read
   */
  public static GatewayConfig fromEnvironment() {
    return of(DotEnv.under(Path.of(".env"), System.getenv()));
  }

  /** What whoever wrote the variables should know: older names, values without effect. */
  public List<String> notices() {
    return notices;
  }

  Settings settings() {
    return settings;
  }

  /** All variables with their values, one in a line; those that are secret are masked. */
  @Override
  public String toString() {
    return print;
  }
}
