// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.core.codec.JsonValues;
import io.meshrt.server.channel.HistoryRequest;
import io.meshrt.server.internal.channel.PersonalChannels;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.dialect.ApplicationNames;
import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.internal.exposure.Fields;
import org.jspecify.annotations.Nullable;

/** Reads what clients ask of their inbox; what does not fit fails with {@code EBADREQUEST}. */
final class InboxRequests {
  static final int MAX_DEVICE_BYTES = 64;
  private static final int DEFAULT_LIMIT = 50;

  private final JsonValues json;

  InboxRequests(JsonValues json) {
    this.json = json;
  }

  /**
   * A subscription.
   *
   * @param recover where to go on; null where the device has come to
   * @param fromEnd whether what was kept so far is not wanted
   */
  record Wanted(String device, @Nullable Cursor recover, boolean fromEnd) {}

  /**
   * A page.
   *
   * @param after where to begin; {@link Position#NONE} for the newest
   */
  record Page(Position after, int limit) {}

  /** Everything up to a message has been handled. */
  record Acknowledgement(String device, Cursor place) {}

  Wanted subscription(Request request) {
    Fields fields = Fields.of(request, json);
    String from = fields.text("from").orElse("unread");
    if (!from.equals("unread") && !from.equals("end")) {
      throw fields.unfit("from", "neither unread nor end");
    }
    Position position = PersonalChannels.position(fields, "recover");
    Cursor recover =
        position.isNumbered() ? new Cursor(position, time(fields.inner("recover"))) : null;
    return new Wanted(device(fields), recover, from.equals("end") && recover == null);
  }

  Page page(Request request) {
    Fields fields = Fields.of(request, json);
    double limit = Math.floor(fields.number("limit").orElse(DEFAULT_LIMIT));
    return new Page(
        PersonalChannels.position(fields, "after"),
        (int) Math.max(0, Math.min(limit, HistoryRequest.MAX_MESSAGES)));
  }

  Acknowledgement acknowledgement(Request request) {
    Fields fields = Fields.of(request, json);
    if (fields.text("epoch").isEmpty()) {
      throw fields.unfit("epoch", "missing");
    }
    if (fields.number("offset").isEmpty()) {
      throw fields.unfit("offset", "missing");
    }
    Cursor place = new Cursor(PersonalChannels.position(fields), time(fields));
    return new Acknowledgement(device(fields), place);
  }

  /** Of the message at a position; 0 where the client does not say, as older ones do. */
  private static long time(Fields fields) {
    return Math.max(0, (long) fields.number("time").orElse(0));
  }

  private static String device(Fields fields) {
    String device = fields.text("device").orElse("");
    if (device.isEmpty()) {
      return device;
    }
    String flaw = ApplicationNames.flawOf(device);
    if (flaw == null && device.getBytes(UTF_8).length > MAX_DEVICE_BYTES) {
      flaw = "longer than " + MAX_DEVICE_BYTES + " bytes";
    }
    if (flaw != null) {
      throw fields.unfit("device", flaw);
    }
    return device;
  }
}
