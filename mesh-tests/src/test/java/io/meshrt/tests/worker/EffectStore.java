// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.worker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What an application keeps of the effects of commands, with the ids of the commands: the second
 * effect of an id is none. Other processes reach it over a socket, a line for each.
 */
final class EffectStore implements AutoCloseable {
  private final ServerSocket door;

  // Guarded by this.
  private final Set<String> ids = new HashSet<>();
  private final Map<String, List<Integer>> numbers = new TreeMap<>();
  private int attempts;

  EffectStore() throws IOException {
    door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread doorman = new Thread(this::accept, "effects");
    doorman.setDaemon(true);
    doorman.start();
  }

  int port() {
    return door.getLocalPort();
  }

  /** The numbers of each client, in the order of their effects. */
  synchronized Map<String, List<Integer>> numbers() {
    Map<String, List<Integer>> copy = new TreeMap<>();
    numbers.forEach((client, list) -> copy.put(client, List.copyOf(list)));
    return copy;
  }

  /** How often an effect was asked for, also again. */
  synchronized int attempts() {
    return attempts;
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = door.accept();
        Thread thread = new Thread(() -> serve(socket), "effects of a worker");
        thread.setDaemon(true);
        thread.start();
      }
    } catch (IOException closed) {
      // over
    }
  }

  private void serve(Socket socket) {
    try (BufferedReader in = reader(socket);
        PrintWriter out = writer(socket)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split(" ", -1);
        put(words[0], words[1], Integer.parseInt(words[2]));
        out.println("kept");
      }
    } catch (IOException killed) {
      // the worker is gone
    }
  }

  private synchronized void put(String id, String client, int number) {
    attempts++;
    if (ids.add(id)) {
      numbers.computeIfAbsent(client, key -> new ArrayList<>()).add(number);
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
  }

  private static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  private static PrintWriter writer(Socket socket) throws IOException {
    return new PrintWriter(socket.getOutputStream(), true, StandardCharsets.UTF_8);
  }

  /** The way to the store from another process. */
  static final class Remote {
    private final BufferedReader in;
    private final PrintWriter out;

    Remote(int port) {
      try {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        in = reader(socket);
        out = writer(socket);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Returns when the effect is kept. */
    synchronized void put(String id, String client, int number) throws IOException {
      out.println(id + " " + client + " " + number);
      if (in.readLine() == null) {
        throw new IOException("the store is gone");
      }
    }
  }
}
