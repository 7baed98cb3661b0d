// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.internal.command.Answer;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.dialect.RecordShapes;
import io.meshrt.server.internal.exposure.Exposures;
import io.meshrt.server.internal.record.RecordRequests.Wanted;
import io.meshrt.server.internal.revocation.Attempt;
import io.meshrt.server.internal.session.Session;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Gives sessions what a record holds, once; a revocation that comes first wins. */
final class Reading {
  private final Exposures<Boolean> readable;
  private final Subscriptions subscriptions;
  private final RecordAccess access;
  private final Terms terms;

  Reading(
      Exposures<Boolean> readable, Subscriptions subscriptions, RecordAccess access, Terms terms) {
    this.readable = readable;
    this.subscriptions = subscriptions;
    this.access = access;
    this.terms = terms;
  }

  CompletionStage<Answer> read(Session session, Generation generation, Wanted wanted) {
    String id = wanted.id();
    Attempt attempt = subscriptions.begin(session, id);
    long begun = terms.now();
    return readable
        .admits(session, id)
        .thenCompose(
            admitted ->
                admitted ? access.read(id) : CompletableFuture.failedFuture(Subscribing.refusal()))
        .thenApply(
            stored -> {
              terms.requireUnbroken(begun);
              if (!attempt.tryAnswer()) {
                throw Subscribing.refusal();
              }
              return new Answer(
                  payload(generation, stored, wanted),
                  sent -> subscriptions.finish(session, id, attempt));
            })
        .whenComplete(
            (answer, failure) -> {
              if (failure != null) {
                subscriptions.finish(session, id, attempt);
              }
            });
  }

  private static RawJson payload(Generation generation, Stored stored, Wanted wanted) {
    Version version = stored.version();
    byte[] value = stored.value();
    RawJson json = value == null ? RawJson.NULL : RawJson.ofValid(value);
    return RecordShapes.value(
        generation,
        version.equals(wanted.known()) ? null : json,
        version.number(),
        version.stamp());
  }
}
