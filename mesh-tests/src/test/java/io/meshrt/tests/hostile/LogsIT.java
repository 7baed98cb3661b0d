// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import io.meshrt.server.MeshServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Nothing of payloads, metadata and credentials is in a line, however much is logged. */
class LogsIT extends HostileSuite {
  private static final String MARK = "not-for-the-log";

  @Override
  void open(MeshServer offered) {
    super.open(offered);
    offered.exposeChannel(
        "fails",
        (connection, name) -> {
          throw new IllegalStateException("of a guard");
        });
  }

  @Test
  void nothingOfAPayloadIsLogged() throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger("io.meshrt");
    Level before = logger.getLevel();
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    logger.setLevel(Level.TRACE);
    try {
      for (Tongue tongue : Tongue.values()) {
        try (Attacker attacker = Attacker.open(tongue, port())) {
          sayInEveryWay(attacker, tongue);
          assertThat(attacker.heard()).contains(MARK);
        }
      }
    } finally {
      logger.setLevel(before);
      logger.detachAppender(lines);
    }

    List<ILoggingEvent> logged;
    synchronized (lines) { // as its own methods are
      logged = List.copyOf(lines.list);
    }
    List<String> texts = logged.stream().map(LogsIT::text).toList();
    assertThat(String.join("\n", texts)).contains("of a guard").doesNotContain(MARK);
    assertHarmless("");
  }

  private static void sayInEveryWay(Attacker attacker, Tongue tongue) throws Exception {
    for (BuiltInRequest request : BuiltInRequest.ALL) {
      if (request.isKnownTo(tongue)) {
        for (Map.Entry<String, FieldKind> field : request.fields().entrySet()) {
          if (field.getValue() != FieldKind.NAME) {
            String payload = request.payload(field.getKey(), "\"" + MARK + "\"");
            attacker.askBuiltIn(request.name(), payload);
          }
        }
        attacker.askBuiltIn(request.name(), "\"" + MARK + "\"");
      }
    }
    attacker.send("{\"id\":0,\"command\":\"echo\",\"payload\":\"" + MARK);
    attacker.send("{\"id\":0,\"error\":{\"code\":\"" + MARK + "\",\"message\":\"" + MARK + "\"}}");
    attacker.send("{\"id\":0,\"payload\":\"" + MARK + "\"}");
    attacker.askBuiltIn("subscribe-channel", "{\"channel\":\"fails\",\"x\":\"" + MARK + "\"}");
    attacker.ask("nobody", "\"" + MARK + "\"");
    attacker.ask("echo", "\"" + MARK + "\"");
  }

  private static String text(ILoggingEvent event) {
    String message = event.getFormattedMessage();
    return event.getThrowableProxy() == null
        ? message
        : message + ThrowableProxyUtil.asString(event.getThrowableProxy());
  }
}
