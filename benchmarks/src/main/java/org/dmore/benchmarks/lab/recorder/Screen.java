package org.dmore.benchmarks.lab.recorder;

/**
 * What the guest's framebuffer holds.
 *
 * @param width in pixels
 * @param height in pixels
 * @param sha256 of its visible pixels, as {@code Picture.sha256()} has it
 */
public record Screen(int width, int height, String sha256) {
  static Screen of(Answer answer) throws RecorderException {
    return new Screen(answer.number("width"), answer.number("height"), answer.text("sha256"));
  }

  @Override
  public String toString() {
    return width + "x" + height + " sha256=" + sha256;
  }
}
