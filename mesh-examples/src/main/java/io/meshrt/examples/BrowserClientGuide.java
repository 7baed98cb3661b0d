// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;

/** The snippet of the page about the browser client; it runs in the tests. */
public final class BrowserClientGuide {
  private BrowserClientGuide() {}

  /** Serves the modules, and connections at one path. */
  public static MeshServerBuilder serve() {
    // snippet: serve
    return MeshServer.builder().path("/socket").browserClient();
    // end
  }
}
