// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.session;

import io.meshrt.client.ClientCommandHandler;
import io.meshrt.client.Registration;
import io.meshrt.client.internal.call.CallLine;
import io.meshrt.client.internal.dialect.Inbound;
import io.meshrt.client.internal.loop.Loop;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.core.protocol.RequestId;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commands that the server may ask this client to run. Registering is thread-safe; requests
 * come on the state thread, handlers run on the callback executor. Each request is answered once,
 * unless its connection has ended by then.
 */
public final class ServerCommands {
  private static final Logger log = LoggerFactory.getLogger(ServerCommands.class);
  private static final String INTERNAL_FAILURE = "The client failed to run the command.";

  private final Loop loop;
  private final Executor callbacks;
  private final JsonValues json;
  private final int maxRunning;
  private final Map<String, ClientCommandHandler> handlers = new ConcurrentHashMap<>();
  private int running; // state thread

  /** No commands yet; at most {@code maxRunning} at the same time. */
  public ServerCommands(Loop loop, Executor callbacks, JsonValues json, int maxRunning) {
    this.loop = loop;
    this.callbacks = callbacks;
    this.json = json;
    this.maxRunning = maxRunning;
  }

  /** Adds a command, in place of an earlier one of that name. */
  public Registration register(String name, ClientCommandHandler handler) {
    Objects.requireNonNull(handler, "handler");
    handlers.put(name, handler);
    return () -> handlers.remove(name, handler);
  }

  void onRequest(CallLine line, Inbound request) {
    RequestId id = Objects.requireNonNull(request.id());
    ClientCommandHandler handler = handlers.get(request.name());
    if (handler == null) {
      fail(line, id, CommandException.notFound("Command \"" + request.name() + "\" not found"));
    } else if (running >= maxRunning) {
      fail(line, id, new CommandException(ErrorCode.LIMIT, "The client runs too many commands."));
    } else {
      running++;
      callbacks.execute(() -> run(line, id, handler, request));
    }
  }

  private void run(CallLine line, RequestId id, ClientCommandHandler handler, Inbound request) {
    try {
      Object result = handler.handle(new IncomingCommand(json, request.name(), request.payload()));
      if (result instanceof CompletionStage<?> stage) {
        stage.whenComplete(
            (value, failure) -> {
              if (failure == null) {
                answer(line, id, request.name(), value);
              } else {
                failed(line, id, request.name(), failure);
              }
            });
      } else {
        answer(line, id, request.name(), result);
      }
    } catch (Throwable e) { // whatever a handler throws must not leave the server without an answer
      failed(line, id, request.name(), e);
    }
  }

  private void answer(CallLine line, RequestId id, String name, @Nullable Object value) {
    RawJson payload;
    try {
      payload = json.encode(value);
    } catch (RuntimeException | StackOverflowError e) {
      failed(line, id, name, e);
      return;
    }
    loop.execute(
        () -> {
          running--;
          byte[] frame = line.dialect().reply(id, payload);
          if (frame.length > line.limits().maxMessageBytes()) {
            fail(line, id, new CommandException(ErrorCode.TOO_LARGE, "The result is too large."));
          } else {
            line.send(frame);
          }
        });
  }

  private void failed(CallLine line, RequestId id, String name, Throwable thrown) {
    Throwable failure = unwrapped(thrown);
    CommandException told =
        failure instanceof CommandException meant
            ? meant
            : new CommandException(ErrorCode.SERVER, INTERNAL_FAILURE);
    loop.execute(
        () -> {
          running--;
          fail(line, id, told);
        });
    if (told != failure) {
      log.warn("command {} of the server failed", name, failure); // may throw as the failure does
    }
  }

  private void fail(CallLine line, RequestId id, CommandException failure) {
    byte[] frame;
    try {
      frame = frame(line, id, failure);
    } catch (RuntimeException | StackOverflowError e) { // of the application's exception or data
      frame = line.dialect().failure(id, ErrorCode.SERVER.wire(), INTERNAL_FAILURE, null);
    }
    if (frame.length > line.limits().maxMessageBytes()) {
      frame =
          line.dialect()
              .failure(id, ErrorCode.TOO_LARGE.wire(), "What the failure says is too large.", null);
    }
    line.send(frame);
  }

  private byte[] frame(CallLine line, RequestId id, CommandException failure) {
    String message = failure.getMessage();
    RawJson data = failure.data().map(json::encode).orElse(null);
    return line.dialect().failure(id, failure.code(), message == null ? "" : message, data);
  }

  private static Throwable unwrapped(Throwable thrown) {
    Throwable cause = thrown.getCause();
    return thrown instanceof CompletionException && cause != null ? cause : thrown;
  }
}
