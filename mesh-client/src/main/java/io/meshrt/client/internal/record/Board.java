// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.record;

/**
 * The lock of all replicas of one client and of what waits for their listeners, so that records
 * that were changed together change together here. Held for assignments only, never while JSON is
 * read, a patch applied, or application code run.
 */
final class Board {}
