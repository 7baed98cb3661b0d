// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A client's step from one status to another, and why.
 *
 * @param status the status from now on
 * @param previous the status until now
 * @param closeCode close code of the connection that ended, see {@link
 *     io.meshrt.core.protocol.CloseCode}; 1006 when it broke; empty when none had been open
 * @param reason why, for people; empty when there is nothing to say
 * @param cause the failure behind the change, if there was one
 * @param gaveUp whether the client stopped trying because its {@link ReconnectPolicy} allows no
 *     further attempt
 */
public record StatusChange(
    ClientStatus status,
    ClientStatus previous,
    OptionalInt closeCode,
    String reason,
    Optional<Throwable> cause,
    boolean gaveUp) {}
