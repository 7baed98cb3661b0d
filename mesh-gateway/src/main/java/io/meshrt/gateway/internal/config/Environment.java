// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway.internal.config;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The values of an environment by what they are about, under whichever of their names they were
 * set. Values that are empty count as not set. Not thread-safe.
 */
final class Environment {
  /** What Kubernetes tells each container about the services beside it. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile("MESH_\\w*?(_SERVICE_(HOST|PORT\\w*)|_PORT(_\\d+_(TCP|UDP)\\w*)?)");

  private final Map<Variable, String> values = new EnumMap<>(Variable.class);
  private final Map<Variable, String> names = new EnumMap<>(Variable.class);
  private final List<String> notices = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  Environment(Map<String, String> all) {
    TreeSet<String> unknown = new TreeSet<>();
    all.keySet().stream().filter(name -> name.startsWith("MESH_")).forEach(unknown::add);
    for (Variable variable : Variable.values()) {
      unknown.remove(variable.key());
      read(variable, all);
    }
    unknown.removeIf(name -> SERVICE_LINK.matcher(name).matches());
    unknown.forEach(name -> problems.add(name + ": there is no such variable"));
  }

  private void read(Variable variable, Map<String, String> all) {
    String own = set(all, variable, variable.key());
    if (own != null) {
      put(variable, variable.key(), own);
    }
    for (String alias : variable.aliases()) {
      String value = set(all, variable, alias);
      if (value == null) {
        continue;
      }
      String winner = names.get(variable);
      if (winner != null) {
        notices.add(alias + " is not used: " + winner + " is set");
      } else {
        takeAlias(variable, alias, value);
      }
    }
  }

  /** What nobody offers any more may stand under an older name, without effect. */
  private void takeAlias(Variable variable, String alias, String value) {
    notices.add(alias + " is now called " + variable.key());
    boolean on = List.of("true", "1").contains(value.toLowerCase(Locale.ROOT));
    if (variable == Variable.TRACE_MESSAGES) {
      if (on) {
        notices.add(alias + "=" + value + " has no effect: messages are not kept in connections");
      }
    } else if (variable == Variable.INBOX_INTERVAL) {
      if (!value.matches("0+")) {
        notices.add(alias + "=" + value + " has no effect: kept messages come without a pause");
      }
    } else if (variable == Variable.WORKER_DISTRIBUTION) {
      if (!on) {
        notices.add(alias + "=" + value + " has no effect: work is not given out at random");
      }
    } else {
      put(variable, alias, value);
    }
  }

  private void put(Variable variable, String name, String value) {
    values.put(variable, value);
    names.put(variable, name);
  }

  /** All characters of a key count: whoever signs has them too. */
  private @Nullable String set(Map<String, String> all, Variable variable, String name) {
    String value = all.get(name);
    if (value == null || value.isBlank()) {
      return null;
    }
    if (variable != Variable.JWT_KEY) {
      return value.strip();
    }
    if (!value.equals(value.strip())) {
      notices.add(name + " begins or ends with white space, which is part of the key");
    }
    return value;
  }

  /** Its value, or its default. */
  String text(Variable variable) {
    return values.getOrDefault(variable, variable.fallback());
  }

  boolean isSet(Variable variable) {
    return values.containsKey(variable);
  }

  /** The name it was set by, for telling what is wrong with it. */
  String name(Variable variable) {
    return names.getOrDefault(variable, variable.key());
  }

  void problem(Variable variable, String what) {
    problems.add(name(variable) + ": " + what);
  }

  void notice(String what) {
    notices.add(what);
  }

  List<String> notices() {
    return List.copyOf(notices);
  }

  List<String> problems() {
    return List.copyOf(problems);
  }

  /** All values, defaults included, one in a line, fit to be shown. */
  String print() {
    StringBuilder lines = new StringBuilder();
    for (Variable variable : Variable.values()) {
      lines.append(variable.key()).append('=').append(variable.mask(text(variable))).append('\n');
    }
    return lines.toString();
  }
}
