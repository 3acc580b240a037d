package org.dmore.benchmarks.lab.recorder;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A console on which a guest says what it was told to say to each command. Thread-safe. */
final class FakeGuest implements TextConsole {
  private final List<String> log = new ArrayList<>();
  private final Map<String, List<String>> answers = new HashMap<>();
  private final List<String> commands = new ArrayList<>();

  synchronized void say(String line) {
    log.add(line);
  }

  /** What it says to a command; {@code TAG} stands for the command's tag. */
  synchronized FakeGuest on(String command, String... lines) {
    answers.put(command, List.of(lines));
    return this;
  }

  synchronized List<String> commands() {
    return List.copyOf(commands);
  }

  @Override
  public synchronized void write(String line) {
    String[] words = line.split(" ", 2);
    commands.add(words[1]);
    for (String answer : answers.getOrDefault(words[1], List.of())) {
      log.add(answer.replace("TAG", words[0]));
    }
  }

  @Override
  public synchronized long mark() {
    return log.size();
  }

  @Override
  public synchronized List<String> linesFrom(long mark) {
    return List.copyOf(log.subList((int) mark, log.size()));
  }
}
