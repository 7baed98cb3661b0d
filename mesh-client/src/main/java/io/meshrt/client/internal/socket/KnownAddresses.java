// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.socket;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Remembers which addresses were tried and have not worked since, so that others come first.
 * Belongs to the state thread.
 */
final class KnownAddresses {
  private static final int MAX_SUSPECT = 64;

  private final Set<InetSocketAddress> suspect = new HashSet<>();

  /** The same addresses, those that did not work behind the others. */
  List<InetSocketAddress> inOrder(List<InetSocketAddress> addresses) {
    if (suspect.containsAll(addresses)) {
      suspect.clear();
    }
    List<InetSocketAddress> ordered = new ArrayList<>(addresses);
    ordered.removeIf(suspect::contains);
    addresses.stream().filter(suspect::contains).forEach(ordered::add);
    return ordered;
  }

  /** It counts as one that does not work, until it does. */
  void onTried(InetSocketAddress address) {
    if (suspect.size() == MAX_SUSPECT) {
      suspect.clear();
    }
    suspect.add(address);
  }

  void onWorking(InetSocketAddress address) {
    suspect.remove(address);
  }
}
