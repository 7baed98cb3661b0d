// SPDX-License-Identifier: Apache-2.0
/** Holds the pages to the code they describe. */
@NullMarked
package io.meshrt.tests.docs;

import org.jspecify.annotations.NullMarked;
