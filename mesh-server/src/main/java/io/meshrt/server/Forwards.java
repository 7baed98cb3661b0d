// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import io.meshrt.server.internal.delegation.Delegation;
import io.meshrt.server.internal.work.WorkGroup;
import io.meshrt.server.internal.work.WorkTime;
import io.meshrt.server.worker.ForwardRegistration;
import io.meshrt.server.worker.Forwarding;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an application says about forwarding, handed on to the room that does it.
 *
 * @param name of a command, if it is one
 * @param names of commands, if they are many
 * @param connections whether events of connections are meant
 * @param timeout of commands, unless it is the server's
 */
record Forwards(
    Delegation delegation,
    @Nullable String name,
    @Nullable Pattern names,
    boolean connections,
    @Nullable Duration timeout)
    implements Forwarding {
  private static final Pattern ALL = Pattern.compile("(?s).*");

  static Delegation of(WorkDoors server) {
    return ((MeshServer) server).delegation();
  }

  static Forwarding command(Delegation delegation, String name) {
    return new Forwards(delegation, name, null, false, null);
  }

  static Forwarding commands(Delegation delegation, Pattern names) {
    return new Forwards(delegation, null, names, false, null);
  }

  static Forwarding connections(Delegation delegation) {
    return new Forwards(delegation, null, null, true, null);
  }

  static Forwarding all(Delegation delegation) {
    return new Forwards(delegation, null, ALL, true, null);
  }

  @Override
  public Forwarding withTimeout(Duration limit) {
    if (limit.compareTo(WorkTime.SHORTEST) < 0) {
      throw new IllegalArgumentException("timeout: " + limit);
    }
    return new Forwards(delegation, name, names, connections, limit);
  }

  @Override
  public ForwardRegistration toGroup(String groupName) {
    WorkGroup group = new WorkGroup(groupName);
    Runnable commands = () -> {};
    if (name != null) {
      commands = delegation.forward(name, timeout, group);
    } else if (names != null) {
      commands = delegation.forward(names, timeout, group);
    }
    return with(group, commands);
  }

  @Override
  public ForwardRegistration copyToGroup(String groupName) {
    WorkGroup group = new WorkGroup(groupName);
    return with(group, isCommands() ? delegation.copy(fits(), group) : () -> {});
  }

  private boolean isCommands() {
    return name != null || names != null;
  }

  private Predicate<String> fits() {
    Pattern pattern = names;
    return pattern == null ? other -> other.equals(name) : other -> matches(pattern, other);
  }

  private static boolean matches(Pattern pattern, String other) {
    try {
      return pattern.matcher(other).matches();
    } catch (StackOverflowError tooDeep) {
      return false;
    }
  }

  private ForwardRegistration with(WorkGroup group, Runnable commands) {
    Runnable events = connections ? delegation.forwardEvents(group) : () -> {};
    return () -> {
      commands.run();
      events.run();
    };
  }
}
