// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.push;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.server.internal.session.Session;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Who does not get a push, as a set of texts that travels with it: ids of connections, and
 * identities, which are marked and percent-encoded.
 */
public final class Exceptions {
  private static final String MARK = "=";
  private static final Pattern CONNECTION = Pattern.compile("[0-9A-Za-z-]+");

  private Exceptions() {}

  /** These connections and identities; what cannot be the id of a connection is left out. */
  public static Set<String> of(Collection<String> connections, Collection<String> identities) {
    Set<String> all =
        connections.stream()
            .filter(id -> CONNECTION.matcher(id).matches())
            .collect(Collectors.toCollection(HashSet::new));
    identities.forEach(id -> all.add(MARK + URLEncoder.encode(id, UTF_8)));
    return all;
  }

  /** Empty when it cannot be one; strangers may publish anything. */
  private static Optional<String> identity(String encoded) {
    try {
      return Optional.of(URLDecoder.decode(encoded, UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether a session is among them. */
  static Predicate<Session> read(Set<String> exceptions) {
    Set<String> identities =
        exceptions.stream()
            .filter(text -> text.startsWith(MARK))
            .flatMap(text -> identity(text.substring(MARK.length())).stream())
            .collect(Collectors.toSet());
    return identities.isEmpty()
        ? session -> exceptions.contains(session.id())
        : session ->
            exceptions.contains(session.id())
                || session.identity().filter(who -> identities.contains(who.id())).isPresent();
  }
}
