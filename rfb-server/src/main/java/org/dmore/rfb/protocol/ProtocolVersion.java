package org.dmore.rfb.protocol;

/** The three versions of RFB that are spoken (RFC 6143, 7.1.1), in ascending order. */
public enum ProtocolVersion {
  V3_3("3.3"),
  V3_7("3.7"),
  V3_8("3.8");

  /** Length of the version message in bytes: {@code "RFB xxx.yyy\n"}. */
  public static final int MESSAGE_LENGTH = 12;

  private final String text;

  ProtocolVersion(String text) {
    this.text = text;
  }

  /** As people write it: {@code 3.8}. */
  public String text() {
    return text;
  }

  /** The message that announces this version. */
  public String message() {
    return "RFB 003.00" + text.charAt(2) + "\n";
  }

  /** Whether this is the given version or a later one. */
  public boolean isAtLeast(ProtocolVersion other) {
    return compareTo(other) >= 0;
  }

  /**
   * The version to speak with a client that answered {@code major.minor}.
   *
   * <p>Minors that no specification defines are taken as RFC 6143, 7.1.1 tells: below 7 as 3.3 (3.5
   * was sent by mistake by old viewers). Above 8 as 3.8: macOS Screen Sharing and Apple Remote
   * Desktop announce 3.889 and then speak 3.8.
   *
   * @throws RfbProtocolException if the major version is not 3
   */
  public static ProtocolVersion of(int major, int minor) {
    if (major != 3) {
      throw new RfbProtocolException(
          "version=" + major + "." + minor + " is not spoken here; use RFB 3.3, 3.7 or 3.8");
    }
    if (minor < 7) {
      return V3_3;
    }
    return minor == 7 ? V3_7 : V3_8;
  }
}
