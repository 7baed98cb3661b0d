// SPDX-License-Identifier: Apache-2.0
/** What Mesa's clients and dispatchers see, on one node and on several. */
@NullMarked
package io.meshrt.tests.mesa;

import org.jspecify.annotations.NullMarked;
