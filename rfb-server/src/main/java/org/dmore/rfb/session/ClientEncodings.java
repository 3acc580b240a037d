package org.dmore.rfb.session;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.dmore.rfb.protocol.EncodingType;
import org.dmore.rfb.protocol.PseudoEncoding;

/**
 * What a client offered last: nothing that is not in here may be sent to it. Raw needs no offer.
 *
 * @param encodings those known, best first
 * @param extensions those known
 */
record ClientEncodings(List<EncodingType> encodings, Set<PseudoEncoding> extensions) {
  /** What a client that has said nothing takes. */
  static final ClientEncodings NONE = new ClientEncodings(List.of(), Set.of());

  static ClientEncodings of(List<Integer> numbers) {
    List<EncodingType> encodings =
        numbers.stream().map(EncodingType::of).flatMap(Optional::stream).distinct().toList();
    Set<PseudoEncoding> extensions =
        numbers.stream()
            .map(PseudoEncoding::of)
            .flatMap(Optional::stream)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(PseudoEncoding.class)));
    return new ClientEncodings(encodings, extensions);
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
