// SPDX-License-Identifier: Apache-2.0
/** What end-to-end suites share: outcomes of futures, a socket that speaks the protocol by hand. */
@NullMarked
package io.meshrt.tests.harness;

import org.jspecify.annotations.NullMarked;
