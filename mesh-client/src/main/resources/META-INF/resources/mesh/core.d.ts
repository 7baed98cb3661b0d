// SPDX-License-Identifier: Apache-2.0

export interface CallOptions {
  /** Until the call fails with `ETIMEOUT`, waiting included. */
  timeoutMillis?: number;
  /** Fails the call with the signal's reason; the server may do it all the same. */
  signal?: AbortSignal;
}
