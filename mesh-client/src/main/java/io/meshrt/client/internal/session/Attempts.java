// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.session;

import io.meshrt.client.internal.loop.Loop;
import io.meshrt.client.internal.socket.Connector;
import io.meshrt.core.codec.EnvelopeReader;
import io.meshrt.core.codec.JsonLimits;

/** Makes the attempts of one client. */
final class Attempts {
  private final Loop loop;
  private final SessionOptions options;
  private final Connector connector;
  private final EnvelopeReader reader;

  Attempts(Loop loop, SessionOptions options, Connector connector) {
    this.loop = loop;
    this.options = options;
    this.connector = connector;
    this.reader = new EnvelopeReader(JsonLimits.forMessages(options.limits().maxMessageBytes()));
  }

  /** An attempt that has not been started. */
  ConnectionAttempt next(Wire.Events events) {
    return new ConnectionAttempt(loop, options, connector, new Wire(loop, options, reader, events));
  }

  /** Whether each has a token of its own. */
  boolean haveTokens() {
    return options.token() != null;
  }

  /** Whether a first connect that fails is tried again. */
  boolean retriesFirst() {
    return options.policy().retriesFirstConnect();
  }
}
