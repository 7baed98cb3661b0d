// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.internal.command.Commands;
import io.meshrt.server.internal.dialect.RecordShapes;
import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.internal.exposure.Exposures;
import io.meshrt.server.internal.record.RecordRequests.Operation;
import io.meshrt.server.internal.record.RecordRequests.Wanted;
import io.meshrt.server.internal.record.Subscriptions.Wish;
import io.meshrt.server.internal.session.Session;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What clients may ask of records; each request is checked anew. */
final class RecordCommands {
  private final RecordRequests requests;
  private final Exposures<Boolean> writable;
  private final Subscribing subscribing;
  private final Reading reading;
  private final Subscriptions subscriptions;
  private final RecordAccess access;

  RecordCommands(
      RecordRequests requests,
      Exposures<Boolean> writable,
      Subscribing subscribing,
      Reading reading,
      Subscriptions subscriptions,
      RecordAccess access) {
    this.requests = requests;
    this.writable = writable;
    this.subscribing = subscribing;
    this.reading = reading;
    this.subscriptions = subscriptions;
    this.access = access;
  }

  void registerIn(Commands commands) {
    commands.registerBuiltIn("subscribe-record", this::subscribe);
    commands.registerBuiltIn("unsubscribe-record", this::unsubscribe);
    commands.registerBuiltIn("get-record", this::read);
    commands.registerBuiltIn("publish-record-update", this::write);
    commands.registerBuiltIn("transaction", this::transaction);
  }

  private CompletionStage<?> subscribe(Session session, Request request) {
    Wanted wanted = requests.wanted(request);
    Wish wish =
        new Wish(
            session,
            request.generation(),
            wanted.id(),
            access.group(wanted.id()),
            wanted.mode(),
            wanted.known());
    return subscribing.subscribe(wish);
  }

  private CompletionStage<?> unsubscribe(Session session, Request request) {
    return subscriptions.end(session, requests.id(request), false);
  }

  private CompletionStage<?> read(Session session, Request request) {
    return reading.read(session, request.generation(), requests.wanted(request));
  }

  private CompletionStage<?> write(Session session, Request request) {
    Operation operation = requests.write(request);
    return writable
        .admits(session, operation.id())
        .thenCompose(
            admitted ->
                admitted
                    ? access.run(List.of(operation))
                    : CompletableFuture.failedFuture(RecordRequests.notWritable(operation.id())))
        .thenApply(
            done -> {
              Version version = version(done, operation);
              return RecordShapes.written(request.generation(), version.number(), version.stamp());
            });
  }

  private CompletionStage<?> transaction(Session session, Request request) {
    List<Operation> operations = requests.operations(request);
    CompletableFuture<?> admitted = CompletableFuture.completedFuture(null);
    for (Operation operation : operations) {
      admitted =
          admitted.thenCombine(
              writable.admits(session, operation.id()),
              (before, may) -> {
                if (!may) {
                  throw RecordRequests.notWritable(operation.id());
                }
                return before;
              });
    }
    return admitted
        .thenCompose(all -> access.run(operations))
        .thenApply(
            done ->
                RecordShapes.transaction(
                    request.generation(),
                    UUID.randomUUID().toString(),
                    operations.stream().map(operation -> result(done, operation)).toList()));
  }

  private static RecordShapes.Result result(Map<String, Job.Done> done, Operation operation) {
    Version version = version(done, operation);
    return new RecordShapes.Result(
        operation.name(), operation.id(), version.number(), version.stamp());
  }

  private static Version version(Map<String, Job.Done> done, Operation operation) {
    Job.Done one = done.get(operation.id());
    if (one == null) {
      throw CommandException.notFound("There is no such record.");
    }
    return one.version();
  }
}
