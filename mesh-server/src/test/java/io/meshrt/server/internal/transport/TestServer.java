// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import io.meshrt.server.internal.metrics.NoMetrics;
import java.io.InputStream;
import java.security.KeyStore;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** An endpoint on a free port of 127.0.0.1 with a fake acceptor and time that stands still. */
final class TestServer implements AutoCloseable {
  private static final char[] PASSWORD = "changeit".toCharArray();

  final FakeAcceptor acceptor = new FakeAcceptor();
  final ManualScheduler scheduler = new ManualScheduler();
  final HttpEndpoint endpoint;

  private TestServer(TransportOptions options, @Nullable BrowserModules modules) {
    endpoint = new HttpEndpoint(options, acceptor, scheduler, NoMetrics.INSTANCE, modules);
    endpoint.start();
  }

  static TestServer start() {
    return start(options -> options);
  }

  static TestServer start(UnaryOperator<TransportOptions> change) {
    return new TestServer(change.apply(options()), null);
  }

  static TestServer start(UnaryOperator<TransportOptions> change, BrowserModules modules) {
    return new TestServer(change.apply(options()), modules);
  }

  static TransportOptions options() {
    return TransportOptions.defaults(0).withHost("127.0.0.1").withIoThreads(2);
  }

  /** Knows its own certificate, for 127.0.0.1, and trusts it. */
  static SSLContext tls() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = TestServer.class.getResourceAsStream("localhost.p12")) {
      store.load(in, PASSWORD);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  int port() {
    return endpoint.boundPort();
  }

  RawClient open() throws Exception {
    return RawClient.open(port());
  }

  @Override
  public void close() {
    endpoint.stop();
  }
}
