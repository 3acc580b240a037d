package org.dmore.rfb.security.rsaaes;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES in EAX mode (Bellare, Rogaway, Wagner: The EAX Mode of Operation, 2004), with tags of 16
 * bytes.
 *
 * <p>EAX is CTR for secrecy and CMAC, which is CBC with another last block, for authenticity. Both
 * are the JDK's, which have the processor's AES behind them; a mode written in Java over single
 * blocks is about ten times slower.
 *
 * <p>Not thread-safe.
 */
final class Eax {
  static final int TAG_LENGTH = 16;

  private static final int BLOCK = 16;
  private static final int CHUNK = 4096;

  private final SecretKeySpec key;
  private final Cipher ctr;
  private final Cipher cbc;
  private final byte[] wholeBlockMask;
  private final byte[] partBlockMask;
  private final byte[] block = new byte[BLOCK];
  private final byte[] unused = new byte[CHUNK];
  private final byte[] nonceMac = new byte[BLOCK];
  private final byte[] headerMac = new byte[BLOCK];
  private final byte[] textMac = new byte[BLOCK];

  /**
   * Takes a key.
   *
   * @param key 16 or 32 bytes
   */
  Eax(byte[] key) {
    this.key = new SecretKeySpec(key, "AES");
    try {
      ctr = Cipher.getInstance("AES/CTR/NoPadding");
      cbc = Cipher.getInstance("AES/CBC/NoPadding");
      cbc.init(Cipher.ENCRYPT_MODE, this.key, new IvParameterSpec(new byte[BLOCK]));
      wholeBlockMask = doubled(cbc.doFinal(new byte[BLOCK]));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JRE has no AES: " + e.getMessage(), e);
    }
    partBlockMask = doubled(wholeBlockMask);
  }

  /** Times x in GF(2^128), as CMAC has it. */
  private static byte[] doubled(byte[] value) {
    byte[] result = new byte[BLOCK];
    for (int i = 0; i < BLOCK; i++) {
      int next = i + 1 < BLOCK ? value[i + 1] >> 7 & 1 : 0;
      result[i] = (byte) (value[i] << 1 | next);
    }
    if (value[0] < 0) {
      result[BLOCK - 1] ^= (byte) 0x87;
    }
    return result;
  }

  /**
   * Encrypts.
   *
   * @param nonce never used before with this key
   * @param header authenticated, not encrypted
   * @param text encrypted in place
   * @param tag receives 16 bytes
   */
  void encrypt(byte[] nonce, byte[] header, byte[] text, int length, byte[] tag) {
    try {
      mac(0, nonce, nonce.length, nonceMac);
      mac(1, header, header.length, headerMac);
      count(text, length);
      mac(2, text, length, textMac);
      writeTag(tag);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES failed", e);
    }
  }

  /**
   * Decrypts, if the tag is right.
   *
   * @param text decrypted in place; left as it is if the tag is wrong
   * @return whether the tag is right; told in constant time
   */
  boolean decrypt(byte[] nonce, byte[] header, byte[] text, int length, byte[] tag) {
    try {
      mac(0, nonce, nonce.length, nonceMac);
      mac(1, header, header.length, headerMac);
      mac(2, text, length, textMac);
      byte[] right = new byte[TAG_LENGTH];
      writeTag(right);
      if (!MessageDigest.isEqual(right, tag)) {
        return false;
      }
      count(text, length);
      return true;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES failed", e);
    }
  }

  private void writeTag(byte[] tag) {
    for (int i = 0; i < TAG_LENGTH; i++) {
      tag[i] = (byte) (nonceMac[i] ^ headerMac[i] ^ textMac[i]);
    }
  }

  private void count(byte[] text, int length) throws GeneralSecurityException {
    ctr.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(nonceMac));
    ctr.doFinal(text, 0, length, text, 0);
  }

  /** CMAC of the number as a block, then the data (the paper's OMAC with a tweak). */
  private void mac(int number, byte[] data, int length, byte[] mac)
      throws GeneralSecurityException {
    Arrays.fill(block, (byte) 0);
    block[BLOCK - 1] = (byte) number;
    int at = 0;
    if (length > 0) {
      cbc.update(block, 0, BLOCK, unused, 0);
      // All blocks but the last, which may be whole.
      int before = (length - 1) / BLOCK * BLOCK;
      while (at < before) {
        int now = Math.min(before - at, CHUNK);
        cbc.update(data, at, now, unused, 0);
        at += now;
      }
      Arrays.fill(block, (byte) 0);
      System.arraycopy(data, at, block, 0, length - at);
    }
    int rest = length == 0 ? BLOCK : length - at;
    if (rest < BLOCK) {
      block[rest] = (byte) 0x80;
    }
    byte[] mask = rest < BLOCK ? partBlockMask : wholeBlockMask;
    for (int i = 0; i < BLOCK; i++) {
      block[i] ^= mask[i];
    }
    // It ends the chain and begins the next one where this began.
    cbc.doFinal(block, 0, BLOCK, mac, 0);
  }
}
