package org.dmore.vdev.input;

/**
 * XT scancodes (set 1), as QEMU's extended key event carries them, to evdev codes.
 *
 * <p>Codes 0x01 to 0x53 are the same in both, which is how evdev came by them. Keys that the wire
 * prefixes with 0xe0 come with 0x80 set. Sources: the RFB protocol's "QEMU Extended Key Event
 * Message", and the XT column of the keycodemapdb project's table, from which GTK-VNC, TigerVNC and
 * noVNC take theirs; of two keys that it gives one code, the one that keyboards have.
 */
public final class XtScancodes {
  /** The scancode means no key. */
  public static final int NONE = 0;

  private static final int PREFIXED = 0x80;
  private static final int LAST_SAME = 0x53;

  /**
   * Scancode, hexadecimal, and evdev code. 54 and b7 are both SysRq: with Alt and without, the key
   * has two codes. c6 is Pause.
   */
  private static final String OTHERS =
      """
      54:99 55:186 56:86 57:87 58:88 59:117 5a:190 5b:101 5c:95
      5d:183 5e:184 5f:185 63:169 64:134 65:135 66:141 67:144 68:145
      69:146 6a:151 6b:153 6c:161 6d:193 6f:194 70:93 71:123 72:122
      73:89 74:191 75:177 76:85 77:91 78:90 79:92 7b:94 7d:124
      7e:121 81:171 82:150 83:187 84:189 85:129 86:130 87:131 88:176
      89:181 8a:182 8b:120 8c:132 8e:233 8f:178 90:165 92:152 93:147
      94:222 97:149 98:168 99:163 9c:96 9d:97 9e:139 9f:148 a0:113
      a1:140 a2:164 a3:160 a4:166 a5:205 a6:154 a8:200 a9:201 ab:202
      ac:203 ad:204 ae:114 af:206 b0:115 b1:167 b2:172 b3:207 b4:208
      b5:98 b6:209 b7:99 b8:100 b9:210 ba:211 bb:212 bc:137 bd:213
      be:214 bf:215 c0:216 c1:136 c2:218 c3:219 c4:220 c5:221 c6:119
      c7:102 c8:103 c9:104 ca:223 cb:105 cc:224 cd:106 ce:118 cf:107
      d0:108 d1:109 d2:110 d3:111 d4:225 d5:234 d6:227 d7:228 d8:229
      d9:230 da:231 db:125 dc:126 dd:127 de:116 df:142 e3:143 e4:232
      e5:217 e6:156 e7:173 e8:128 e9:159 ea:158 eb:157 ec:155 ed:226
      ef:112 f0:235 f1:236 f2:237 f3:238 f4:239 f5:138 f6:179 f7:188
      f8:133 f9:192 fb:180 fd:162
      """;

  private static final short[] EVDEV = table();

  private XtScancodes() {}

  /**
   * Translates a scancode; does not allocate.
   *
   * @return the evdev code, or {@link #NONE}
   */
  public static int toEvdev(int scancode) {
    int code = (scancode & 0xff00) == 0xe000 ? (scancode & 0x7f) | PREFIXED : scancode;
    return code > 0 && code < EVDEV.length ? EVDEV[code] : NONE;
  }

  private static short[] table() {
    short[] table = new short[256];
    for (short code = 1; code <= LAST_SAME; code++) {
      table[code] = code;
    }
    for (String pair : OTHERS.strip().split("\\s+", -1)) {
      int colon = pair.indexOf(':');
      table[Integer.parseInt(pair.substring(0, colon), 16)] =
          Short.parseShort(pair.substring(colon + 1));
    }
    return table;
  }
}
