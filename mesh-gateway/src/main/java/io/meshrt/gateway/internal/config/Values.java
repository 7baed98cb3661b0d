// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway.internal.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads values of one kind each; what is wrong becomes a problem, and the default is taken. */
final class Values {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,12})\\s*(ms|s|m|h|d)?");

  private final Environment environment;

  Values(Environment environment) {
    this.environment = environment;
  }

  boolean flag(Variable variable) {
    return read(
        variable,
        text ->
            switch (text.toLowerCase(Locale.ROOT)) {
              case "true", "1" -> true;
              case "false", "0" -> false;
              default -> throw new IllegalArgumentException("true or false, not " + text);
            });
  }

  int number(Variable variable, int least, int most) {
    return read(variable, text -> number(text, least, most));
  }

  private static int number(String text, int least, int most) {
    if (!text.matches("\\d{1,9}")
        || Integer.parseInt(text) < least
        || Integer.parseInt(text) > most) {
      throw new IllegalArgumentException(
          "a whole number from " + least + " to " + most + ", not " + text);
    }
    return Integer.parseInt(text);
  }

  /** Null when it is not set and has no default. */
  @Nullable Integer port(Variable variable) {
    return read(
        variable,
        text -> {
          if (text.startsWith("tcp://")) {
            throw new IllegalArgumentException(
                text
                    + " is what Kubernetes says about a service called mesh: set enableServiceLinks"
                    + " to false");
          }
          return text.isEmpty() ? null : (Integer) number(text, 0, 65_535);
        });
  }

  Duration duration(Variable variable, Duration least, Duration most) {
    return read(
        variable,
        text -> {
          Duration duration = parse(text);
          if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                "from " + say(least) + " to " + say(most) + ", not " + text);
          }
          return duration;
        });
  }

  private static Duration parse(String text) {
    Matcher matcher = DURATION.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException("milliseconds, or as 10s, 5m, 12h, 7d, not " + text);
    }
    long amount = Long.parseLong(matcher.group(1));
    String unit = matcher.group(2) == null ? "ms" : matcher.group(2);
    return switch (unit) {
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      case "d" -> Duration.ofDays(amount);
      default -> Duration.ofMillis(amount);
    };
  }

  private static String say(Duration duration) {
    return duration.toMillis() + " ms";
  }

  /** What stands between commas. */
  List<String> list(Variable variable) {
    return Arrays.stream(environment.text(variable).split(","))
        .map(String::strip)
        .filter(text -> !text.isEmpty())
        .toList();
  }

  /** Names with {@code *} for anything. */
  List<Pattern> wildcards(Variable variable) {
    return list(variable).stream().map(Values::wildcard).toList();
  }

  static Pattern wildcard(String text) {
    StringBuilder pattern = new StringBuilder();
    for (String literal : text.split("\\*", -1)) {
      pattern.append(pattern.isEmpty() ? "" : ".*").append(Pattern.quote(literal));
    }
    return Pattern.compile(pattern.toString(), Pattern.DOTALL);
  }

  <T extends @Nullable Object> T read(Variable variable, Function<String, T> parser) {
    try {
      return parser.apply(environment.text(variable));
    } catch (IllegalArgumentException e) {
      environment.problem(variable, String.valueOf(e.getMessage()));
      return parser.apply(variable.fallback());
    }
  }
}
