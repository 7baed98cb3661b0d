// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.ETag;
import io.undertow.util.ETagUtils;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/**
 * The modules of the browser client, under {@code /mesh/}: those that pages import, {@code
 * mesh.js}, {@code inbox.js} and {@code memberships.js}, and what these import, read once from the
 * class path and nothing besides. Immutable; answers on I/O threads.
 */
public final class BrowserModules {
  private static final String PATH = "/mesh/";
  private static final String FOLDER = "META-INF/resources/mesh/";
  private static final List<String> ENTRIES = List.of("mesh.js", "inbox.js", "memberships.js");
  private static final Pattern IMPORT = Pattern.compile("from \"\\./([a-z]+\\.js)\"");
  private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");
  private static final HttpString NO_SNIFF = new HttpString("X-Content-Type-Options");

  private final Map<String, Module> modules;

  /** The tag is weak, because it names both encodings. */
  private record Module(ByteBuffer plain, ByteBuffer gzipped, ETag tag) {
    static Module of(byte[] plain) {
      return new Module(
          ByteBuffer.wrap(plain), ByteBuffer.wrap(gzip(plain)), new ETag(true, hash(plain)));
    }
  }

  private BrowserModules(Map<String, Module> modules) {
    this.modules = modules;
  }

  /**
   * Reads them.
   *
   * @throws IllegalStateException when they are not on the class path
   */
  public static BrowserModules load(ClassLoader loader) {
    Map<String, Module> modules = new LinkedHashMap<>();
    ArrayDeque<String> names = new ArrayDeque<>(ENTRIES);
    while (!names.isEmpty()) {
      String name = names.remove();
      if (!modules.containsKey(name)) {
        byte[] content = read(loader, FOLDER + name);
        modules.put(name, Module.of(content));
        Matcher imports = IMPORT.matcher(new String(content, StandardCharsets.UTF_8));
        while (imports.find()) {
          names.add(imports.group(1));
        }
      }
    }
    return new BrowserModules(modules);
  }

  /** Answers requests below {@code /mesh/} that ask for no WebSocket; others go to {@code next}. */
  HttpHandler orElse(HttpHandler next) {
    return exchange -> {
      boolean ours = exchange.getRequestPath().startsWith(PATH);
      if (ours && !UpgradeGate.asksForWebSocket(exchange)) {
        answer(exchange);
      } else {
        next.handleRequest(exchange);
      }
    };
  }

  private void answer(HttpServerExchange exchange) {
    Module module = modules.get(exchange.getRequestPath().substring(PATH.length()));
    if (module == null) {
      new Refusal(StatusCodes.NOT_FOUND, "not found").send(exchange);
    } else if (isRead(exchange.getRequestMethod())) {
      give(exchange, module);
    } else {
      new Refusal(StatusCodes.METHOD_NOT_ALLOWED, "only GET is served").send(exchange);
    }
  }

  private static boolean isRead(HttpString method) {
    return method.equals(Methods.GET) || method.equals(Methods.HEAD);
  }

  private static void give(HttpServerExchange exchange, Module module) {
    boolean gzip = acceptsGzip(exchange);
    ByteBuffer body = gzip ? module.gzipped() : module.plain();
    if (!exchange.isRequestComplete()) {
      exchange.setPersistent(false);
    }
    exchange
        .getResponseHeaders()
        .put(Headers.CONTENT_TYPE, "text/javascript; charset=utf-8")
        .put(Headers.CACHE_CONTROL, "no-cache")
        .put(Headers.ETAG, module.tag().toString())
        .put(Headers.VARY, "Accept-Encoding")
        .put(NO_SNIFF, "nosniff");
    if (!ETagUtils.handleIfNoneMatch(exchange, module.tag(), true)) {
      exchange.setStatusCode(StatusCodes.NOT_MODIFIED).endExchange();
      return;
    }
    if (gzip) {
      exchange.getResponseHeaders().put(Headers.CONTENT_ENCODING, "gzip");
    }
    exchange.setResponseContentLength(body.remaining());
    if (exchange.getRequestMethod().equals(Methods.HEAD)) {
      exchange.endExchange();
    } else {
      exchange.getResponseSender().send(body.asReadOnlyBuffer());
    }
  }

  /** Understands what browsers send; anything unusual gets the plain text. */
  private static boolean acceptsGzip(HttpServerExchange exchange) {
    String accepted = exchange.getRequestHeaders().getFirst(Headers.ACCEPT_ENCODING);
    if (accepted == null || accepted.contains("q=")) {
      return false;
    }
    return COMMA.splitAsStream(accepted).anyMatch("gzip"::equals);
  }

  private static byte[] read(ClassLoader loader, String resource) {
    try (InputStream in = loader.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(
            resource + " is not on the class path; the browser client is in mesh-client");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static String hash(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
