package org.dmore.xen.lib;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Memory;
import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.GrantRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorsTest {
  @ParameterizedTest
  @CsvSource({
    "1, EPERM",
    "2, ENOENT",
    "3, ESRCH",
    "5, EIO",
    "6, ENXIO",
    "7, E2BIG",
    "9, EBADF",
    "11, EAGAIN",
    "12, ENOMEM",
    "13, EACCES",
    "16, EBUSY",
    "17, EEXIST",
    "19, ENODEV",
    "22, EINVAL",
    "27, EFBIG",
    "28, ENOSPC",
    "38, ENOSYS",
    "107, ENOTCONN",
    "111, ECONNREFUSED"
  })
  void numbersHaveLinuxNames(int number, Errno name) {
    assertThat(Errors.of(number, "x").errno()).isEqualTo(name);
    assertThat(Errors.of(number, "x")).hasMessage("x (" + name + ")");
  }

  @Test
  void aNumberWithoutANameIsTold() {
    assertThat(Errors.of(4711, "x")).hasMessage("x, errno=4711 (OTHER)");
  }

  @Test
  void aDomainThatIsNotThereIsEnoent() {
    assertThat(Errors.ofDomain(Errors.ESRCH, "x").errno()).isEqualTo(Errno.ENOENT);
    assertThat(Errors.ofDomain(Errors.EINVAL, "x").errno()).isEqualTo(Errno.EINVAL);
  }

  @Test
  void xenstoresQuotasHaveANameOfTheirOwn() {
    assertThat(XsConnection.refusal(Errors.ENOSPC, "writing", "a").errno()).isEqualTo(Errno.EQUOTA);
    assertThat(XsConnection.refusal(Errors.E2BIG, "watching", "a"))
        .hasMessageContaining("errno=7")
        .hasMessageContaining("path=a")
        .hasMessageContaining("EQUOTA");
    assertThat(XsConnection.refusal(Errors.EACCES, "writing", "a").errno()).isEqualTo(Errno.EACCES);
    assertThat(XsConnection.refusal(Errors.EINVAL, "writing", "a").errno()).isEqualTo(Errno.EINVAL);
  }

  @ParameterizedTest
  @CsvSource({
    "0, OKAY, EINVAL", "-1, GENERAL_ERROR, EPERM", "-2, BAD_DOMAIN, ENOENT",
    "-3, BAD_REFERENCE, EINVAL", "-8, PERMISSION_DENIED, EPERM", "-9, BAD_PAGE, EINVAL",
    "-12, UNKNOWN, EINVAL"
  })
  void whatTheHypervisorSaysOfAGrantHasAName(short wire, GrantStatus status, Errno name) {
    try (Memory segment = new Memory(GrantStatus.SEGMENT_SIZE);
        Memory target = new Memory(1)) {
      GrantStatus.describeProbe(segment, new DomainId(5), new GrantRef(0x01020304), target);
      assertThat(segment.getInt(0)).isEqualTo(0x01020304);
      assertThat(segment.getShort(6)).isEqualTo((short) 5);
      assertThat(segment.getShort(16)).isEqualTo((short) 1);
      assertThat(segment.getShort(18)).as("GNTCOPY_source_gref").isEqualTo((short) 1);
      segment.setShort(20, wire);
      assertThat(GrantStatus.of(segment)).isEqualTo(status);
    }
    assertThat(status.refusal(new DomainId(5), new GrantRef(7)).errno()).isEqualTo(name);
  }
}
