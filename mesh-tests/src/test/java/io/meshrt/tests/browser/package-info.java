// SPDX-License-Identifier: Apache-2.0
/** The pages of the examples in Chromium, driven over WebDriver. */
@NullMarked
package io.meshrt.tests.browser;

import org.jspecify.annotations.NullMarked;
