// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.record;

import io.meshrt.client.internal.dialect.Names;
import io.meshrt.client.record.RecordTransaction;
import io.meshrt.client.record.RecordVersion;
import io.meshrt.client.record.WriteOptions;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A transaction that is being described. Belongs to the thread that does so. */
final class TransactionDraft implements RecordTransaction {
  private final JsonValues json;
  private final Map<String, RawJson> operations = new LinkedHashMap<>();
  private boolean conditional;

  TransactionDraft(JsonValues json) {
    this.json = json;
  }

  @Override
  public void write(String id, @Nullable Object value, WriteOptions options) {
    add(id, RecordCalls.writeOperation(id, json.encode(value), options), options);
  }

  @Override
  public void delete(String id) {
    add(id, RecordCalls.deleteOperation(id, WriteOptions.defaults()), WriteOptions.defaults());
  }

  @Override
  public void delete(String id, RecordVersion ifVersion) {
    WriteOptions options = WriteOptions.defaults().withIfVersion(ifVersion);
    add(id, RecordCalls.deleteOperation(id, options), options);
  }

  private void add(String id, RawJson operation, WriteOptions options) {
    Names.requireName("id", id);
    if (operations.putIfAbsent(id, operation) != null) {
      throw new IllegalArgumentException("id: " + id + " is in this transaction already");
    }
    conditional |= options.ifNumber().isPresent();
  }

  /** One of its records. */
  String anyId() {
    return operations.keySet().iterator().next();
  }

  /** The built-in command that does it. */
  String command() {
    return conditional ? Names.TRANSACTION_IF : Names.TRANSACTION;
  }

  /** What that is asked for; refuses a transaction that does nothing. */
  RawJson payload() {
    if (operations.isEmpty()) {
      throw new IllegalArgumentException("description: does nothing");
    }
    return RecordCalls.transaction(operations.values());
  }
}
