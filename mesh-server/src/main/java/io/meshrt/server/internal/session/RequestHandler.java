// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import io.meshrt.server.internal.dialect.Request;

/** Runs commands; implemented by the room above. */
public interface RequestHandler {
  /**
   * A request arrived. Called on the session's I/O thread, in the order of arrival; does not block
   * and does not throw.
   */
  void onRequest(Session session, Request request);
}
