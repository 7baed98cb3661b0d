// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway;

import io.meshrt.gateway.internal.config.ConfigReading;
import io.meshrt.gateway.internal.config.DotEnv;
import io.meshrt.gateway.internal.config.Variable;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The program in the runnable jar. */
public final class GatewayMain {
  /** The exit status when the configuration or an argument is wrong. */
  static final int WRONG = 2;

  private static final int FAILED = 1;
  private static final String RESOURCE = "io/meshrt/gateway/gateway-log.xml";

  private final Map<String, String> variables;
  private final PrintStream out;
  private final PrintStream err;

  private GatewayMain(Map<String, String> variables, PrintStream out, PrintStream err) {
    this.variables = variables;
    this.out = out;
    this.err = err;
  }

  /**
   * Starts a gateway, or tells about its configuration.
   *
   * @param arguments none, or one of {@code --check-config}, {@code --print-config}, {@code --help}
   */
  public static void main(String[] arguments) throws InterruptedException {
    Map<String, String> variables;
    try {
      variables = DotEnv.under(Path.of(".env"), System.getenv());
    } catch (UncheckedIOException e) {
      System.err.println(e.getMessage());
      System.exit(WRONG);
      return;
    }
    prepareLog(variables);
    GatewayMain program = new GatewayMain(variables, System.out, System.err);
    if (arguments.length > 0) {
      System.exit(program.tell(arguments));
    }
    program.serve();
  }

  /** Before anything logs: who did not choose a log of their own gets one. */
  private static void prepareLog(Map<String, String> variables) {
    setUnlessSet("org.jboss.logging.provider", "slf4j");
    setUnlessSet("logback.configurationFile", RESOURCE);
    String node = ConfigReading.text(variables, Variable.NODE_NAME);
    setUnlessSet(
        "mesh.gateway.name",
        ConfigReading.text(variables, Variable.ENV) + (node.isEmpty() ? "" : " " + node));
    String log = ConfigReading.text(variables, Variable.LOG).toLowerCase(Locale.ROOT);
    boolean quiet = List.of("false", "0").contains(log);
    setUnlessSet("mesh.gateway.level", quiet ? "WARN" : "INFO");
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  private void serve() throws InterruptedException {
    MeshGateway gateway;
    try {
      gateway = MeshGateway.startProgram(GatewayConfig.of(variables));
    } catch (GatewayConfigException e) {
      tell(e);
      System.exit(WRONG);
      return;
    } catch (RuntimeException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      err.println("the gateway cannot start: " + cause.getMessage());
      System.exit(FAILED);
      return;
    }
    gateway.awaitExit();
  }

  private int tell(String[] arguments) {
    String argument = arguments.length == 1 ? arguments[0] : "";
    switch (argument) {
      case "--help" -> help();
      case "--check-config", "--print-config" -> {
        return tellConfig(argument.equals("--print-config"));
      }
      default -> {
        err.println("unknown: " + String.join(" ", arguments) + "; --help tells what there is");
        return WRONG;
      }
    }
    return 0;
  }

  private int tellConfig(boolean print) {
    ConfigReading reading = ConfigReading.of(variables);
    if (print) {
      out.print(reading.print());
    }
    reading.notices().forEach(notice -> err.println("note: " + notice));
    try {
      MeshGateway.requireWayIn(GatewayConfig.of(variables), null);
    } catch (GatewayConfigException e) {
      tell(e);
      return WRONG;
    }
    if (!print) {
      out.println("the configuration is good");
    }
    return 0;
  }

  private void tell(GatewayConfigException wrong) {
    err.println("the configuration is wrong:");
    Objects.requireNonNull(wrong.problems()).forEach(problem -> err.println("  " + problem));
  }

  private void help() {
    out.println("java -jar mesh-gateway.jar [--check-config | --print-config | --help]");
    out.println();
    out.println("Configured by these variables, of the environment or of a file .env:");
    for (Variable variable : Variable.values()) {
      String fallback = variable.fallback().isEmpty() ? "" : "=" + variable.fallback();
      out.println();
      out.println("  " + variable.key() + fallback);
      out.println("    " + variable.meaning());
      if (!variable.aliases().isEmpty()) {
        out.println("    also " + String.join(", ", variable.aliases()));
      }
    }
  }
}
