// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.identity;

import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Who is online, who comes and goes, and the end of their connections. */
public interface Identities extends IdentityDirectory {
  /**
   * Tells a listener, on handler threads, when an identity's first connection in the cluster is
   * there, one change of one identity after the other. Add it on every node: each change is told
   * once, by one of the nodes with a listener. Also told of those who are connected to this node
   * already and whom nobody was told of. What it throws is logged.
   */
  IdentityRegistration onOnline(Consumer<? super String> listener);

  /**
   * As {@link #onOnline}, when the last connection on any node is gone; after the death of a node
   * when its lease has ended and a survivor has noticed, which takes 5 s more, or a minute for a
   * node that did not live for 5 s with a lease that is shorter than that.
   */
  IdentityRegistration onOffline(Consumer<? super String> listener);

  /**
   * Closes all connections of some identities, wherever they are, after what was already sent. One
   * request for each identity. Connections that are being made meanwhile may stay; refuse them when
   * they authenticate. Works also where identities are not tracked.
   *
   * @param code as {@link io.meshrt.server.connection.Connection#close}
   */
  CompletableFuture<Void> disconnect(Collection<String> ids, int code, String reason);
}
