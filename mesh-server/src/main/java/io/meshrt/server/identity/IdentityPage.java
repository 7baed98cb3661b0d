// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.identity;

import java.util.List;
import java.util.Optional;

/**
 * Some of those who are online.
 *
 * @param ids in an order of their own, which stays the same
 * @param next where the next page begins, for {@link Identities#list(String, int)}; empty if this
 *     was the last
 */
public record IdentityPage(List<String> ids, Optional<String> next) {
  /** Copies the list. */
  public IdentityPage {
    ids = List.copyOf(ids);
  }
}
