package org.dmore.rfb.encoding;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out once, when it is first needed, whether this machine has libdeflate. */
final class DeflateLibraries {
  private static final Logger LOG = LoggerFactory.getLogger(DeflateLibraries.class);

  private DeflateLibraries() {}

  /** The choice, made by the JVM when it first needs this class. */
  private static final class Choice {
    static final boolean HAS_LIBDEFLATE = look();

    private static boolean look() {
      try {
        new LibDeflate().close();
        LOG.info("deflate=libdeflate");
        return true;
      } catch (LinkageError e) {
        LOG.info(
            "deflate=zlib reason=\"{}\": install libdeflate.so.0 (Debian: libdeflate0) for"
                + " photos without loss in less time and to fewer bytes",
            e.getMessage());
        return false;
      }
    }
  }

  /** Whether {@link LibDeflate} works here. */
  static boolean haveLibDeflate() {
    return Choice.HAS_LIBDEFLATE;
  }
}
