// SPDX-License-Identifier: Apache-2.0
/** Who may connect and who it is, end to end. */
@NullMarked
package io.meshrt.tests.auth;

import org.jspecify.annotations.NullMarked;
