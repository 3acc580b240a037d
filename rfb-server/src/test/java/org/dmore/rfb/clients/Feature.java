package org.dmore.rfb.clients;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a test shows of its {@link Peer}: rows of the README's table. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Feature.All.class)
public @interface Feature {
  /**
   * Rows, each as {@code group: feature}, with a group of {@link InteropTable#GROUPS}. {@code {0}}
   * stands for a parameterised test's first argument, and so on.
   */
  String[] value();

  /** What the cell says if the tests pass. */
  String shown() default "yes";

  /** More than one. */
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @interface All {
    Feature[] value();
  }
}
