// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

/** The first program a newcomer runs. */
public final class Quickstart {
  private Quickstart() {}

  /** Prints a greeting and ends. */
  public static void main(String[] args) {
    System.out.println("Mesh for Java");
  }
}
