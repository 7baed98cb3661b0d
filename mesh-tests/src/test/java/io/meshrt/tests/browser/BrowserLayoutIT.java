// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.examples.WebPages;
import io.meshrt.server.MeshServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The pages can be read and used on narrow and on wide screens, by day and by night. */
@Tag("full")
@Tag("browser")
class BrowserLayoutIT {
  private static final String ODD =
      "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft, "
          + "and a text that is longer than any line of any page";

  private static Browser browser;
  private static WebPages pages;

  @BeforeAll
  static void start() throws Exception {
    pages = WebPages.start(MeshServer.builder(), 0);
    browser = Browser.start();
  }

  @AfterAll
  static void end() throws Exception {
    if (browser != null) {
      browser.close();
    }
    pages.close();
  }

  @Test
  void theStartIsReadable() throws Exception {
    try (Tab tab = browser.open(url("index.html"))) {
      assertReadable(tab, "start");
      tab.click("a.door[href='chat.html']");
      tab.awaitTrue("location.pathname === '/chat.html'");
    }
  }

  @Test
  void theChatIsReadable() throws Exception {
    say("Ann", "Is anybody here?");
    say("Ann", ODD);
    say("W".repeat(30), "I am.");
    for (int i = 0; i < 12; i++) {
      say(i % 3 == 0 ? "Ann" : "Bob", "I have heard something, " + i + " times.");
    }
    List<Tab> tabs = new ArrayList<>();
    try {
      for (String name : List.of("Ann", "Bob", "W".repeat(30), "Somebody else", "Me")) {
        Tab tab = browser.open(url("chat.html"));
        tabs.add(tab);
        tab.eval("sessionStorage.setItem('name', arguments[0])", name);
        tab.go(url("chat.html"));
        tab.awaitTrue("document.querySelectorAll('#messages li').length >= 15");
      }
      Tab tab = tabs.get(4);
      tab.awaitTrue("document.querySelectorAll('#people li').length === 5");
      tab.awaitTrue("!document.getElementById('people').textContent.includes('undefined')");
      assertReadable(tab, "chat");
    } finally {
      for (Tab tab : tabs) {
        tab.close();
      }
    }
  }

  @Test
  void theBoardIsReadable() throws Exception {
    try (Tab tab = browser.open(url("board.html"))) {
      tab.awaitTrue("document.querySelectorAll('.card').length === 4");
      tab.type("#text", ODD.substring(0, 119) + Tab.ENTER);
      tab.awaitTrue("document.querySelectorAll('.card').length === 5");
      tab.click("[data-text='Choose the music'] .take");
      tab.awaitTrue("document.getElementById('change').textContent.includes('confirmed')");
      tab.click("summary");
      assertReadable(tab, "board");
    }
  }

  private static void assertReadable(Tab tab, String name) throws Exception {
    for (int width : List.of(360, 768, 1280)) {
      for (String scheme : List.of("light", "dark")) {
        tab.show(width, width == 360 ? 720 : 800, scheme);
        tab.awaitTrue("innerWidth === arguments[0]", width);
        tab.awaitTrue("matchMedia('(prefers-color-scheme: ' + arguments[0] + ')').matches", scheme);
        tab.picture(name + "-" + width + "-" + scheme);
        List<String> problems = new ArrayList<>();
        tab.evalProgram("layout.js").forEach(problem -> problems.add(problem.asText()));
        assertThat(problems).as("%s, %s px, %s", name, width, scheme).isEmpty();
      }
    }
    assertThat(tab.complaints()).isEmpty();
  }

  private static void say(String by, String text) {
    pages.server().publishToChannel("chat:lobby", Map.of("by", by, "text", text)).join();
  }

  private static String url(String page) {
    return "http://localhost:" + pages.port() + "/" + page;
  }
}
