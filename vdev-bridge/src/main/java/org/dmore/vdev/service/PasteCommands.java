package org.dmore.vdev.service;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.dmore.vdev.audit.Audit;
import org.dmore.vdev.console.GuestConsole;
import org.dmore.vdev.input.Paste;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pasting by commands. A text longer than a xenstore node comes in parts, and nothing of it is
 * typed before the last. Confined to the console's event loop.
 */
final class PasteCommands {
  private static final Logger LOG = LoggerFactory.getLogger(PasteCommands.class);

  private final GuestConsole console;
  private final Audit audit;
  private final StringBuilder parts = new StringBuilder();
  private Optional<Paste.End> end = Optional.empty();
  private boolean told;

  PasteCommands(GuestConsole console, Audit audit) {
    this.console = console;
    this.audit = audit;
  }

  /** {@code paste text=T [more=true]}. */
  Map<String, String> paste(ControlMessage command) {
    parts.append(command.text(ControlMessage.TEXT));
    if (command.has("more") && command.flag("more")) {
      if (parts.length() > 2 * Paste.MAX_CHARACTERS) {
        parts.setLength(0);
        throw new IllegalArgumentException(
            "the text is too long: at most characters=" + Paste.MAX_CHARACTERS);
      }
      return Map.of("kept", Integer.toString(parts.length()));
    }
    String text = parts.toString();
    parts.setLength(0);
    Paste begun = begin(text, Paste.Listener.NONE);
    return Map.of("total", Integer.toString(begun.total()));
  }

  /** Begins a paste whose end {@link #status} tells. */
  Paste begin(String text, Paste.Listener listener) {
    told = false;
    Paste begun =
        console.paste(
            text,
            new Paste.Listener() {
              @Override
              public void progressed(int consumed, int total) {
                listener.progressed(consumed, total);
              }

              @Override
              public void ended(Paste.End how, int typed) {
                end = Optional.of(how);
                tell(typed); // a short text may be typed before its beginning was told
                audit.pasteEnded(how.name().toLowerCase(Locale.ROOT).replace('_', '-'), typed);
                LOG.info("paste ended={} typed={}", how, typed);
                listener.ended(how, typed);
              }
            });
    tell(begun.total());
    LOG.info("paste of characters={} begins", begun.total());
    return begun;
  }

  private void tell(int characters) {
    if (!told) {
      told = true;
      audit.pasted(characters);
    }
  }

  /** {@code paste-status}. */
  Map<String, String> status() {
    Map<String, String> result = new LinkedHashMap<>();
    Optional<Paste> paste = console.lastPaste();
    result.put("state", paste.map(this::state).orElse("none"));
    result.put("typed", Integer.toString(paste.map(Paste::typed).orElse(0)));
    result.put("consumed", Integer.toString(paste.map(Paste::consumed).orElse(0)));
    result.put("total", Integer.toString(paste.map(Paste::total).orElse(0)));
    return result;
  }

  /** {@code paste-cancel}: also forgets parts that wait for their end. */
  Map<String, String> cancel() {
    parts.setLength(0);
    console.lastPaste().ifPresent(Paste::cancel);
    return status();
  }

  private String state(Paste paste) {
    if (!paste.isEnded()) {
      return "typing";
    }
    return switch (end.orElseThrow()) {
      case COMPLETE -> "complete";
      case CANCELLED -> "cancelled";
      case GUEST_RESTARTED -> "guest-restarted";
    };
  }
}
