// SPDX-License-Identifier: Apache-2.0
/** Clients of ThinWS on a path of their own. */
@NullMarked
package io.meshrt.tests.thinws;

import org.jspecify.annotations.NullMarked;
