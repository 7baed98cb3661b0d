// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.examples.WebPages;
import io.meshrt.faults.TcpProxy;
import io.meshrt.server.InMemoryNetwork;
import io.meshrt.server.MeshServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Chat and board in a browser, on two nodes; one is behind a proxy, and may go and come again. */
@Tag("full")
@Tag("browser")
class BrowserPagesIT {
  private static final String CONNECTED =
      "document.getElementById('status').textContent === 'Connected'";
  private static final String HAS_TEXT =
      "document.querySelector(arguments[0])?.textContent.includes(arguments[1])";
  private static final String COUNT =
      "document.querySelectorAll(arguments[0]).length === arguments[1]";

  private static Browser browser;

  private final List<Tab> tabs = new ArrayList<>();
  private InMemoryNetwork network;
  private WebPages near;
  private WebPages far;
  private TcpProxy proxy;

  @BeforeAll
  static void startBrowser() throws Exception {
    browser = Browser.start();
  }

  @AfterAll
  static void endBrowser() throws Exception {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void startNodes() {
    network = new InMemoryNetwork();
    near = node();
    far = node();
    proxy = TcpProxy.plain(near.port());
  }

  @AfterEach
  void end() throws Exception {
    for (Tab tab : tabs) {
      tab.close();
    }
    proxy.close();
    near.close();
    far.close();
  }

  @Test
  void twoTabsChat() throws Exception {
    Tab ann = open(near.port(), "chat.html", "Ann");
    Tab bob = open(far.port(), "chat.html", "Bob");
    ann.awaitTrue(HAS_TEXT, "#people", "Bob");

    bob.type("#text", "Is anybody");
    ann.awaitTrue(HAS_TEXT, "#typing", "Bob is typing");
    bob.type("#text", " here?" + Tab.ENTER);
    ann.awaitTrue(HAS_TEXT, "#messages", "Is anybody here?");
    ann.awaitTrue("document.getElementById('typing').textContent === ''");
    ann.type("#text", "<img src=x onerror=alert(1)> & <b>me</b>" + Tab.ENTER);
    bob.awaitTrue(HAS_TEXT, "#messages", "<img src=x onerror=alert(1)> & <b>me</b>");

    bob.awaitTrue(COUNT, "#messages .by", 2);
    assertThat(bob.texts("#messages img, #messages b")).isEmpty();
    ann.awaitTrue(COUNT, "#messages .you", 1);
    ann.awaitTrue(COUNT, "#sending li", 0);
    assertNoComplaints();
  }

  @Test
  void roomsAreApartAndRememberWhatWasSaid() throws Exception {
    Tab ann = open(near.port(), "chat.html", "Ann");
    ann.type("#text", "In the lobby" + Tab.ENTER);
    ann.awaitTrue(HAS_TEXT, "#messages", "In the lobby");
    ann.click("a[href='#garden']");
    ann.awaitTrue(HAS_TEXT, "#room", "garden");
    ann.type("#text", "In the garden" + Tab.ENTER);
    ann.awaitTrue(HAS_TEXT, "#messages", "In the garden");

    Tab bob = open(far.port(), "chat.html", "Bob");
    bob.awaitTrue(HAS_TEXT, "#messages", "In the lobby");
    bob.awaitTrue(HAS_TEXT, "#people", "Bob (you)");
    bob.awaitTrue(COUNT, "#people li", 1);
    bob.click("a[href='#garden']");
    bob.awaitTrue(HAS_TEXT, "#messages", "In the garden");
    bob.awaitTrue(HAS_TEXT, "#people", "Ann");

    assertThat(bob.texts("#messages .text")).containsExactly("In the garden");
    assertNoComplaints();
  }

  @Test
  void nothingIsLostWhenTheServerIsStartedAgain() throws Exception {
    Tab ann = open(proxy.port(), "chat.html", "Ann");
    say("before");
    ann.awaitTrue(HAS_TEXT, "#messages", "before");

    near.close();
    ann.awaitTrue(HAS_TEXT, "#status", "Reconnecting");
    say("meanwhile 1");
    ann.type("#text", "said into the void" + Tab.ENTER);
    ann.awaitTrue(COUNT, "#sending li", 1);
    say("meanwhile 2");
    near = node();
    proxy.redirect(near.port());

    ann.awaitTrue(CONNECTED);
    ann.awaitTrue(HAS_TEXT, "#messages", "said into the void");
    ann.awaitTrue(COUNT, "#sending li", 0);
    say("after");
    ann.awaitTrue(HAS_TEXT, "#messages", "after");
    assertThat(ann.texts("#messages .text"))
        .containsExactly("before", "meanwhile 1", "meanwhile 2", "said into the void", "after");
    assertThat(ann.texts("#messages .event")).containsExactly("Connected again, 2 came meanwhile.");
    assertNoComplaintsButOf("WebSocket connection to");
  }

  @Test
  void whatAServerForgotIsToldAndWhatWaitedArrives() throws Exception {
    Tab ann = open(proxy.port(), "chat.html", "Ann");
    Tab bob = open(proxy.port(), "board.html", "Bob");
    ann.type("#text", "before" + Tab.ENTER);
    ann.awaitTrue(HAS_TEXT, "#messages", "before");

    near.close();
    ann.awaitTrue(HAS_TEXT, "#status", "Reconnecting");
    bob.awaitTrue(HAS_TEXT, "#status", "Reconnecting");
    ann.type("#text", "after" + Tab.ENTER);
    bob.click("[data-text='Bake a cake'] .take");
    bob.awaitTrue(COUNT, ".unsaved", 1);
    network = new InMemoryNetwork();
    near = node();
    proxy.redirect(near.port());

    ann.awaitTrue(HAS_TEXT, "#messages", "after");
    assertThat(ann.texts("#messages .event")).containsExactly("Something is missing here.");
    bob.awaitTrue(COUNT, ".unsaved", 0);
    assertThat(bob.texts("[data-text='Bake a cake'] .by")).containsExactly("Bob does it");
    assertNoComplaintsButOf("WebSocket connection to");
  }

  @Test
  void aTabThatSleptHasEverythingWhenItWakes() throws Exception {
    Tab ann = open(proxy.port(), "chat.html", "Ann");
    say("before");
    ann.awaitTrue(HAS_TEXT, "#messages", "before");

    ann.sleep();
    proxy.cut();
    for (int i = 1; i <= 20; i++) {
      say("asleep " + i);
    }
    ann.wake();

    ann.awaitTrue(HAS_TEXT, "#messages", "asleep 20");
    assertThat(ann.texts("#messages .text")).hasSize(21).doesNotHaveDuplicates();
    ann.awaitTrue(COUNT, "#messages .event", 1);
    assertThat(ann.texts("#messages .event"))
        .containsExactly("Connected again, 20 came meanwhile.");
    assertNoComplaintsButOf("WebSocket connection to");
  }

  @Test
  void editsOfTwoTabsAtOnceAllCount() throws Exception {
    Tab ann = open(near.port(), "board.html", "Ann");
    Tab bob = open(far.port(), "board.html", "Bob");
    ann.awaitTrue(HAS_TEXT, "#here", "Bob");
    String voting =
        """
        const votes = document.querySelector("[data-text='Bake a cake'] .votes");
        for (let i = 0; i < 50; i++) setTimeout(() => votes.click(), i * 4);
        """;

    ann.eval(voting);
    bob.eval(voting);

    for (Tab tab : tabs) {
      tab.awaitTrue(HAS_TEXT, "[data-text='Bake a cake'] .votes", "105");
      tab.awaitTrue(COUNT, ".unsaved", 0);
    }
    ann.awaitTrue(HAS_TEXT, "#version", bob.texts("#version").get(0));
    assertThat(ann.texts("#change").get(0)).matches("confirmed in \\d+ ms");
    assertNoComplaints();
  }

  @Test
  void whoIsLaterSeesWhoWasFirst() throws Exception {
    Tab ann = open(proxy.port(), "board.html", "Ann");
    Tab bob = open(far.port(), "board.html", "Bob");
    String cake = "[data-text='Bake a cake']";
    bob.awaitTrue(HAS_TEXT, "#here", "Ann");

    proxy.freeze();
    ann.click(cake + " .take");
    ann.awaitTrue(HAS_TEXT, cake + " .by", "Ann does it");
    ann.awaitTrue(COUNT, ".unsaved", 1);
    ann.picture("board-optimistic");
    bob.click(cake + " .take");
    bob.awaitTrue(HAS_TEXT, "#change", "confirmed");
    proxy.thaw();

    ann.awaitTrue(HAS_TEXT, "#notice", "Bob was first to take “Bake a cake”.");
    ann.awaitTrue(HAS_TEXT, cake + " .by", "Bob does it");
    ann.awaitTrue(COUNT, ".unsaved", 0);
    assertThat(bob.texts(cake + " .by")).containsExactly("Bob does it");
    assertNoComplaints();
  }

  @Test
  void theBoardIsWorkedWithKeys() throws Exception {
    Tab ann = open(near.port(), "board.html", "Ann");
    ann.type("#text", "Sweep the floor" + Tab.ENTER);
    String floor = "[data-text='Sweep the floor']";
    ann.awaitTrue(COUNT, floor, 1);

    ann.type(floor + " .on", Tab.ENTER);
    ann.awaitTrue(COUNT, "#column-doing + ul " + floor, 1);
    ann.awaitTrue("document.activeElement.className === 'on'");
    ann.type(floor + " .on", Tab.ENTER);
    ann.awaitTrue(COUNT, "#column-done + ul " + floor, 1);
    ann.type(floor + " textarea", " twice" + Tab.ENTER);
    ann.awaitTrue(COUNT, "[data-text='Sweep the floor twice']", 1);
    ann.type("[data-text='Sweep the floor twice'] textarea", " no" + Tab.ESCAPE);
    ann.type("[data-text='Sweep the floor twice'] .remove", Tab.ENTER);
    ann.awaitTrue(COUNT, ".card", 4);

    ann.awaitTrue("document.activeElement.id === 'text'");
    assertNoComplaints();
  }

  private WebPages node() {
    return WebPages.start(MeshServer.builder().inMemory(network), 0);
  }

  private Tab open(int port, String page, String name) throws Exception {
    String url = "http://localhost:" + port + "/" + page;
    Tab tab = browser.open(url);
    tabs.add(tab);
    tab.eval("sessionStorage.setItem('name', arguments[0])", name);
    tab.go(url);
    tab.awaitTrue(CONNECTED);
    tab.awaitTrue("document.querySelectorAll('.rooms li, .card').length > 2");
    return tab;
  }

  /** Somebody says something in the lobby, on the node that stays. */
  private void say(String text) {
    far.server().publishToChannel("chat:lobby", Map.of("by", "Far", "text", text)).join();
  }

  private void assertNoComplaints() throws Exception {
    for (Tab tab : tabs) {
      assertThat(tab.complaints()).isEmpty();
    }
  }

  private void assertNoComplaintsButOf(String cuts) throws Exception {
    for (Tab tab : tabs) {
      assertThat(tab.complaints()).allMatch(complaint -> complaint.contains(cuts));
    }
  }
}
