// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.internal.websocket;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;

/** Random streams of a client's frames, most of them damaged. */
public final class MutatedStream {
  /** The message limit the streams are made for: some messages pass it, most do not. */
  public static final int MAX_MESSAGE_BYTES = 2_000;

  private static final int[] PAYLOAD_LENGTHS = {0, 1, 5, 60, 124, 125, 126, 300, 1_999, 2_001};
  private static final String[] TEXTS = {"mesh", "κόσμε", "网状网络", "🕸", "\u0000", "~~~~~~~~"};

  private MutatedStream() {}

  /** A few frames with up to three damages. */
  public static byte[] random(Random random) {
    byte[] stream = validStream(random);
    for (int count = random.nextInt(4); count > 0; count--) {
      stream = damaged(stream, random);
    }
    return stream;
  }

  private static byte[] validStream(Random random) {
    var out = new ByteArrayOutputStream();
    for (int count = 1 + random.nextInt(6); count > 0; count--) {
      switch (random.nextInt(8)) {
        case 0 -> out.writeBytes(withRandomMask(ClientFrame.ping(text(random, 20)), random));
        case 1 -> out.writeBytes(withRandomMask(ClientFrame.pong(text(random, 20)), random));
        case 2 -> writeFragments(out, random);
        case 3 -> out.writeBytes(withRandomMask(ClientFrame.binary(bytes(random)), random));
        default -> out.writeBytes(withRandomMask(ClientFrame.text(text(random, 400)), random));
      }
    }
    if (random.nextInt(4) == 0) {
      out.writeBytes(ClientFrame.close(1000 + random.nextInt(20), text(random, 25)).bytes());
    }
    return out.toByteArray();
  }

  private static void writeFragments(ByteArrayOutputStream out, Random random) {
    byte[] whole = ClientFrame.utf8(text(random, 100));
    int opcode = random.nextBoolean() ? Opcode.TEXT : Opcode.BINARY;
    int from = 0;
    while (from < whole.length) {
      int to = Math.min(whole.length, from + random.nextInt(50));
      ClientFrame fragment = ClientFrame.of(opcode, Arrays.copyOfRange(whole, from, to));
      boolean last = to == whole.length;
      out.writeBytes(withRandomMask(last ? fragment : fragment.notFinal(), random));
      if (!last && random.nextInt(4) == 0) {
        out.writeBytes(withRandomMask(ClientFrame.ping(text(random, 20)), random));
      }
      opcode = Opcode.CONTINUATION;
      from = to;
    }
  }

  private static byte[] withRandomMask(ClientFrame frame, Random random) {
    byte[] mask = new byte[4];
    random.nextBytes(mask);
    return frame.withMask(mask).bytes();
  }

  private static String text(Random random, int mostPieces) {
    var text = new StringBuilder();
    for (int count = random.nextInt(mostPieces); count > 0; count--) {
      text.append(TEXTS[random.nextInt(4) == 0 ? random.nextInt(TEXTS.length) : 0]);
    }
    return text.toString();
  }

  private static byte[] bytes(Random random) {
    byte[] bytes = new byte[PAYLOAD_LENGTHS[random.nextInt(PAYLOAD_LENGTHS.length)]];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] damaged(byte[] stream, Random random) {
    if (stream.length == 0) {
      return stream;
    }
    int position = random.nextInt(stream.length);
    byte[] copy = stream.clone();
    return switch (random.nextInt(6)) {
      case 0 -> Arrays.copyOf(stream, position);
      case 1 ->
          without(stream, position, Math.min(stream.length, position + 1 + random.nextInt(8)));
      case 2 -> repeated(stream, position, Math.min(stream.length, position + random.nextInt(200)));
      case 3 -> {
        copy[position] = (byte) random.nextInt(256);
        yield copy;
      }
      case 4 -> {
        // The first bytes are a header for certain.
        copy[Math.min(position, random.nextInt(10))] ^= (byte) (1 << random.nextInt(8));
        yield copy;
      }
      default -> {
        copy[position] ^= (byte) (1 << random.nextInt(8));
        yield copy;
      }
    };
  }

  private static byte[] without(byte[] stream, int from, int to) {
    byte[] shorter = new byte[stream.length - (to - from)];
    System.arraycopy(stream, 0, shorter, 0, from);
    System.arraycopy(stream, to, shorter, from, stream.length - to);
    return shorter;
  }

  private static byte[] repeated(byte[] stream, int from, int to) {
    byte[] longer = new byte[stream.length + (to - from)];
    System.arraycopy(stream, 0, longer, 0, to);
    System.arraycopy(stream, from, longer, to, stream.length - from);
    return longer;
  }
}
