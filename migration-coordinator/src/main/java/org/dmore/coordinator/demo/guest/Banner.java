package org.dmore.coordinator.demo.guest;

import java.util.List;

/** What the guest shows first: what it is, what it is not, and what it has. */
record Banner(int width, int height) {
  private static final String FRAME = "\u001B[0;34m";
  private static final String PLAIN = "\u001B[0m";

  /** The frame and one space inside it, on both sides. */
  private static final int FRAME_COLUMNS = 4;

  void print(TextScreen screen, GuestInfo info) {
    List<String> lines =
        List.of(
            "dmore demo guest",
            "A console program on a paravirtual framebuffer; no operating system runs here.",
            "",
            "host    " + info.hostName(),
            "domain  " + info.domainId(),
            "memory  " + info.memoryBytes() / DirtyTask.MEBIBYTE + " MiB",
            String.format(
                "screen  %dx%d pixels, %dx%d characters",
                width, height, screen.columns(), screen.rows()));
    int longest = lines.stream().mapToInt(String::length).max().orElse(0);
    if (longest + FRAME_COLUMNS <= screen.columns() && lines.size() + 5 <= screen.rows()) {
      printFramed(screen, lines, longest);
    } else {
      lines.forEach(line -> screen.write(line + "\n"));
    }
    screen.write("Type \u001B[1;36mhelp\u001B[0m for the commands.\n\n");
  }

  private static void printFramed(TextScreen screen, List<String> lines, int inside) {
    String edge = "─".repeat(inside + 2);
    screen.write(FRAME + "┌" + edge + "┐\n");
    String style = "\u001B[1;37m";
    for (String line : lines) {
      String fill = " ".repeat(inside - line.length());
      screen.write(FRAME + "│ " + style + line + fill + FRAME + " │\n");
      style = PLAIN;
    }
    screen.write(FRAME + "└" + edge + "┘" + PLAIN + "\n");
  }
}
