package org.dmore.vdev.input.xkb;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import java.util.Optional;
import org.dmore.vdev.wire.KbdifEvent;

/**
 * What a guest's desktop makes of key events: libxkbcommon with the layout from the system's
 * xkb-data, and its Compose machine for dead keys. It shares no table with the code under test.
 *
 * <p>Keys are held as a kernel holds them: a press of a key that is down is a repeat, which makes
 * nothing here, as it makes nothing for a Wayland or X client.
 */
public final class XkbGuest implements AutoCloseable {
  private static final String LIBRARY = "libxkbcommon.so.0";
  private static final int EVDEV_OFFSET = 8;
  private static final int UP = 0;
  private static final int DOWN = 1;
  private static final int EFFECTIVE = 1 << 3;
  private static final int COMPOSING = 1;
  private static final int COMPOSED = 2;
  private static final int CANCELLED = 3;

  /** libxkbcommon's functions, by their own names. */
  public interface Xkb extends Library {
    Pointer xkb_context_new(int flags);

    void xkb_context_unref(Pointer context);

    Pointer xkb_keymap_new_from_names(Pointer context, RuleNames names, int flags);

    void xkb_keymap_unref(Pointer keymap);

    Pointer xkb_state_new(Pointer keymap);

    void xkb_state_unref(Pointer state);

    int xkb_state_update_key(Pointer state, int key, int direction);

    int xkb_state_key_get_one_sym(Pointer state, int key);

    int xkb_state_mod_name_is_active(Pointer state, String name, int type);

    int xkb_keysym_to_utf32(int keysym);

    Pointer xkb_compose_table_new_from_locale(Pointer context, String locale, int flags);

    void xkb_compose_table_unref(Pointer table);

    Pointer xkb_compose_state_new(Pointer table, int flags);

    void xkb_compose_state_unref(Pointer state);

    int xkb_compose_state_feed(Pointer state, int keysym);

    int xkb_compose_state_get_status(Pointer state);

    int xkb_compose_state_get_one_sym(Pointer state);

    void xkb_compose_state_reset(Pointer state);
  }

  /** struct xkb_rule_names. */
  @Structure.FieldOrder({"rules", "model", "layout", "variant", "options"})
  public static final class RuleNames extends Structure {
    public String rules = "evdev";
    public String model = "pc105";
    public String layout;
    public String variant = "";
    public String options = "";
  }

  private final Xkb xkb;
  private final Pointer context;
  private final Pointer keymap;
  private final Pointer state;
  private final Pointer composeTable;
  private final Pointer compose;
  private final java.util.BitSet down = new java.util.BitSet();
  private final StringBuilder text = new StringBuilder();
  private int lastKeysym;

  private XkbGuest(Xkb xkb, String layout) {
    this.xkb = xkb;
    context = xkb.xkb_context_new(0);
    RuleNames names = new RuleNames();
    int hyphen = layout.indexOf('-');
    names.layout = hyphen < 0 ? layout : layout.substring(0, hyphen);
    names.variant = hyphen < 0 ? "" : layout.substring(hyphen + 1);
    keymap = present(xkb.xkb_keymap_new_from_names(context, names, 0), layout);
    state = xkb.xkb_state_new(keymap);
    composeTable =
        present(xkb.xkb_compose_table_new_from_locale(context, "en_US.UTF-8", 0), "Compose");
    compose = xkb.xkb_compose_state_new(composeTable, 0);
  }

  /** A guest with a layout; empty if libxkbcommon is not installed and need not be. */
  public static Optional<XkbGuest> open(String layout) {
    try {
      return Optional.of(new XkbGuest(Native.load(LIBRARY, Xkb.class), layout));
    } catch (UnsatisfiedLinkError e) {
      if ("1".equals(System.getenv("DMORE_REQUIRE_CLIENTS"))) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /** Takes an event off the ring. */
  public void event(int word0, int code) {
    if (KbdifEvent.type(word0) == KbdifEvent.TYPE_KEY) {
      key(code, KbdifEvent.pressed(word0));
    }
  }

  /** A key goes up or down. */
  public void key(int code, boolean pressed) {
    if (down.get(code) == pressed) {
      return;
    }
    down.set(code, pressed);
    if (pressed) {
      press(code);
    }
    int unused = xkb.xkb_state_update_key(state, code + EVDEV_OFFSET, pressed ? DOWN : UP);
  }

  /** What was typed so far; keys that make no character leave nothing. */
  public String text() {
    return text.toString();
  }

  /** Forgets what was typed. */
  public void clear() {
    text.setLength(0);
  }

  /** The keysym of the last key that was pressed, before dead keys are counted in. */
  public int lastKeysym() {
    return lastKeysym;
  }

  /** Whether a modifier is active, by its XKB name. */
  public boolean isActive(String modifier) {
    return xkb.xkb_state_mod_name_is_active(state, modifier, EFFECTIVE) > 0;
  }

  /** Keys that are down. */
  public java.util.BitSet down() {
    return (java.util.BitSet) down.clone();
  }

  @Override
  public void close() {
    xkb.xkb_compose_state_unref(compose);
    xkb.xkb_compose_table_unref(composeTable);
    xkb.xkb_state_unref(state);
    xkb.xkb_keymap_unref(keymap);
    xkb.xkb_context_unref(context);
  }

  private void press(int code) {
    int keysym = xkb.xkb_state_key_get_one_sym(state, code + EVDEV_OFFSET);
    lastKeysym = keysym;
    int unused = xkb.xkb_compose_state_feed(compose, keysym);
    switch (xkb.xkb_compose_state_get_status(compose)) {
      case COMPOSING -> {}
      case COMPOSED -> {
        append(xkb.xkb_compose_state_get_one_sym(compose));
        xkb.xkb_compose_state_reset(compose);
      }
      case CANCELLED -> {
        text.append("<cancelled>");
        xkb.xkb_compose_state_reset(compose);
      }
      default -> append(keysym);
    }
  }

  private void append(int keysym) {
    int character = xkb.xkb_keysym_to_utf32(keysym);
    if (character != 0) {
      text.appendCodePoint(character == '\r' ? '\n' : character);
    }
  }

  private static Pointer present(Pointer made, String what) {
    if (made == null) {
      throw new IllegalStateException("libxkbcommon has no " + what + ": is xkb-data installed?");
    }
    return made;
  }
}
