// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.socket;

import java.net.ProxySelector;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How sockets are opened.
 *
 * @param name for the threads
 * @param ssl for {@code wss://}; null for that of the JVM
 * @param proxies null for those of the JVM
 * @param proxyHeaders for the proxy alone
 * @param maxMessageBytes largest inbound message
 */
public record TcpOptions(
    String name,
    @Nullable SSLContext ssl,
    @Nullable ProxySelector proxies,
    Map<String, List<String>> proxyHeaders,
    int maxMessageBytes) {}
