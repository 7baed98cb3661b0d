// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.fake;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A WebSocket server on a real socket that does what a script says, byte by byte if it wants to:
 * the first connection follows the first script, and so on, the last one serving all that are left.
 */
public final class ScriptedServer implements AutoCloseable {
  private static final String ACCEPT_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private final ServerSocket listening;
  private final List<Script> scripts;
  private final Queue<Socket> accepted = new ConcurrentLinkedQueue<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile boolean closed;

  /** What the server does with one connection. */
  @FunctionalInterface
  public interface Script {
    /** Runs on a thread of its own; the connection is closed afterwards. */
    void serve(Peer peer) throws IOException;
  }

  /** A server that follows these scripts. */
  public ScriptedServer(Script... scripts) {
    try {
      this.scripts = List.of(scripts);
      this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start("scripted-server", this::acceptAll);
  }

  /** Where it listens. */
  public String uri() {
    return "ws://127.0.0.1:" + listening.getLocalPort() + "/";
  }

  /** How many connections have come. */
  public int connections() {
    return connections.get();
  }

  /** Ends everything; fails when a script failed while the server was in use. */
  @Override
  public void close() {
    closed = true;
    try {
      listening.close();
      for (Socket socket : accepted) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Throwable failure = failures.poll();
    if (failure != null) {
      throw new AssertionError("a script failed", failure);
    }
  }

  private void acceptAll() {
    while (!closed) {
      try {
        Socket socket = listening.accept();
        accepted.add(socket);
        Script script = scripts.get(Math.min(connections.getAndIncrement(), scripts.size() - 1));
        start("scripted-connection", () -> serve(socket, script));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket, Script script) {
    try (socket) {
      script.serve(new Peer(socket));
    } catch (IOException | RuntimeException | AssertionError e) {
      if (!closed) {
        failures.add(e);
      }
    }
  }

  private static void start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** The client at the other end. */
  public static final class Peer {
    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private String request = "";

    Peer(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new DataInputStream(socket.getInputStream());
      this.out = socket.getOutputStream();
    }

    /** Reads the upgrade request. */
    public String readRequest() throws IOException {
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
        head.write(in.readUnsignedByte());
      }
      request = head.toString(StandardCharsets.ISO_8859_1);
      return request;
    }

    /** Reads the upgrade request and accepts it, agreeing to the first subprotocol offered. */
    public void upgrade() throws IOException {
      readRequest();
      String offered = header("sec-websocket-protocol");
      String agreed =
          offered.isEmpty()
              ? ""
              : "Sec-WebSocket-Protocol: " + offered.split(",", -1)[0].trim() + "\r\n";
      sendRaw(
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Accept: "
              + accept(header("sec-websocket-key"))
              + "\r\n"
              + agreed
              + "\r\n");
    }

    /** Accepts, and greets as our own server does. */
    public void upgradeAndWelcome() throws IOException {
      upgrade();
      sendText(Frames.welcome());
    }

    /** Answers the upgrade request with something else. */
    public void refuse(int status) throws IOException {
      readRequest();
      sendRaw("HTTP/1.1 " + status + " No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }

    /** The upgrade request as it was read. */
    public String request() {
      return request;
    }

    /** A header of the upgrade request; empty when it was not sent. */
    public String header(String name) {
      return request
          .lines()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
          .map(line -> line.substring(name.length() + 1).trim())
          .findFirst()
          .orElse("");
    }

    /** Sends a text message in one frame. */
    public void sendText(String text) throws IOException {
      sendFrame(0x81, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a frame whose first byte is this. */
    public void sendFrame(int firstByte, byte[] payload) throws IOException {
      ByteArrayOutputStream frame = new ByteArrayOutputStream();
      frame.write(firstByte);
      if (payload.length < 126) {
        frame.write(payload.length);
      } else if (payload.length < 65_536) {
        frame.write(126);
        frame.write(payload.length >> 8);
        frame.write(payload.length);
      } else {
        frame.write(127);
        for (int shift = 56; shift >= 0; shift -= 8) {
          frame.write((int) ((long) payload.length >> shift));
        }
      }
      frame.writeBytes(payload);
      out.write(frame.toByteArray());
      out.flush();
    }

    /** Sends bytes as they are. */
    public void sendRaw(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
    }

    /** Sends bytes as they are, in Latin 1. */
    public void sendRaw(String bytes) throws IOException {
      sendRaw(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** What an accepting server says to the request that was read. */
    public String acceptKey() {
      return accept(header("sec-websocket-key"));
    }

    /** Reads a frame: its first byte, a space and its payload in Latin 1; checks the mask. */
    public String readFrame() throws IOException {
      int first = in.readUnsignedByte();
      return Integer.toHexString(first)
          + " "
          + new String(readPayload(), StandardCharsets.ISO_8859_1);
    }

    /** Reads a frame, and gives the key it was masked with. */
    public String readKey() throws IOException {
      in.readUnsignedByte();
      byte[] rest = new byte[readPayloadLength()];
      byte[] key = in.readNBytes(4);
      in.readFully(rest);
      return Arrays.toString(key);
    }

    /** Reads the header of a frame and leaves the rest; gives how many bytes that is. */
    public int beginFrame() throws IOException {
      in.readUnsignedByte();
      return readPayloadLength() + 4;
    }

    /** Reads bytes that do not matter. */
    public void skip(int bytes) throws IOException {
      in.readFully(new byte[bytes]);
    }

    /** Ends the stream to the client, and reads on. */
    public void shutdownOutput() throws IOException {
      socket.shutdownOutput();
    }

    /** Sends a Close frame. */
    public void sendClose(int code) throws IOException {
      sendFrame(0x88, new byte[] {(byte) (code >> 8), (byte) code});
    }

    /** Ends the connection with a reset. */
    public void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    /** Reads the next text message, whole. */
    public String readText() throws IOException {
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      while (true) {
        int first = in.readUnsignedByte();
        byte[] payload = readPayload();
        int opcode = first & 0x0F;
        if (opcode > 1) {
          throw new IOException("text expected, got opcode " + opcode);
        }
        message.writeBytes(payload);
        if ((first & 0x80) != 0) {
          return message.toString(StandardCharsets.UTF_8);
        }
      }
    }

    /** Reads until a Close frame comes; gives its code. */
    public int readClose() throws IOException {
      while (true) {
        int opcode = in.readUnsignedByte() & 0x0F;
        byte[] payload = readPayload();
        if (opcode == 8) {
          return payload.length < 2 ? 1005 : (payload[0] & 0xFF) << 8 | (payload[1] & 0xFF);
        }
      }
    }

    /** Waits until the client ends the connection. */
    public void awaitEnd() throws IOException {
      try {
        while (in.read() >= 0) {
          // whatever it sends
        }
      } catch (IOException reset) {
        // an end as well
      }
    }

    /** Answers every request with its own payload until the client goes. */
    public void echoForEver() throws IOException {
      while (true) {
        String request;
        try {
          request = readText();
        } catch (IOException gone) {
          return;
        }
        String id = request.replaceAll("^\\{\"id\":(\\d+).*", "$1");
        String payload = request.replaceAll("(?s)^.*?\"payload\":(.*)\\}$", "$1");
        sendText("{\"id\":" + id + ",\"payload\":" + payload + "}");
      }
    }

    private byte[] readPayload() throws IOException {
      byte[] payload = new byte[readPayloadLength()];
      byte[] mask = in.readNBytes(4);
      in.readFully(payload);
      for (int i = 0; i < payload.length; i++) {
        payload[i] ^= mask[i & 3];
      }
      return payload;
    }

    private int readPayloadLength() throws IOException {
      int second = in.readUnsignedByte();
      if ((second & 0x80) == 0) {
        throw new IOException("a frame without mask");
      }
      int length = second & 0x7F;
      return switch (length) {
        case 126 -> in.readUnsignedShort();
        case 127 -> (int) in.readLong();
        default -> length;
      };
    }

    private static String accept(String key) {
      try {
        MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
        byte[] digest = sha1.digest((key + ACCEPT_GUID).getBytes(StandardCharsets.ISO_8859_1));
        return Base64.getEncoder().encodeToString(digest);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
