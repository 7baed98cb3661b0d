// SPDX-License-Identifier: Apache-2.0
/**
 * Messages and calls from node to node. The doors are {@link
 * io.meshrt.server.internal.mail.NodeMail} and {@link io.meshrt.server.internal.mail.PatientMail}.
 */
@NullMarked
package io.meshrt.server.internal.mail;

import org.jspecify.annotations.NullMarked;
