// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway.internal.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of reading an environment.
 *
 * @param settings null when there are problems
 * @param problems each in a line that begins with the name it is about
 * @param notices what whoever wrote it should know
 * @param print all values, those that are secret masked
 */
public record ConfigReading(
    @Nullable Settings settings, List<String> problems, List<String> notices, String print) {
  /** Reads all there is, whatever is wrong with it. */
  public static ConfigReading of(Map<String, String> variables) {
    Environment environment = new Environment(variables);
    Settings settings = new SettingsReader(environment).read();
    List<String> problems = environment.problems();
    return new ConfigReading(
        problems.isEmpty() ? settings : null, problems, environment.notices(), environment.print());
  }

  /** The value of one variable as text, under whichever of its names, checked or not. */
  public static String text(Map<String, String> variables, Variable variable) {
    return new Environment(variables).text(variable);
  }
}
