package org.dmore.rfb.security.rsaaes;

import io.netty.buffer.ByteBuf;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.interfaces.RSAPublicKey;

/** An RSA key as it stands on the wire: bits, modulus, exponent, the latter two of one length. */
final class RsaKeyBytes {
  private final int bits;
  private final byte[] modulus;
  private final byte[] exponent;

  RsaKeyBytes(int bits, byte[] modulus, byte[] exponent) {
    this.bits = bits;
    this.modulus = modulus;
    this.exponent = exponent;
  }

  static RsaKeyBytes of(RSAPublicKey key) {
    int bits = key.getModulus().bitLength();
    int length = (bits + 7) / 8;
    return new RsaKeyBytes(
        bits, padded(key.getModulus(), length), padded(key.getPublicExponent(), length));
  }

  private static byte[] padded(BigInteger value, int length) {
    byte[] bytes = value.toByteArray(); // may have a zero byte for its sign
    byte[] result = new byte[length];
    int used = Math.min(bytes.length, length);
    System.arraycopy(bytes, bytes.length - used, result, length - used, used);
    return result;
  }

  int length() {
    return modulus.length;
  }

  BigInteger modulus() {
    return new BigInteger(1, modulus);
  }

  BigInteger exponent() {
    return new BigInteger(1, exponent);
  }

  void write(ByteBuf out) {
    out.writeInt(bits);
    out.writeBytes(modulus);
    out.writeBytes(exponent);
  }

  void update(MessageDigest hash) {
    hash.update(ByteBuffer.allocate(4).putInt(0, bits));
    hash.update(modulus);
    hash.update(exponent);
  }
}
