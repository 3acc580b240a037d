#!/usr/bin/env python3
"""Writes the keyboard tables of org.dmore.vdev.input from the system's X11 data.

Needs xkbcomp (Debian: x11-xkb-utils), xkb-data, libxkbcommon0 and libx11-data.
Usage: generate-keymaps.py OUTPUT-FOLDER
"""
import ctypes
import os
import re
import subprocess
import sys
import tempfile

# By the names that dmore gives them; where XKB's differs, it follows.
LAYOUTS = {name: name for name in ["us", "jp", "de", "fr", "gb", "es", "it", "pt", "ru", "se", "ch"]}
LAYOUTS["us-intl"] = "us(intl)"

COMPOSE = "/usr/share/X11/locale/en_US.UTF-8/Compose"

# Keysyms up to here that are not Unicode's may stand for characters; above are keys.
LAST_LEGACY = 0x20ff
DEAD = range(0xfe50, 0xfea0)

# Keycodes that XKB invents for its own use; no keyboard has them.
FAKE = {84, 195, 196, 197, 198, 199}

# Types whose levels are plain, Shift, AltGr, Shift+AltGr.
FOUR_LEVELS = {
    "ONE_LEVEL", "TWO_LEVEL", "ALPHABETIC", "FOUR_LEVEL", "FOUR_LEVEL_ALPHABETIC",
    "FOUR_LEVEL_SEMIALPHABETIC", "FOUR_LEVEL_PLUS_LOCK", "SEPARATE_CAPS_AND_SHIFT_ALPHABETIC",
}


xkbcommon = ctypes.CDLL("libxkbcommon.so.0")


def value(name):
    return xkbcommon.xkb_keysym_from_name(name.encode(), 0)


def character(keysym):
    return xkbcommon.xkb_keysym_to_utf32(keysym)


def canonical(keysym):
    """One keysym for each character, as Keysym.java has it."""
    code = character(keysym) if keysym <= LAST_LEGACY or keysym >= 0x1000000 else 0
    return keysym if code == 0 else code if code < 0x100 else 0x1000000 + code


def compile_layout(layout):
    with tempfile.TemporaryDirectory() as work:
        source, out = os.path.join(work, "in"), os.path.join(work, "out")
        with open(source, "w") as f:
            f.write('xkb_keymap { xkb_keycodes { include "evdev+aliases(qwerty)" }; '
                    'xkb_types { include "complete" }; xkb_compat { include "complete" }; '
                    'xkb_symbols { include "pc+%s+inet(evdev)" }; };' % LAYOUTS[layout])
        subprocess.run(["xkbcomp", "-w0", "-xkb", source, out], check=True)
        return open(out).read()


def keymap(layout):
    text = compile_layout(layout)
    codes = {m.group(1): int(m.group(2)) - 8
             for m in re.finditer(r"<([^>]+)> = (\d+);", text)}
    for m in re.finditer(r"alias <([^>]+)> = <([^>]+)>;", text):
        codes[m.group(1)] = codes[m.group(2)]
    rows = {}
    for m in re.finditer(r"key\s+<([^>]+)> \{(.*?)\};", text, re.S):
        body = m.group(2)
        kind = re.search(r'type(?:\[\w+\])?= "([^"]+)"', body)
        symbols = re.search(r"(?:symbols\[Group1\]=\s*)?\[([^\]]*)\]", body[body.find("symbols[Group1]"):]
                            if "symbols[Group1]" in body else body)
        code = codes.get(m.group(1))
        if not symbols or code is None or not 1 <= code <= 0xef or code in FAKE:
            continue
        levels = [value(s.strip()) for s in symbols.group(1).split(",")]
        kind = kind.group(1) if kind else None
        if len(levels) > 1 and all(0xff80 <= v <= 0xffbd for v in levels[:2]) and levels[0] != levels[1]:
            tag, levels = "pad", levels[:2]
        elif kind is None or kind in FOUR_LEVELS:
            tag, levels = "key", levels[:4]
        else:
            tag, levels = "key", levels[:1]
        while levels and levels[-1] == 0:
            levels.pop()
        if levels:
            rows[code] = (tag, levels)
    return rows


def legacy_keysyms():
    """Keysyms from before Unicode, and the characters that they mean."""
    for keysym in range(0x100, LAST_LEGACY + 1):
        code = character(keysym)
        if code:
            yield keysym, code


def dead_keys():
    """What a dead key makes of the key that follows it."""
    for line in open(COMPOSE, encoding="utf-8"):
        m = re.match(r'<(\w+)>\s+<(\w+)>\s*:\s*"(.)"', line)
        if not m:
            continue
        dead, base = value(m.group(1)), value(m.group(2))
        if dead in DEAD and base:
            code = ord(m.group(3))
            yield dead, canonical(base), code if code < 0x100 else 0x1000000 + code


def version(package):
    return subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package],
                          capture_output=True, text=True, check=True).stdout


def main():
    target = sys.argv[1]
    for layout in LAYOUTS:
        with open(os.path.join(target, layout + ".keymap"), "w") as f:
            f.write("# Layout %s, from Debian's xkb-data %s by src/keymaps/generate-keymaps.py.\n"
                    % (layout, version("xkb-data")))
            f.write("# xkb-data is free software under the X11/MIT licence: see NOTICE.\n")
            f.write("# key: evdev code, then the keysyms of plain, Shift, AltGr, Shift+AltGr.\n")
            f.write("# pad: evdev code, then the keysyms without and with NumLock.\n")
            for code, (tag, levels) in sorted(keymap(layout).items()):
                f.write("%s %d %s\n" % (tag, code, " ".join("%x" % v for v in levels)))
    with open(os.path.join(target, "legacy.keysyms"), "w") as f:
        f.write("# Keysyms from before Unicode, from Debian's libxkbcommon0 %s.\n"
                % version("libxkbcommon0"))
        f.write("# keysym, then the code point of its character.\n")
        for keysym, code in legacy_keysyms():
            f.write("%x %x\n" % (keysym, code))
    with open(os.path.join(target, "dead.keysyms"), "w") as f:
        f.write("# What dead keys make, from Debian's libx11-data %s, locale en_US.UTF-8.\n"
                % version("libx11-data"))
        f.write("# libX11 is free software under the X11/MIT licence: see NOTICE.\n")
        f.write("# The dead key's keysym, the next key's, and the character's.\n")
        for row in sorted(set(dead_keys())):
            f.write("%x %x %x\n" % row)


main()
