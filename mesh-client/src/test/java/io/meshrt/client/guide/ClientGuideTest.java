// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.ClientError;
import io.meshrt.client.ClientLimits;
import io.meshrt.client.ClientStatus;
import io.meshrt.client.MeshClient;
import io.meshrt.client.MeshClientBuilder;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.client.collection.CollectionUpdate;
import io.meshrt.client.presence.PresenceEvent;
import io.meshrt.client.record.RecordUpdate;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The guide, {@code docs/client.md} and its neighbours, says what the code says. */
class ClientGuideTest {
  private static final Path DOCS = Path.of("..", "docs");
  private static final Path SNIPPETS =
      Path.of("src/test/java/io/meshrt/client/guide/ClientGuide.java");

  /** All its pages. */
  private static String guide() throws IOException {
    try (Stream<Path> pages = Files.list(DOCS)) {
      StringBuilder all = new StringBuilder();
      for (Path page : pages.sorted().toList()) {
        if (page.getFileName().toString().matches("client(-\\w+)?\\.md")) {
          all.append(Files.readString(page)).append('\n');
        }
      }
      return all.toString();
    }
  }

  @Test
  void everySnippetIsCompiled() throws IOException {
    String code = squeezed(Files.readString(SNIPPETS));

    List<String> snippets = snippets();

    assertThat(snippets).hasSizeGreaterThan(5);
    assertThat(snippets).allSatisfy(snippet -> assertThat(code).contains(squeezed(snippet)));
  }

  @Test
  void everyOptionOfTheBuilderIsDescribed() throws IOException {
    Set<String> options = new TreeSet<>();
    for (Method method : MeshClientBuilder.class.getDeclaredMethods()) {
      if (Modifier.isPublic(method.getModifiers()) && !method.getName().equals("build")) {
        options.add(method.getName());
      }
    }

    assertThat(describedOptions()).isEqualTo(options);
  }

  @Test
  void defaultsOfTheBuilderAreDescribed() throws Exception {
    Set<String> defaults = new TreeSet<>();
    Object timing = field(MeshClient.builder("ws://localhost"), "timing");
    for (RecordComponent component : timing.getClass().getRecordComponents()) {
      Object value = field(timing, component.getName());
      defaults.add(
          component.getName()
              + " "
              + (value instanceof Duration duration ? duration.toSeconds() + " s" : value));
    }
    ReconnectPolicy policy = ReconnectPolicy.defaults();
    assertThat(policy.delays()).isEqualTo(ReconnectPolicy.Delays.FULL_JITTER);
    assertThat(policy.maxAttempts()).isEqualTo(Integer.MAX_VALUE);
    defaults.add(
        "reconnect full jitter, %d ms to %d s, without end"
            .formatted(policy.minDelay().toMillis(), policy.maxDelay().toSeconds()));

    Set<String> described = new TreeSet<>();
    Matcher row = Pattern.compile("(?m)^\\| `(\\w+)\\([^|]*\\| ([^|]+) \\|").matcher(guide());
    while (row.find()) {
      described.add(row.group(1) + " " + row.group(2));
    }
    assertThat(described).containsAll(defaults);
  }

  private static Object field(Object owner, String name) throws ReflectiveOperationException {
    Field field = owner.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field.get(owner);
  }

  @Test
  void everyLimitIsDescribedWithItsDefault() throws Exception {
    Set<String> limits = new TreeSet<>();
    for (RecordComponent limit : ClientLimits.class.getRecordComponents()) {
      limits.add(limit.getName() + " " + limit.getAccessor().invoke(ClientLimits.defaults()));
    }

    Set<String> described = new TreeSet<>();
    Matcher row = Pattern.compile("(?m)^\\| `(max\\w+)` \\| ([\\d,]+) \\|").matcher(guide());
    while (row.find()) {
      described.add(row.group(1) + " " + row.group(2).replace(",", ""));
    }
    assertThat(described).isEqualTo(limits);
  }

  @Test
  void everyKindOfErrorAndEventIsDescribed() throws IOException {
    Set<String> words = new TreeSet<>();
    Matcher row = Pattern.compile("(?m)^\\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \\|").matcher(guide());
    while (row.find()) {
      words.addAll(List.of(row.group(1).replace("`", "").split(", ", -1)));
    }

    assertThat(words).containsAll(names(ClientError.Kind.values()));
    assertThat(words).containsAll(names(PresenceEvent.Type.values()));
    assertThat(words).containsAll(names(RecordUpdate.Reason.values()));
    assertThat(words).containsAll(names(CollectionUpdate.Reason.values()));
    assertThat(words).containsAll(names(ClientStatus.values()));
  }

  private static List<String> names(Enum<?>[] values) {
    return Stream.of(values).map(Enum::name).toList();
  }

  private static Set<String> describedOptions() throws IOException {
    Set<String> names = new TreeSet<>();
    Matcher row = Pattern.compile("(?m)^\\| `(\\w+)\\(").matcher(guide());
    while (row.find()) {
      names.add(row.group(1));
    }
    return names;
  }

  private static List<String> snippets() throws IOException {
    List<String> found = new ArrayList<>();
    Matcher block = Pattern.compile("(?s)```java\n(.*?)```").matcher(guide());
    while (block.find()) {
      found.add(block.group(1));
    }
    return found;
  }

  private static String squeezed(String code) {
    return code.replaceAll("\\s+", "");
  }
}
