package org.dmore.rfb.clients;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** The client that a test class drives: a column of the README's table. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(InteropTable.class)
public @interface Peer {
  /** What the column is called. */
  String value();

  /** The Debian package whose version was tried; empty if {@link #version} tells it. */
  String aptPackage() default "";

  /** The version, for a client that Debian does not bring. */
  String version() default "";
}
