// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway.internal.token;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Public keys as texts. */
public final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z ]+)-----([^-]*)-----END \\1-----");

  private Pem() {}

  /** Whether a text wants to be one. */
  public static boolean isPem(String text) {
    return text.contains("-----BEGIN");
  }

  /**
   * The key of the first block.
   *
   * @param text a public key or a certificate; {@code \n} may stand for new lines
   * @throws IllegalArgumentException when it is neither; says why
   */
  public static PublicKey publicKey(String text) {
    Matcher block = BLOCK.matcher(text.replace("\\n", "\n"));
    if (!block.find()) {
      throw new IllegalArgumentException("not PEM");
    }
    try {
      byte[] content = Base64.getMimeDecoder().decode(block.group(2));
      return switch (block.group(1)) {
        case "PUBLIC KEY" -> decode(content);
        case "CERTIFICATE" ->
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(content))
                .getPublicKey();
        default ->
            throw new IllegalArgumentException(
                "a " + block.group(1) + ", where PUBLIC KEY or CERTIFICATE is needed");
      };
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not a key that can be read", e);
    }
  }

  private static PublicKey decode(byte[] content) throws GeneralSecurityException {
    X509EncodedKeySpec spec = new X509EncodedKeySpec(content);
    try {
      return KeyFactory.getInstance("RSA").generatePublic(spec);
    } catch (GeneralSecurityException notRsa) {
      return KeyFactory.getInstance("EC").generatePublic(spec);
    }
  }
}
