// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import java.util.Optional;

/**
 * What the client knows of the server it is connected to.
 *
 * @param generation the form of the protocol in use
 * @param nodeId the node that holds the connection; legacy servers do not tell
 * @param announcesSeveralGenerations whether the server speaks more than one generation, as only
 *     this project's servers do
 */
public record ServerInfo(
    Generation generation, Optional<String> nodeId, boolean announcesSeveralGenerations) {}
