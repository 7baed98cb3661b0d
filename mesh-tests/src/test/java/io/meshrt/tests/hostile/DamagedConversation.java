// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.hostile;

import io.meshrt.testkit.RawFrame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/**
 * What a client says that is broken or hostile, the same for the same random numbers: frames of
 * messages that the server knows, with damage to the JSON, to the frames, or to both.
 */
final class DamagedConversation {
  private static final String MEANINGFUL = "{}[]\":,0123456789-+.eE\\u nulltrf\u0000\u001f";

  private static final String[] MESSAGES = {
    "{\"id\":%d,\"command\":\"echo\",\"payload\":{\"a\":[1,2,{\"b\":null}],\"text\":\"ü€\"}}",
    "{\"id\":%d,\"command\":\"later\",\"payload\":\"x\"}",
    "{\"id\":%d,\"command\":\"add\",\"payload\":[1,2,3]}",
    "{\"id\":%d,\"command\":\"nobody-registered-this\"}",
    "{\"id\":%d,\"command\":\"mesh/noop\",\"payload\":{}}",
    "{\"id\":%d,\"command\":\"rt/noop\"}",
    "{\"id\":%d,\"command\":\"mesh/authenticate\",\"payload\":{\"credentials\":\"me\"}}",
    "{\"id\":%d,\"command\":\"mesh/join-room\",\"payload\":{\"roomName\":\"lobby\"}}",
    "{\"id\":%d,\"command\":\"rt/leave-room\",\"payload\":{\"roomName\":\"lobby\"}}",
    "{\"id\":%d,\"command\":\"mesh/subscribe-presence\",\"payload\":{\"roomName\":\"lobby\"}}",
    "{\"id\":%d,\"command\":\"mesh/publish-presence-state\",\"payload\":{\"roomName\":\"lobby\","
        + "\"state\":{\"s\":1},\"expireAfter\":300}}",
    "{\"id\":%d,\"command\":\"mesh/set-my-connection-metadata\",\"payload\":{\"metadata\":{\"a\":1},"
        + "\"options\":{\"strategy\":\"merge\"}}}",
    "{\"id\":%d,\"payload\":\"an answer that nobody asked for\"}",
    "{\"id\":%d,\"command\":\"pong\",\"payload\":{\"t\":1}}",
    "{\"command\":\"latency:response\",\"payload\":{}}",
    "{\"id\":%d,\"error\":{\"code\":\"E\",\"message\":\"m\"}}",
  };

  private DamagedConversation() {}

  /** Some frames, damaged here and there. */
  static byte[] random(Random random) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int count = 1 + random.nextInt(8); count > 0; count--) {
      byte[] message = message(random).getBytes(StandardCharsets.UTF_8);
      for (int damages = random.nextInt(3); damages > 0; damages--) {
        message = damaged(message, random, MEANINGFUL.charAt(random.nextInt(MEANINGFUL.length())));
      }
      int opcode = random.nextInt(12) == 0 ? RawFrame.BINARY : RawFrame.TEXT;
      out.writeBytes(RawFrame.of(opcode, message).masked());
    }
    byte[] frames = out.toByteArray();
    for (int damages = random.nextInt(4) - 1; damages > 0; damages--) {
      frames = damaged(frames, random, (char) random.nextInt(256));
    }
    return frames;
  }

  private static String message(Random random) {
    String message = MESSAGES[random.nextInt(MESSAGES.length)];
    return message.contains("%d") ? message.formatted(random.nextInt(5)) : message;
  }

  private static byte[] damaged(byte[] bytes, Random random, char other) {
    if (bytes.length == 0) {
      return bytes;
    }
    int at = random.nextInt(bytes.length);
    byte[] copy = bytes.clone();
    return switch (random.nextInt(5)) {
      case 0 -> Arrays.copyOf(bytes, at);
      case 1 -> spliced(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(4)), 0);
      case 2 -> spliced(bytes, at, at, Math.min(bytes.length - at, 1 + random.nextInt(30)));
      case 3 -> {
        copy[at] ^= (byte) (1 << random.nextInt(8));
        yield copy;
      }
      default -> {
        copy[at] = (byte) other;
        yield copy;
      }
    };
  }

  private static byte[] spliced(byte[] bytes, int from, int to, int doubled) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    out.write(bytes, from, doubled);
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }
}
