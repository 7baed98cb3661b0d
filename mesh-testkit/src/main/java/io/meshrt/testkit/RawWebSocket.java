// SPDX-License-Identifier: Apache-2.0
package io.meshrt.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket client that sends exactly the bytes it is told to and reads one frame at a time, on a
 * plain blocking socket. For one thread, but sending and reading may be two.
 */
public final class RawWebSocket implements AutoCloseable {
  private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

  private final Socket socket;
  private final InputStream in;
  private final String responseHead;

  private RawWebSocket(Socket socket, InputStream in, String responseHead) {
    this.socket = socket;
    this.in = in;
    this.responseHead = responseHead;
  }

  /** Begins a connection to a port of this machine. */
  public static Builder to(int port) {
    return new Builder(port);
  }

  /** What a refused upgrade was answered with. */
  public static final class UpgradeRefused extends IOException {
    private static final long serialVersionUID = 1L;
    private final int status;
    private final String head;

    UpgradeRefused(int status, String head) {
      super(head.lines().findFirst().orElse("no answer"));
      this.status = status;
      this.head = head;
    }

    /** The HTTP status; 0 when the connection ended without an answer. */
    public int status() {
      return status;
    }

    /** Status line and headers. */
    public String head() {
      return head;
    }
  }

  /** A connection about to be opened. */
  public static final class Builder {
    private final int port;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private String path = "/";
    private @Nullable SSLContext tls;
    private byte[] behindRequest = new byte[0];
    private Duration readTimeout = Duration.ofSeconds(20);
    private int receiveBufferBytes;
    private @Nullable InetAddress source;

    private Builder(int port) {
      this.port = port;
      headers.put("Host", "127.0.0.1:" + port);
      headers.put("Upgrade", "websocket");
      headers.put("Connection", "Upgrade");
      headers.put("Sec-WebSocket-Version", "13");
      headers.put("Sec-WebSocket-Key", KEY);
    }

    /** Path and query. */
    public Builder path(String path) {
      this.path = path;
      return this;
    }

    /** Sets a header; null leaves out one that would be sent otherwise. */
    public Builder header(String name, @Nullable String value) {
      if (value == null) {
        headers.remove(name);
      } else {
        headers.put(name, value);
      }
      return this;
    }

    /** Offers a subprotocol. */
    public Builder subprotocol(String name) {
      return header("Sec-WebSocket-Protocol", name);
    }

    /** Connects over TLS. */
    public Builder tls(SSLContext context) {
      this.tls = context;
      return this;
    }

    /** Bytes to send in the same write as the upgrade request. */
    public Builder behindRequest(byte[] bytes) {
      this.behindRequest = bytes.clone();
      return this;
    }

    /** How long a read waits before it fails. */
    public Builder readTimeout(Duration timeout) {
      this.readTimeout = timeout;
      return this;
    }

    /** Asks for a small receive buffer, for readers that stop. */
    public Builder receiveBufferBytes(int bytes) {
      this.receiveBufferBytes = bytes;
      return this;
    }

    /** Connects from an address of this machine, instead of from any. */
    public Builder from(InetAddress source) {
      this.source = source;
      return this;
    }

    /** Connects, upgrades and waits for the answer. */
    public RawWebSocket open() throws IOException {
      Socket plain = new Socket();
      if (source != null) {
        plain.bind(new InetSocketAddress(source, 0));
      }
      if (receiveBufferBytes > 0) {
        plain.setReceiveBufferSize(receiveBufferBytes);
      }
      plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
      SSLContext context = tls;
      Socket socket =
          context == null
              ? plain
              : context.getSocketFactory().createSocket(plain, "127.0.0.1", port, true);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) readTimeout.toMillis());
      ByteArrayOutputStream request = new ByteArrayOutputStream();
      request.writeBytes(("GET " + path + " HTTP/1.1\r\n").getBytes(StandardCharsets.ISO_8859_1));
      headers.forEach(
          (name, value) ->
              request.writeBytes(
                  (name + ": " + value + "\r\n").getBytes(StandardCharsets.ISO_8859_1)));
      request.writeBytes("\r\n".getBytes(StandardCharsets.ISO_8859_1));
      request.writeBytes(behindRequest);
      socket.getOutputStream().write(request.toByteArray());
      InputStream in = new BufferedInputStream(socket.getInputStream());
      String head = readHead(in);
      int status = head.length() < 12 ? 0 : Integer.parseInt(head.substring(9, 12));
      if (status != 101) {
        socket.close();
        throw new UpgradeRefused(status, head);
      }
      return new RawWebSocket(socket, in, head);
    }

    private static String readHead(InputStream in) throws IOException {
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      int next;
      while ((next = in.read()) >= 0) {
        head.write(next);
        if (next == '\n' && head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
          break;
        }
      }
      return head.toString(StandardCharsets.ISO_8859_1);
    }
  }

  /** Status line and headers of the answer to the upgrade. */
  public String responseHead() {
    return responseHead;
  }

  /** Sends bytes as they are, in one write. */
  public void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** Sends bytes in pieces of {@code sliceBytes}, each in a write of its own. */
  public void sendSliced(byte[] bytes, int sliceBytes) throws IOException {
    for (int from = 0; from < bytes.length; from += sliceBytes) {
      socket.getOutputStream().write(bytes, from, Math.min(sliceBytes, bytes.length - from));
    }
  }

  /** Sends a whole text message. */
  public void sendText(String text) throws IOException {
    send(RawFrame.text(text).masked());
  }

  /**
   * Reads the next frame.
   *
   * @return null at the end of the stream or after a reset
   * @throws SocketTimeoutException when none comes in time
   */
  public @Nullable RawFrame read() throws IOException {
    try {
      int first = in.read();
      if (first < 0) {
        return null;
      }
      int second = must(in.read());
      long length = second & 0x7f;
      if (length == 126) {
        length = ((long) must(in.read()) << 8) | must(in.read());
      } else if (length == 127) {
        length = 0;
        for (int i = 0; i < 8; i++) {
          length = (length << 8) | must(in.read());
        }
      }
      if ((second & 0x80) != 0) {
        throw new IOException("the server masked a frame");
      }
      byte[] payload = in.readNBytes((int) length);
      if (payload.length < length) {
        throw new EOFException("stream ended within a frame");
      }
      return new RawFrame((first & 0x80) != 0, (first >> 4) & 7, first & 15, payload);
    } catch (SocketException e) {
      return null;
    }
  }

  /** Reads frames up to the next data frame and returns its text; null at the end of the stream. */
  public @Nullable String readText() throws IOException {
    RawFrame frame;
    while ((frame = read()) != null) {
      if (frame.opcode() == RawFrame.TEXT) {
        return frame.text();
      }
      if (frame.opcode() == RawFrame.CLOSE) {
        return null;
      }
    }
    return null;
  }

  /** Reads to the end of the stream and returns every frame that came. */
  public List<RawFrame> readToEnd() throws IOException {
    List<RawFrame> frames = new ArrayList<>();
    RawFrame frame;
    while ((frame = read()) != null) {
      frames.add(frame);
    }
    return frames;
  }

  /**
   * Reads up to the server's Close frame, answers it as RFC 6455, section 5.5.1 asks, and reads to
   * the end of the stream.
   *
   * @return the frame; null when the stream ended without one
   */
  public @Nullable RawFrame readClose() throws IOException {
    RawFrame frame = read();
    while (frame != null && frame.opcode() != RawFrame.CLOSE) {
      frame = read();
    }
    if (frame != null) {
      answer(frame);
      readToEnd();
    }
    return frame;
  }

  /** The code of the frame that {@link #readClose()} reads; 1006 when none came. */
  public int readCloseCode() throws IOException {
    RawFrame close = readClose();
    return close == null ? 1006 : close.closeCode();
  }

  private void answer(RawFrame close) {
    try {
      send(close.masked());
    } catch (IOException e) {
      // The server did not wait for it.
    }
  }

  /** Ends our side of the stream and leaves the other open. */
  public void halfClose() throws IOException {
    socket.shutdownOutput();
  }

  /** Ends the connection with a reset. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** The socket underneath. */
  public Socket socket() {
    return socket;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private static int must(int value) throws EOFException {
    if (value < 0) {
      throw new EOFException("stream ended within a frame");
    }
    return value;
  }
}
