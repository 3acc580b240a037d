package org.dmore.coordinator.token;

import java.security.SecureRandom;

/** Makes passwords for viewers that know VNC Authentication alone, which takes 8 characters. */
public final class OneTimePassword {
  /** Without those that are taken for others when they are read aloud or typed over. */
  private static final String CHARACTERS =
      "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

  private static final int LENGTH = 8;

  private OneTimePassword() {}

  /** One of 111 million million. */
  public static String random(SecureRandom random) {
    StringBuilder password = new StringBuilder(LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      password.append(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
    }
    return password.toString();
  }
}
