// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.source.util.JavacTask;
import io.meshrt.core.protocol.CommandException;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compiles what users may write: no spelling drops the stage of an asynchronous check silently. */
class MiddlewareFormsTest {
  private static final String CLASS_PATH =
      Stream.of(
              MeshServer.class,
              CommandException.class,
              JsonNode.class,
              TypeReference.class,
              JsonProperty.class,
              MeterRegistry.class,
              Nullable.class)
          .map(MiddlewareFormsTest::locationOf)
          .collect(Collectors.joining(File.pathSeparator));

  @Test
  void lambdaThatReturnsAStageFromAnExpressionDoesNotCompile() {
    List<String> errors = compile("server.addMiddleware(ctx -> checkLater(ctx));");

    assertThat(errors).singleElement().asString().contains("ambiguous");
  }

  @Test
  void checkThatReturnsAStageFromAnExpressionDoesNotCompileInBeforeEither() {
    List<String> errors = compile("Middleware.before(ctx -> checkLater(ctx));");

    assertThat(errors).isNotEmpty().first().asString().contains("ambiguous");
  }

  @Test
  void methodReferenceThatCouldMeanBothDoesNotCompile() {
    List<String> errors = compile("server.addMiddleware(this::overloaded);");

    assertThat(errors).isNotEmpty().first().asString().contains("ambiguous");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ctx -> { check(ctx); }",
        "ctx -> { if (ctx.connection().identity().isEmpty()) throw"
            + " CommandException.unauthorized(\"\"); }",
        "(CommandContext ctx) -> check(ctx)",
        "this::check",
        "(Middleware.Check) ctx -> check(ctx)"
      })
  void plainChecksCompileAsChecks(String middleware) {
    assertThat(compile("expectCheck(" + middleware + ");")).isEmpty();
    assertThat(compile("server.addMiddleware(" + middleware + ");")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ctx -> { return checkLater(ctx); }",
        "(CommandContext ctx) -> checkLater(ctx)",
        "(CommandContext ctx) -> { return checkLater(ctx); }",
        "this::checkLater",
        "(Middleware.AsyncCheck) ctx -> checkLater(ctx)"
      })
  void checksThatAnswerLaterCompileAsAsynchronousChecks(String middleware) {
    assertThat(compile("expectAsyncCheck(" + middleware + ");")).isEmpty();
    assertThat(compile("server.addMiddleware(" + middleware + ");")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(ctx, next) -> next.run()",
        "(ctx, next) -> checkLater(ctx).thenCompose(ok -> next.run())",
        "this::around",
        "Middleware.nonBlocking(Middleware.before((CommandContext ctx) -> check(ctx)))"
      })
  void wrappingFormsCompileAsMiddleware(String middleware) {
    assertThat(compile("expectMiddleware(" + middleware + ");")).isEmpty();
    assertThat(compile("server.addMiddleware(" + middleware + ");")).isEmpty();
  }

  /** Overloads as those of the server, with results that tell which of them was chosen. */
  private static List<String> compile(String statement) {
    String source =
        """
        import io.meshrt.core.protocol.CommandException;
        import io.meshrt.server.MeshServer;
        import io.meshrt.server.command.CommandContext;
        import io.meshrt.server.command.Middleware;
        import java.util.concurrent.CompletableFuture;
        import java.util.concurrent.CompletionStage;

        abstract class Subject {
          interface Chose {}
          interface ChoseCheck extends Chose {}
          interface ChoseAsyncCheck extends Chose {}
          interface ChoseMiddleware extends Chose {}

          abstract ChoseCheck choose(Middleware.Check check);
          abstract ChoseAsyncCheck choose(Middleware.AsyncCheck check);
          abstract ChoseMiddleware choose(Middleware middleware);

          abstract void check(CommandContext ctx);
          abstract CompletableFuture<Void> checkLater(CommandContext ctx);
          abstract CompletionStage<?> around(CommandContext ctx, Middleware.Next next);
          abstract void overloaded(CommandContext ctx);
          abstract CompletableFuture<Void> overloaded(Object ctx);

          void use(MeshServer server) {
            STATEMENT
          }
        }
        """
            .replace(
                "STATEMENT",
                statement.replaceFirst(
                    "^expect(\\w+)\\((.*)\\);$", "Chose$1 chosen = choose($2);"));
    return errorsOf(source);
  }

  private static List<String> errorsOf(String source) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    assertThat(compiler).as("the tests run on a JDK").isNotNull();
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    List<String> options = List.of("-proc:none", "-cp", CLASS_PATH);
    try {
      // Analysis reports everything that overload resolution has to say; no class is written.
      ((JavacTask)
              compiler.getTask(
                  null, null, diagnostics, options, null, List.of(new SourceText(source))))
          .analyze();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return diagnostics.getDiagnostics().stream()
        .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
        .map(diagnostic -> diagnostic.getMessage(Locale.ROOT))
        .toList();
  }

  private static String locationOf(Class<?> type) {
    try {
      return new File(type.getProtectionDomain().getCodeSource().getLocation().toURI()).getPath();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class SourceText extends SimpleJavaFileObject {
    private final String text;

    SourceText(String text) {
      super(URI.create("string:///Subject.java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
