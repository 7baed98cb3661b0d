// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mesa;

import io.meshrt.core.codec.RawJson;
import java.util.Set;

/**
 * What a dispatcher wants.
 *
 * @param disconnects whether connections are to be closed; else it is a message
 * @param everyone whether it is for all connections
 * @param recipients identities, without those excluded; empty if it is for everyone
 * @param mayBeKept whether nothing says that it is only for those who are there
 */
record Dispatch(
    boolean disconnects,
    String name,
    RawJson payload,
    boolean everyone,
    Set<String> recipients,
    Set<String> excluding,
    boolean mayBeKept) {}
