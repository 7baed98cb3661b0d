// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import java.util.List;

/**
 * A page of a topic's history and where the topic stood when it was read.
 *
 * @param head the topic's newest position; {@link Position#NONE} if it never was numbered
 * @param publications ascending, without holes
 * @param recovered whether {@code publications} begin right after the position asked for, in its
 *     epoch: nothing was lost in between. Always true when the newest were asked for
 * @param more whether there is more between the page and {@code head} (or, when the newest were
 *     asked for, before the page)
 */
public record History(
    Position head, List<Publication> publications, boolean recovered, boolean more) {
  /** Copies the list. */
  public History {
    publications = List.copyOf(publications);
  }
}
