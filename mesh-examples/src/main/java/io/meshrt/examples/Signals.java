// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * How a program hears that it is to end. A shutdown hook hears it too, but then the exit status is
 * not 0, and a second signal is not heard.
 */
final class Signals {
  /** What a shell says of a program that was interrupted. */
  static final int AT_ONCE = 130;

  private Signals() {}

  /** Waits until the program is asked to end; asked again, it ends at once. */
  static void awaitEnd() throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    Runnable onSignal = () -> endAtOnceUnlessFirst(asked);
    List.of("INT", "TERM").forEach(name -> listen(name, onSignal));
    asked.await();
  }

  private static synchronized void endAtOnceUnlessFirst(CountDownLatch asked) {
    if (asked.getCount() == 0) {
      Runtime.getRuntime().halt(AT_ONCE);
    }
    asked.countDown();
  }

  /** By reflection, because compilers warn of this class, which every JVM has. */
  private static void listen(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      InvocationHandler run =
          (proxy, method, arguments) -> {
            action.run();
            return null;
          };
      Object listener =
          Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler}, run);
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), listener);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot listen for " + name, e);
    }
  }
}
