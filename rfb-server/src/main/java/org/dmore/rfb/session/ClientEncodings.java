package org.dmore.rfb.session;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.dmore.rfb.encoding.EncodingParameters;
import org.dmore.rfb.encoding.PixelTranslator;
import org.dmore.rfb.protocol.EncodingType;
import org.dmore.rfb.protocol.PseudoEncoding;

/**
 * What a client offered last: nothing that is not in here may be sent to it. Raw needs no offer.
 *
 * @param encodings those known, best first
 * @param extensions those known
 * @param quality of JPEG, 0 to 9, or {@link EncodingParameters#UNSET}
 * @param compression 0 to 9, or {@link EncodingParameters#UNSET}
 */
record ClientEncodings(
    List<EncodingType> encodings, Set<PseudoEncoding> extensions, int quality, int compression) {
  private static final int LOWEST_QUALITY = -32;
  private static final int LOWEST_COMPRESSION = -256;

  /** What a client that has said nothing takes. */
  static final ClientEncodings NONE =
      new ClientEncodings(List.of(), Set.of(), EncodingParameters.UNSET, EncodingParameters.UNSET);

  static ClientEncodings of(List<Integer> numbers) {
    List<EncodingType> encodings =
        numbers.stream().map(EncodingType::of).flatMap(Optional::stream).distinct().toList();
    Set<PseudoEncoding> extensions =
        numbers.stream()
            .map(PseudoEncoding::of)
            .flatMap(Optional::stream)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(PseudoEncoding.class)));
    return new ClientEncodings(
        encodings, extensions, level(numbers, LOWEST_QUALITY), level(numbers, LOWEST_COMPRESSION));
  }

  /** The first that is named: what comes first is what the client likes better. */
  private static int level(List<Integer> numbers, int lowest) {
    return numbers.stream()
        .filter(number -> number >= lowest && number <= lowest + EncodingParameters.MAX_LEVEL)
        .findFirst()
        .map(number -> number - lowest)
        .orElse(EncodingParameters.UNSET);
  }

  /** What the encoders need to know. */
  EncodingParameters parameters(PixelTranslator format) {
    return new EncodingParameters(
        encodings, quality, compression, has(PseudoEncoding.LAST_RECT), format);
  }

  boolean has(PseudoEncoding extension) {
    return extensions.contains(extension);
  }

  boolean hasAny(PseudoEncoding... any) {
    return Arrays.stream(any).anyMatch(extensions::contains);
  }

  boolean has(EncodingType encoding) {
    return encodings.contains(encoding);
  }
}
