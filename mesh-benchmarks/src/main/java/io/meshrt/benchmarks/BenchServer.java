// SPDX-License-Identifier: Apache-2.0
package io.meshrt.benchmarks;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.command.CommandOptions;
import io.meshrt.server.record.RecordVersion;
import io.meshrt.server.record.WriteOptions;
import io.meshrt.server.record.WriteStrategy;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The server that load generators measure: binds 127.0.0.1, any path, and echoes. */
public final class BenchServer {
  private static final String RECORD = "rec1";
  private static final int FIELDS = 100;

  private BenchServer() {}

  /**
   * Serves until the process is ended.
   *
   * @param args {@code --port N} (8080 when left out); {@code --redis URL} makes it one node of
   *     many
   */
  public static void main(String[] args) throws InterruptedException {
    int port = 8080;
    String redis = "";
    for (int i = 0; i + 1 < args.length; i += 2) {
      switch (args[i]) {
        case "--port" -> port = Integer.parseInt(args[i + 1]);
        case "--redis" -> redis = args[i + 1];
        default -> throw new IllegalArgumentException("unknown option: " + args[i]);
      }
    }
    MeshServerBuilder builder = MeshServer.builder().host("127.0.0.1").port(port);
    MeshServer server = (redis.isEmpty() ? builder : builder.redis(redis)).build();
    server.registerCommand("echo", ctx -> ctx.rawPayload(), CommandOptions.runNonBlocking());
    server.registerCommand("echo-blocking", ctx -> ctx.rawPayload());
    server.exposeRoom("r1");
    server.registerCommand(
        "pub", ctx -> toRoom(server, ctx.rawPayload()), CommandOptions.runNonBlocking());
    server.exposeChannel("r1");
    server.registerCommand(
        "pubch", ctx -> toChannel(server, ctx.rawPayload()), CommandOptions.runNonBlocking());
    server.exposeRecord(RECORD);
    server.registerCommand(
        "recset", ctx -> toRecord(server, ctx.rawPayload()), CommandOptions.runNonBlocking());
    server.start();
    server.publishRecordUpdate(RECORD, fields()).join();
    System.out.println("ready");
    new CountDownLatch(1).await();
  }

  private static CompletionStage<?> toRoom(MeshServer server, RawJson payload) {
    return server.rooms().broadcast("r1", "msg", payload);
  }

  private static CompletionStage<?> toChannel(MeshServer server, RawJson payload) {
    return server.publishToChannel("r1", payload.toString());
  }

  private static CompletionStage<?> toRecord(MeshServer server, RawJson payload) {
    return server
        .publishRecordUpdate(
            RECORD, payload, WriteOptions.defaults().withStrategy(WriteStrategy.MERGE))
        .thenApply(RecordVersion::number);
  }

  private static Map<String, String> fields() {
    return IntStream.range(0, FIELDS)
        .boxed()
        .collect(Collectors.toMap(field -> "f" + field, field -> "value-" + field));
  }
}
