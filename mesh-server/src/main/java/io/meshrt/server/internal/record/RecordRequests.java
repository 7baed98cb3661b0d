// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.internal.exposure.Fields;
import io.meshrt.server.record.WriteStrategy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What clients ask of records. What does not fit fails with {@code EBADREQUEST}. */
final class RecordRequests {
  private static final double MAX_EXACT = 9_007_199_254_740_991d;
  private static final int MAX_STAMP_CHARACTERS = 64;

  private final int maxOperations;

  /** With so many operations in a transaction at most. */
  RecordRequests(int maxOperations) {
    this.maxOperations = maxOperations;
  }

  /**
   * A record to be read.
   *
   * @param known the version the client has, null if none
   */
  record Wanted(String id, RecordMode mode, @Nullable Version known) {}

  /**
   * One operation.
   *
   * @param value null deletes
   * @param expected null writes upon any version
   */
  record Operation(
      String id,
      @Nullable JsonNode value,
      WriteStrategy strategy,
      Job.@Nullable Expected expected) {
    String name() {
      return value == null ? "delete" : "write";
    }
  }

  String id(Request request) {
    return fields(request).name("recordId");
  }

  Wanted wanted(Request request) {
    Fields fields = fields(request);
    boolean patches = fields.text("mode").filter("patch"::equals).isPresent();
    Version known = request.generation() == Generation.V1 ? version(fields.inner("have")) : null;
    return new Wanted(fields.name("recordId"), patches ? RecordMode.PATCH : RecordMode.FULL, known);
  }

  Operation write(Request request) {
    Fields fields = fields(request);
    return operation(fields, fields.value("newValue"));
  }

  List<Operation> operations(Request request) {
    Fields fields = fields(request);
    List<Operation> operations = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (Fields item : fields.list("operations")) {
      String kind = item.text("op").orElse("");
      Operation operation =
          switch (kind) {
            case "write" -> operation(item, item.value("value"));
            case "delete" -> operation(item, null);
            default -> throw item.unfit("op", "neither write nor delete");
          };
      if (!ids.add(operation.id())) {
        throw item.unfit("recordId", "more than once in this transaction");
      }
      operations.add(operation);
    }
    if (operations.isEmpty() || operations.size() > maxOperations) {
      throw fields.unfit("operations", "not 1 to " + maxOperations);
    }
    return operations;
  }

  private static Operation operation(Fields fields, @Nullable JsonNode value) {
    Fields options = fields.inner("options");
    WriteStrategy strategy =
        switch (options.text("strategy").orElse("replace")) {
          case "replace" -> WriteStrategy.REPLACE;
          case "merge" -> WriteStrategy.MERGE;
          case "deepMerge" -> WriteStrategy.DEEP_MERGE;
          default -> throw options.unfit("strategy", "none of replace, merge, deepMerge");
        };
    return new Operation(fields.name("recordId"), value, strategy, expected(options));
  }

  private static Job.@Nullable Expected expected(Fields options) {
    OptionalDouble number = options.number("ifVersion");
    Optional<String> stamp = stamp(options, "ifStamp");
    if (number.isPresent()) {
      long version = whole(options, "ifVersion", number.getAsDouble());
      return new Job.Expected(version, stamp.orElse(null));
    }
    if (stamp.isPresent()) {
      throw options.unfit("ifStamp", "without an ifVersion");
    }
    return null;
  }

  private static @Nullable Version version(Fields fields) {
    OptionalDouble number = fields.number("version");
    Optional<String> stamp = stamp(fields, "stamp");
    return number.isEmpty() || stamp.isEmpty()
        ? null
        : new Version(whole(fields, "version", number.getAsDouble()), stamp.get());
  }

  private static Optional<String> stamp(Fields fields, String field) {
    Optional<String> stamp = fields.text(field);
    if (stamp.isPresent() && stamp.get().length() > MAX_STAMP_CHARACTERS) {
      throw fields.unfit(field, "too long");
    }
    return stamp;
  }

  private static long whole(Fields fields, String field, double number) {
    if (number < 0 || number > MAX_EXACT || number != Math.floor(number)) {
      throw fields.unfit(field, "not the number of a version");
    }
    return (long) number;
  }

  private static Fields fields(Request request) {
    return Fields.of(request, RecordJson.values());
  }

  static CommandException notWritable(String id) {
    return CommandException.accessDenied(
        "Record \"" + id + "\" is not writable by this connection.");
  }
}
