// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which pages may connect, by the {@code Origin} their browser names. Immutable. Requests without
 * Origin do not come from pages and are always allowed; {@code null}, the origin of sandboxed
 * frames and files, only where it was listed or everything is allowed.
 */
public final class OriginPolicy {
  private enum Rule {
    SAME_HOST,
    LISTED,
    ANY
  }

  private static final OriginPolicy SAME_HOST_ONLY = new OriginPolicy(Rule.SAME_HOST, Set.of());
  private static final OriginPolicy ANY_ORIGIN = new OriginPolicy(Rule.ANY, Set.of());

  private final Rule rule;
  private final Set<String> listed;

  private OriginPolicy(Rule rule, Set<String> listed) {
    this.rule = rule;
    this.listed = listed;
  }

  /** Pages that were loaded from the host and port which the request's {@code Host} names. */
  public static OriginPolicy sameHost() {
    return SAME_HOST_ONLY;
  }

  /** Every page of the world. */
  public static OriginPolicy any() {
    return ANY_ORIGIN;
  }

  /**
   * Exactly these and no others, the server's own host included only if it is listed.
   *
   * @param origins scheme, host and, unless it is the scheme's own, port: {@code
   *     https://example.com}
   */
  public static OriginPolicy only(Collection<String> origins) {
    for (String origin : origins) {
      if (!origin.equals("null") && !origin.matches("[A-Za-z][A-Za-z0-9+.-]*://[^/?#\\s]+")) {
        throw new IllegalArgumentException("origin: " + origin);
      }
    }
    return new OriginPolicy(
        Rule.LISTED,
        origins.stream().map(OriginPolicy::normalized).collect(Collectors.toUnmodifiableSet()));
  }

  boolean allows(@Nullable String origin, String hostHeader) {
    if (origin == null) {
      return true;
    }
    return switch (rule) {
      case ANY -> true;
      case LISTED -> listed.contains(normalized(origin));
      case SAME_HOST -> isSameHost(normalized(origin), hostHeader);
    };
  }

  private static boolean isSameHost(String origin, String hostHeader) {
    for (String scheme : new String[] {"http", "https"}) {
      String prefix = scheme + "://";
      if (origin.startsWith(prefix)) {
        return origin.equals(normalized(prefix + hostHeader));
      }
    }
    return false;
  }

  /** In lower case and without a port that the scheme implies. */
  private static String normalized(String origin) {
    String lower = origin.toLowerCase(Locale.ROOT);
    if (lower.startsWith("http://") && lower.endsWith(":80")) {
      return lower.substring(0, lower.length() - ":80".length());
    }
    if (lower.startsWith("https://") && lower.endsWith(":443")) {
      return lower.substring(0, lower.length() - ":443".length());
    }
    return lower;
  }
}
