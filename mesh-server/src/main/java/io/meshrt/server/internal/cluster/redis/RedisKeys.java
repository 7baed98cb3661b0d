// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.server.internal.cluster.NodeId;
import io.meshrt.server.internal.cluster.Topic;
import java.io.ByteArrayOutputStream;
import java.util.List;

/*
 * Keys and channels of one deployment:
 *
 *   mesh:{.lobby}:room        channel of a topic
 *   mesh:{.lobby}:room:t      hash: epoch, head, size, age         (numbered topics)
 *   mesh:{.lobby}:room:l      stream: offset-time -> payload        (topics with history)
 *   mesh:{.lobby}:room:i      sorted set: id -> offset              (for 60 s)
 *   mesh:{.lobby}:room:v      hash: key -> number stamp expires value
 *   mesh:{.lobby}:room:m      hash: member -> node:incarnation
 *   mesh:{.lobby}:room:a      hash: member -> number stamp value
 *   mesh:nodes                sorted set: node:incarnation -> end of lease
 *   mesh:{n1:x7}:index        sorted set of "member kind name", all of score 0
 *   mesh:groups:room:7        sorted set: name -> when it was noted; 16 shards
 *   mesh:{p3}:probe:n1        channel
 *   mesh:{records}:catalog    sorted set of names, all of score 0
 *   mesh:{records}:catalog:k  hash: name -> token
 *
 * A name's tag begins with a dot, which no other tag does. Encoded text consists of letters, digits,
 * '_', '-', '.' and '%': no name can contain a brace, a colon, a space or a glob.
 */
final class RedisKeys {
  static final int SHARDS = 16;

  private final String prefix;

  RedisKeys(String prefix) {
    this.prefix = prefix + ":";
  }

  String channel(Topic topic) {
    return prefix + "{." + encode(topic.name()) + "}:" + topic.kind();
  }

  String meta(Topic topic) {
    return channel(topic) + ":t";
  }

  /** Meta, log, ids. */
  List<String> stream(Topic topic) {
    String channel = channel(topic);
    return List.of(channel + ":t", channel + ":l", channel + ":i");
  }

  String values(Topic topic) {
    return channel(topic) + ":v";
  }

  /** Members, what is attached to them, and the meta of their events. */
  List<String> members(Topic group) {
    String channel = channel(group);
    return List.of(channel + ":m", channel + ":a", meta(group.events()));
  }

  /** Names, and their tokens. */
  List<String> catalog(String catalog) {
    String names = prefix + "{" + catalog + "}:catalog";
    return List.of(names, names + ":k");
  }

  String nodes() {
    return prefix + "nodes";
  }

  String index(NodeId node) {
    return prefix + "{" + node + "}:index";
  }

  String groups(String kind, int shard) {
    return prefix + "groups:" + kind + ":" + shard;
  }

  String probe(String tag, NodeId node) {
    return prefix + "{" + tag + "}:probe:" + node;
  }

  static String encode(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    StringBuilder encoded = new StringBuilder(bytes.length + 8);
    for (byte b : bytes) {
      if (isPlain(b)) {
        encoded.append((char) b);
      } else {
        encoded.append('%');
        encoded.append(Character.forDigit(b >> 4 & 15, 16));
        encoded.append(Character.forDigit(b & 15, 16));
      }
    }
    return encoded.toString();
  }

  private static boolean isPlain(byte b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || b == '_'
        || b == '-'
        || b == '.';
  }

  static String decode(String encoded) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c == '%') {
        bytes.write(Integer.parseInt(encoded, i + 1, i + 3, 16));
        i += 2;
      } else {
        bytes.write(c);
      }
    }
    return bytes.toString(UTF_8);
  }

  static String encodeGroup(Topic group) {
    return group.kind() + " " + encode(group.name());
  }

  static Topic decodeGroup(String encoded) {
    int space = encoded.indexOf(' ');
    return new Topic(encoded.substring(0, space), decode(encoded.substring(space + 1)));
  }
}
