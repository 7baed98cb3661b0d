// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A socket that speaks as little or as much WebSocket as a test wants; reads give up after 30 s.
 */
final class RawClient implements AutoCloseable {
  static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
  static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
  static final int TEXT = 0x81;
  static final int BINARY = 0x82;
  static final int CLOSE = 0x88;
  static final int PONG = 0x8a;
  private static final int TIMEOUT_MILLIS = 30_000;

  private final Socket socket;
  private final DataInputStream in;

  private RawClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
    this.in = new DataInputStream(socket.getInputStream());
  }

  static RawClient connect(int port) throws IOException {
    return connect(port, 0);
  }

  /** With a small receive buffer, so that a reader that stops is felt soon. */
  static RawClient connect(int port, int receiveBufferBytes) throws IOException {
    Socket socket = new Socket();
    if (receiveBufferBytes > 0) {
      socket.setReceiveBufferSize(receiveBufferBytes);
    }
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
    return new RawClient(socket);
  }

  static RawClient connectTls(int port, SSLContext context) throws IOException {
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.startHandshake();
    return new RawClient(socket);
  }

  /** An upgraded connection. */
  static RawClient open(int port) throws IOException {
    return connect(port).upgrade();
  }

  RawClient upgrade() throws IOException {
    send(request("/"));
    String response = readHead();
    if (!response.startsWith("HTTP/1.1 101 ")) {
      throw new AssertionError(response);
    }
    return this;
  }

  static String request(String target, String... headers) {
    return "GET "
        + target
        + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
        + KEY
        + "\r\n"
        + String.join("", headers)
        + "\r\n";
  }

  Socket socket() {
    return socket;
  }

  void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  void sendText(String text) throws IOException {
    send(frame(0x81, text.getBytes(StandardCharsets.UTF_8)));
  }

  /** A masked frame; the first byte is opcode and flags. */
  static byte[] frame(int firstByte, byte[] payload) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream(payload.length + 14);
    frame.write(firstByte);
    if (payload.length < 126) {
      frame.write(0x80 | payload.length);
    } else if (payload.length < 65_536) {
      frame.write(0x80 | 126);
      frame.write(payload.length >> 8);
      frame.write(payload.length);
    } else {
      frame.write(0x80 | 127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        frame.write((int) ((long) payload.length >> shift));
      }
    }
    byte[] key = {0x11, (byte) 0xa2, 0x33, (byte) 0xc4};
    frame.writeBytes(key);
    for (int index = 0; index < payload.length; index++) {
      frame.write(payload[index] ^ key[index & 3]);
    }
    return frame.toByteArray();
  }

  static byte[] text(String text) {
    return frame(0x81, text.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] closeFrame(int code) {
    return frame(0x88, new byte[] {(byte) (code >> 8), (byte) code});
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }

  /** Status line and headers. */
  String readHead() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        break;
      }
      head.append((char) next);
    }
    return head.toString();
  }

  /** A whole response with a body of known length. */
  String readResponse() throws IOException {
    String head = readHead();
    java.util.regex.Matcher length =
        java.util.regex.Pattern.compile("(?i)content-length: (\\d+)").matcher(head);
    byte[] body = new byte[length.find() ? Integer.parseInt(length.group(1)) : 0];
    in.readFully(body);
    return head + new String(body, StandardCharsets.UTF_8);
  }

  /**
   * The next frame as {@code text:…}, {@code pong:…}, {@code close:code:reason}; "end" at the end.
   */
  String readFrame() {
    Frame frame = nextFrame();
    if (frame == null) {
      return "end";
    }
    byte[] payload = frame.payload;
    String text = new String(payload, StandardCharsets.UTF_8);
    return switch (frame.firstByte) {
      case TEXT -> "text:" + text;
      case BINARY -> "binary:" + payload.length;
      case CLOSE -> "close:" + describeClose(payload);
      case PONG -> "pong:" + text;
      default -> "frame " + frame.firstByte;
    };
  }

  /** The next frame as it is; null at the end. */
  Frame nextFrame() {
    try {
      int first = in.read();
      return first < 0 ? null : new Frame(first, readPayload());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] readPayload() throws IOException {
    long length = in.readUnsignedByte();
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = in.readLong();
    }
    byte[] payload = new byte[Math.toIntExact(length)];
    in.readFully(payload);
    return payload;
  }

  private static String describeClose(byte[] payload) {
    if (payload.length == 0) {
      return "empty";
    }
    int code = ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
    return code + ":" + new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
  }

  /** Closes without a word: the server's system sees a reset. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** A frame of the server; the first byte is opcode and flags. */
  static final class Frame {
    final int firstByte;
    final byte[] payload;

    private Frame(int firstByte, byte[] payload) {
      this.firstByte = firstByte;
      this.payload = payload;
    }
  }
}
