// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.push;

import io.meshrt.server.internal.hub.Subscriber;
import io.meshrt.server.internal.session.Session;

/** A session that hears the pushes of a room or an identity. */
record Hearer(Session session) implements Subscriber {}
