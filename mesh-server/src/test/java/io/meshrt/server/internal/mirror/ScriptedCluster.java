// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mirror;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.History;
import io.meshrt.server.internal.cluster.Member;
import io.meshrt.server.internal.cluster.MemberEvent;
import io.meshrt.server.internal.cluster.Members;
import io.meshrt.server.internal.cluster.NodeId;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.cluster.Registration;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.TopicListener;
import io.meshrt.server.internal.cluster.Topics;
import io.meshrt.server.internal.cluster.Version;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** A cluster of which a test decides when it answers, and what it says. */
@SuppressWarnings("FutureReturnValueIgnored") // proxies return futures as plain objects
final class ScriptedCluster {
  private static final NodeId OWNER = new NodeId("n1", "a");

  /** Snapshots asked for and not given yet. */
  final ArrayDeque<CompletableFuture<Members.Snapshot>> asked = new ArrayDeque<>();

  /** Heads asked for and not given yet. */
  final ArrayDeque<CompletableFuture<History>> heads = new ArrayDeque<>();

  final CompletableFuture<Registration> listening = new CompletableFuture<>();
  TopicListener events;
  boolean registrationClosed;

  Cluster cluster() {
    Topics topics =
        only(
            Topics.class,
            Map.of(
                "listen",
                arguments -> {
                  requireEvents(arguments[0]);
                  events = (TopicListener) arguments[1];
                  return listening;
                },
                "read",
                arguments -> {
                  requireEvents(arguments[0]);
                  heads.add(new CompletableFuture<>());
                  return heads.getLast();
                }));
    Members members =
        only(
            Members.class,
            Map.of(
                "members",
                arguments -> {
                  asked.add(new CompletableFuture<>());
                  return asked.getLast();
                }));
    InvocationHandler handler =
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "topics" -> topics;
              case "members" -> members;
              default -> throw new UnsupportedOperationException(method.getName());
            };
    return (Cluster) proxy(Cluster.class, handler);
  }

  /** The node listens from now on. */
  void listen() {
    listening.complete(() -> registrationClosed = true);
  }

  /** Answers the request for a snapshot that waits longest. */
  void snapshot(Position position, Member... members) {
    asked.remove().complete(new Members.Snapshot(List.of(members), position));
  }

  /** Says where the events stand to whoever asked first. */
  void head(Position position) {
    heads.remove().complete(new History(position, List.of(), true, false));
  }

  /** Publishes an event. */
  void event(Position position, MemberEvent.Type type, Member member) {
    byte[] payload = new MemberEvent(type, member).encode();
    events.onPublication(new Publication(position, 0, payload));
  }

  static Position at(String epoch, long offset) {
    return new Position(epoch, offset);
  }

  /** A member, with a value and a version if there are any. */
  static Member member(String id, String... values) {
    byte[] value = Stream.of(values).findFirst().map(text -> text.getBytes(UTF_8)).orElse(null);
    Version version = value == null ? Version.ABSENT : new Version(1, "s" + values[0]);
    return new Member(id, OWNER, version, value);
  }

  private interface Answer {
    Object to(Object[] arguments);
  }

  private static void requireEvents(Object topic) {
    if (!((Topic) topic).kind().endsWith(".events")) {
      throw new AssertionError("asks for " + topic);
    }
  }

  private static <T> T only(Class<T> type, Map<String, Answer> answers) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          Answer answer = answers.get(method.getName());
          if (answer == null) {
            throw new UnsupportedOperationException(method.getName());
          }
          return answer.to(arguments);
        };
    return type.cast(proxy(type, handler));
  }

  private static Object proxy(Class<?> type, InvocationHandler handler) {
    return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
  }
}
