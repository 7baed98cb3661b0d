// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.hub;

import io.meshrt.server.internal.session.Session;

/** What one session wants of one topic. */
public interface Subscriber {
  /** Whose it is. */
  Session session();
}
