// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.internal.cluster.Catalogs.Entry;
import io.meshrt.server.internal.cluster.Catalogs.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What {@link Catalogs} promise. */
abstract class CatalogContract extends ClusterContract {
  private static final String CATALOG = "records";

  @Test
  void namesComeInTheOrderOfTheirCodePoints() {
    List<String> names = List.of("\uffee", "b", "a:2", "😀", "a:10", "a", "ü", "B", "a b\n{c}");

    add(names);

    assertThat(names(page("", "", 100)))
        .containsExactly("B", "a", "a b\n{c}", "a:10", "a:2", "b", "ü", "\uffee", "😀");
  }

  @Test
  void pageHasOnlyWhatBeginsWithThePrefix() {
    add(List.of("a", "ab", "ab:1", "ab:2", "abü", "ac", "b"));

    assertThat(names(page("ab", "", 100))).containsExactly("ab", "ab:1", "ab:2", "abü");
    assertThat(names(page("ab:", "", 100))).containsExactly("ab:1", "ab:2");
    assertThat(names(page("x", "", 100))).isEmpty();
    assertThat(names(page("ab:", "a", 100))).containsExactly("ab:1", "ab:2");
    assertThat(names(page("ab", "ab:1", 100))).containsExactly("ab:2", "abü");
  }

  @Test
  void pagesFollowEachOtherWithoutHoleOrRepetition() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      names.add(String.format("n:%02d", i));
    }
    add(names);

    List<String> read = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    Optional<String> after = Optional.of("");
    while (after.isPresent()) {
      Page page = page("n:", after.get(), 10);
      read.addAll(names(page));
      sizes.add(page.entries().size());
      after = page.next();
    }

    assertThat(read).isEqualTo(names);
    assertThat(sizes).containsExactly(10, 10, 5);
    assertThat(page("n:", "n:14", 10).next()).isEmpty();
  }

  @Test
  void nameAddedAgainHasAnotherToken() {
    add(List.of("a"));
    String before = token("a");

    add(List.of("a"));

    assertThat(token("a")).isNotEqualTo(before);
    assertThat(names(page("", "", 10))).containsExactly("a");
  }

  @Test
  void nameIsRemovedOnlyWithTheTokenItHas() {
    add(List.of("a", "b", "c"));
    Map<String, String> old =
        get(first().cluster().catalogs().tokens(CATALOG, List.of("a", "b", "no")));
    add(List.of("b"));

    get(second().cluster().catalogs().remove(CATALOG, old));

    assertThat(old.keySet()).containsExactlyInAnyOrder("a", "b");
    assertThat(names(page("", "", 10))).containsExactly("b", "c");
    assertThat(get(first().cluster().catalogs().tokens(CATALOG, List.of("a")))).isEmpty();
  }

  @Test
  void entriesTellTheirTokensAndAges() {
    add(List.of("a"));

    Entry entry = page("", "", 10).entries().get(0);
    Awaitility.await().until(() -> page("", "", 10).entries().get(0).ageMillis() >= 20);

    assertThat(entry.token()).isEqualTo(token("a"));
    assertThat(entry.ageMillis()).isBetween(0L, 10_000L);
  }

  @Test
  void catalogsAreApart() {
    add(List.of("a"));

    assertThat(get(second().cluster().catalogs().page("other", "", "", 10)).entries()).isEmpty();
    assertThat(get(second().cluster().catalogs().tokens(CATALOG, List.of()))).isEmpty();
  }

  private void add(List<String> names) {
    get(first().cluster().catalogs().add(CATALOG, names));
  }

  private Page page(String prefix, String after, int limit) {
    return get(second().cluster().catalogs().page(CATALOG, prefix, after, limit));
  }

  private String token(String name) {
    return get(second().cluster().catalogs().tokens(CATALOG, List.of(name))).get(name);
  }

  private static List<String> names(Page page) {
    return page.entries().stream().map(Entry::name).toList();
  }
}
