// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.internal.websocket;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** One case of {@code test-data/websocket/frame-cases.json}; the README beside it says the form. */
public final class FrameCase {
  private static final Path FILE = Path.of("..", "test-data", "websocket", "frame-cases.json");
  private static final HexFormat HEX = HexFormat.of();

  private final String name;
  private final byte[] stream;
  private final int maxMessageBytes;
  private final JsonNode expect;

  private FrameCase(JsonNode node, byte[] mask, int maxMessageBytes) {
    this.name = node.required("id").asText() + " " + node.required("name").asText();
    this.stream = stream(node.required("frames"), mask);
    this.maxMessageBytes = maxMessageBytes;
    this.expect = node.required("expect");
  }

  public static List<FrameCase> all() {
    try {
      JsonNode root = new ObjectMapper().readTree(FILE.toFile());
      byte[] mask = HEX.parseHex(root.required("mask").asText());
      int maxMessageBytes = root.required("maxMessageBytes").asInt();
      var cases = new ArrayList<FrameCase>();
      for (JsonNode node : root.required("cases")) {
        cases.add(new FrameCase(node, mask, maxMessageBytes));
      }
      return cases;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public byte[] stream() {
    return stream;
  }

  public int maxMessageBytes() {
    return maxMessageBytes;
  }

  public boolean staysOpen() {
    return expect.required("close").isNull();
  }

  public boolean acceptsAnotherFrame() {
    return !expect.path("incomplete").asBoolean();
  }

  int violationCode() {
    JsonNode close = expect.required("close");
    return close.path("by").asText().equals("server") ? close.required("code").asInt() : 0;
  }

  List<String> events() {
    var events = new ArrayList<String>();
    for (JsonNode event : expect.required("events")) {
      byte[] payload = payload(event);
      String line =
          RecordingListener.line(event.required("type").asText(), payload, 0, payload.length);
      for (int count = 0; count < event.path("times").asInt(1); count++) {
        events.add(line);
      }
    }
    JsonNode close = expect.required("close");
    if (close.path("by").asText().equals("peer")) {
      events.add("close " + close.required("code") + " " + close.required("reason").asText());
    }
    return events;
  }

  /** The category of the Autobahn test suite that the case belongs to. */
  public int category() {
    return Integer.parseInt(name.substring(0, name.indexOf('.')));
  }

  /** What a decoder makes of the stream; of a violation only the code is told. */
  public Outcome expected() {
    String end = violationCode() == 0 ? Outcome.OPEN : "violation " + violationCode();
    return new Outcome(events(), end, !acceptsAnotherFrame());
  }

  @Override
  public String toString() {
    return name;
  }

  private static byte[] stream(JsonNode frames, byte[] mask) {
    var out = new ByteArrayOutputStream();
    for (JsonNode frame : frames) {
      byte[] bytes = frame.has("rawHex") ? hex(frame, "rawHex") : frame(frame, mask).bytes();
      for (int count = 0; count < frame.path("times").asInt(1); count++) {
        out.writeBytes(bytes);
      }
    }
    return out.toByteArray();
  }

  private static ClientFrame frame(JsonNode node, byte[] mask) {
    byte[] payload = payload(node);
    ClientFrame frame =
        ClientFrame.of(node.required("opcode").asInt(), payload)
            .withReservedBits(node.path("rsv").asInt(0))
            .withMask(node.has("mask") ? hex(node, "mask") : mask)
            .withLengthForm(node.path("lengthForm").asText("minimal"))
            .announcing(node.path("announced").asLong(payload.length));
    frame = node.path("fin").asBoolean(true) ? frame : frame.notFinal();
    return node.path("masked").asBoolean(true) ? frame : frame.withoutMask();
  }

  private static byte[] payload(JsonNode node) {
    if (node.has("payloadUtf8")) {
      return ClientFrame.utf8(node.get("payloadUtf8").asText());
    }
    if (node.has("payloadHex")) {
      return hex(node, "payloadHex");
    }
    JsonNode repeat = node.required("repeat");
    return HEX.parseHex(repeat.required("hex").asText().repeat(repeat.required("count").asInt()));
  }

  private static byte[] hex(JsonNode node, String name) {
    return HEX.parseHex(node.required(name).asText());
  }
}
