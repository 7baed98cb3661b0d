// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.command;

import io.meshrt.server.internal.metrics.CommandMeter;
import java.time.Duration;

/**
 * What runs under one name, ready to run.
 *
 * @param chain middleware and handler
 * @param timeout limit for one run
 * @param meter counts its runs, under a name no client chose
 * @param beforeAuthentication whether it runs for a connection that has yet to authenticate
 * @param inTurn whether its runs need a turn
 * @param ordered whether its handler is begun with in the order in which the commands came
 */
record CommandEntry(
    Step chain,
    Duration timeout,
    CommandMeter meter,
    boolean beforeAuthentication,
    boolean inTurn,
    boolean ordered) {}
