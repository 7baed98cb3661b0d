// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.command;

import io.meshrt.server.internal.dialect.Failure;
import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.internal.metrics.CommandMeter;
import io.meshrt.server.internal.metrics.Outcome;
import io.meshrt.server.internal.session.RequestHandler;
import io.meshrt.server.internal.session.Session;
import org.jspecify.annotations.Nullable;

/**
 * Takes each request from the session and starts its run: right here, on the I/O thread, when
 * nothing in its chain may block and nothing of the connection waits; else through the connection's
 * start queue.
 */
final class Dispatcher implements RequestHandler {
  private final CommandTable table;
  private final RunServices services;
  private final boolean authenticationRequired;
  private final Turns turns = new Turns();
  private final Turns ordered = new Turns();

  Dispatcher(CommandTable table, RunServices services, boolean authenticationRequired) {
    this.table = table;
    this.services = services;
    this.authenticationRequired = authenticationRequired;
  }

  @Override
  public void onRequest(Session session, Request request) {
    if (!session.beginRequest(request)) {
      return;
    }
    CommandEntry entry = table.find(request);
    if (entry == null) {
      refuse(
          session, request, Failure.unknownCommand(request), services.metrics().unknownCommand());
    } else if (mustAuthenticate(session, entry)) {
      refuse(session, request, Failures.notAuthenticated(), entry.meter());
    } else {
      start(
          session, new CommandRun(services, session, request, entry, turn(session, entry)), entry);
    }
  }

  private Turns.@Nullable Turn turn(Session session, CommandEntry entry) {
    if (entry.inTurn()) {
      return turns.take(session);
    }
    return entry.ordered() ? ordered.take(session) : null;
  }

  Turns turns() {
    return turns;
  }

  private boolean mustAuthenticate(Session session, CommandEntry entry) {
    return authenticationRequired && !entry.beforeAuthentication() && session.identity().isEmpty();
  }

  private static void refuse(
      Session session, Request request, Failure failure, CommandMeter meter) {
    session.endRequest(request);
    session.fail(request, failure);
    meter.record(Outcome.REFUSED, 0);
  }

  private static void start(Session session, CommandRun run, CommandEntry entry) {
    if (!entry.chain().mayBlock && session.mayRunInline()) {
      session.onCommandStarted();
      run.runInline();
    } else if (!session.enqueue(run)) {
      run.refuse(Failures.tooManyWaiting());
    }
  }
}
