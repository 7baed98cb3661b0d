// SPDX-License-Identifier: Apache-2.0
/**
 * Carries messages: HTTP and upgrade by Undertow, then our own reading and writing on the upgraded
 * stream. Hands on whole messages and knows no commands. Doors: {@code HttpEndpoint} assembles it
 * from {@code TransportOptions}, {@code UpgradeHandler} does so within somebody else's Undertow;
 * {@code BrowserModules} are the files it serves. {@code ConnectionAcceptor}, {@code
 * TransportListener} and {@code OutgoingBytes} are what the rooms above implement; only this
 * package knows Undertow and XNIO.
 */
@NullMarked
package io.meshrt.server.internal.transport;

import org.jspecify.annotations.NullMarked;
