// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

/** The limits whose hits are counted. */
public enum Limit {
  WAITING_COMMANDS("waiting-commands"),
  COMMAND_RATE("command-rate"),
  HANDLER_THREADS("handler-threads"),
  CALLS_TO_CLIENT("calls-to-client"),
  SUBSCRIPTIONS("subscriptions"),
  ROOMS("rooms"),
  PERSISTENT_ROOMS("persistent-rooms"),
  ROOM_MESSAGE_BYTES("room-message-bytes"),
  METADATA_BYTES("metadata-bytes"),
  PRESENCE_STATE_BYTES("presence-state-bytes"),
  CHANNEL_MESSAGE_BYTES("channel-message-bytes"),
  CHANNEL_HELD("channel-held"),
  CHANNEL_MIRROR("channel-mirror"),
  INBOX_MESSAGE_BYTES("inbox-message-bytes"),
  INBOX_DEVICES("inbox-devices"),
  RECORD_SIZE("record-size"),
  RECORD_WRITES("record-writes"),
  RECORD_HOOKS("record-hooks"),
  RECORD_MIRROR("record-mirror"),
  COLLECTION_SIZE("collection-size"),
  GUARDS("guards"),
  GUARD_TIMEOUT("guard-timeout"),
  OUTBOX("outbox"),
  OUTBOX_STALL("outbox-stall"),
  REPLY_SIZE("reply-size"),
  MALFORMED_MESSAGES("malformed-messages"),
  MISSED_PONGS("missed-pongs"),
  MESSAGE_BYTES("message-bytes"),
  MESSAGE_DEADLINE("message-deadline"),
  BUFFERED_BYTES("buffered-bytes"),
  CONNECTIONS("connections"),
  ADDRESS_CONNECTIONS("address-connections"),
  ADDRESS_UPGRADES("address-upgrades"),
  PENDING_AUTHENTICATIONS("pending-authentications"),
  AUTHENTICATION_DEADLINE("authentication-deadline"),
  COMMAND_TIMEOUT("command-timeout");

  private final String tag;

  Limit(String tag) {
    this.tag = tag;
  }

  String tag() {
    return tag;
  }
}
