// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Who may use which room: what {@link LayersTest} holds. */
final class RoomUsers {
  private static final List<String> ABOVE_SESSIONS =
      List.of(
          "server",
          "outpost",
          "delegation",
          "worker",
          "work",
          "mesa",
          "thinws",
          "room",
          "membership",
          "presence",
          "inbox",
          "channel",
          "record",
          "collection",
          "archive",
          "persistence",
          "revocation",
          "directory",
          "metadata",
          "identity",
          "hook",
          "message",
          "push",
          "exposure",
          "mirror",
          "attendance",
          "roster",
          "mail",
          "hub",
          "command",
          "auth");

  /** Each room, and the rooms that may use it. */
  static final Map<String, List<String>> USERS =
      Map.ofEntries(
          Map.entry("mesa", List.of("server")),
          Map.entry("thinws", List.of("server")),
          Map.entry("room", List.of("server", "thinws")),
          Map.entry("membership", List.of("server", "room")),
          Map.entry("presence", List.of("server")),
          Map.entry("inbox", List.of("server", "mesa")),
          Map.entry("channel", List.of("server", "inbox")),
          Map.entry("record", List.of("server")),
          Map.entry("collection", List.of("server")),
          Map.entry("archive", List.of("record")),
          Map.entry("persistence", List.of("channel", "archive")),
          Map.entry("outpost", List.of("server")),
          Map.entry("delegation", List.of("server")),
          Map.entry("worker", List.of("server")),
          Map.entry("work", List.of("server", "delegation", "worker")),
          Map.entry("revocation", List.of("server", "channel", "record", "collection")),
          Map.entry("directory", List.of("server")),
          Map.entry("metadata", List.of("server", "room", "directory")),
          Map.entry("identity", List.of("server")),
          Map.entry("hook", List.of("server")),
          Map.entry("message", List.of("server", "hook")),
          Map.entry("push", List.of("server", "room", "directory", "message", "identity")),
          Map.entry(
              "exposure",
              List.of(
                  "server",
                  "room",
                  "membership",
                  "presence",
                  "directory",
                  "inbox",
                  "channel",
                  "record",
                  "collection",
                  "archive",
                  "persistence")),
          Map.entry("mirror", List.of("server", "room", "membership", "presence")),
          Map.entry("attendance", List.of("channel", "identity")),
          Map.entry(
              "roster",
              List.of(
                  "server",
                  "delegation",
                  "identity",
                  "room",
                  "membership",
                  "presence",
                  "directory",
                  "metadata")),
          Map.entry(
              "mail",
              List.of(
                  "server",
                  "delegation",
                  "worker",
                  "room",
                  "presence",
                  "directory",
                  "push",
                  "roster",
                  "channel",
                  "record",
                  "collection",
                  "revocation")),
          Map.entry(
              "hub",
              List.of(
                  "server",
                  "push",
                  "presence",
                  "room",
                  "inbox",
                  "channel",
                  "record",
                  "collection")),
          Map.entry(
              "command",
              List.of(
                  "server",
                  "delegation",
                  "mesa",
                  "thinws",
                  "room",
                  "presence",
                  "directory",
                  "inbox",
                  "channel",
                  "record",
                  "collection")),
          Map.entry("auth", List.of("server", "mesa")),
          Map.entry("session", ABOVE_SESSIONS),
          Map.entry("cluster", ABOVE_SESSIONS),
          Map.entry(
              "transport",
              List.of("server", "mesa", "inbox", "auth", "session", "hub", "push", "record")),
          Map.entry("dialect", with(ABOVE_SESSIONS, "session")),
          Map.entry("execution", with(ABOVE_SESSIONS, "session", "cluster")),
          Map.entry("metrics", with(ABOVE_SESSIONS, "session", "transport")),
          Map.entry(
              "schedule", with(ABOVE_SESSIONS, "session", "transport", "cluster", "execution")));

  private RoomUsers() {}

  private static List<String> with(List<String> rooms, String... more) {
    return Stream.concat(rooms.stream(), Stream.of(more)).toList();
  }
}
