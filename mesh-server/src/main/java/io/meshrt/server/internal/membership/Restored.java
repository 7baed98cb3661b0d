// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.membership;

import java.util.Set;

/**
 * What a session is told when it asks for what is remembered.
 *
 * @param known false when its token was looked for and not found, or when it has none
 * @param begin to be run behind the answer: changes are told from then on
 */
public record Restored(Set<String> rooms, Set<String> refused, boolean known, Runnable begin) {
  static Restored nothing(boolean known) {
    return new Restored(Set.of(), Set.of(), known, () -> {});
  }
}
