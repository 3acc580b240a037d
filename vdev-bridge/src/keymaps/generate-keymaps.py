#!/usr/bin/env python3
"""Writes the keymap resources of org.dmore.vdev.input from the system's xkb-data.

Needs xkbcomp (Debian: x11-xkb-utils), xkb-data and keysymdef.h (x11proto-dev).
Usage: generate-keymaps.py OUTPUT-FOLDER
"""
import os
import re
import subprocess
import sys
import tempfile

LAYOUTS = ["us", "jp", "de", "fr", "gb", "es", "it", "pt", "ru", "se", "ch"]

# Types whose levels are plain, Shift, AltGr, Shift+AltGr.
FOUR_LEVELS = {
    "ONE_LEVEL", "TWO_LEVEL", "ALPHABETIC", "FOUR_LEVEL", "FOUR_LEVEL_ALPHABETIC",
    "FOUR_LEVEL_SEMIALPHABETIC", "FOUR_LEVEL_PLUS_LOCK", "SEPARATE_CAPS_AND_SHIFT_ALPHABETIC",
}


def keysyms():
    table = {}
    for line in open("/usr/include/X11/keysymdef.h"):
        m = re.match(r"#define XK_(\w+)\s+0x([0-9a-fA-F]+)", line)
        if m:
            table.setdefault(m.group(1), int(m.group(2), 16))
    return table


def value(name, table):
    if name in ("NoSymbol", "VoidSymbol"):
        return 0
    if name in table:
        return table[name]
    m = re.fullmatch(r"U([0-9A-Fa-f]{3,6})", name)
    if m:
        return 0x01000000 + int(m.group(1), 16)
    m = re.fullmatch(r"0x([0-9a-fA-F]+)", name)
    if m:
        return int(m.group(1), 16)
    return 0  # XF86 multimedia keys: no RFB client sends them by keysym


def compile_layout(layout):
    with tempfile.TemporaryDirectory() as work:
        source, out = os.path.join(work, "in"), os.path.join(work, "out")
        with open(source, "w") as f:
            f.write('xkb_keymap { xkb_keycodes { include "evdev+aliases(qwerty)" }; '
                    'xkb_types { include "complete" }; xkb_compat { include "complete" }; '
                    'xkb_symbols { include "pc+%s+inet(evdev)" }; };' % layout)
        subprocess.run(["xkbcomp", "-w0", "-xkb", source, out], check=True)
        return open(out).read()


def keymap(layout, table):
    text = compile_layout(layout)
    codes = {m.group(1): int(m.group(2)) - 8
             for m in re.finditer(r"<(\w+)> = (\d+);", text)}
    for m in re.finditer(r"alias <(\w+)> = <(\w+)>;", text):
        codes[m.group(1)] = codes[m.group(2)]
    rows = {}
    for m in re.finditer(r"key\s+<(\w+)> \{(.*?)\};", text, re.S):
        body = m.group(2)
        kind = re.search(r'type(?:\[\w+\])?= "([^"]+)"', body)
        symbols = re.search(r"(?:symbols\[Group1\]=\s*)?\[([^\]]*)\]", body[body.find("symbols[Group1]"):]
                            if "symbols[Group1]" in body else body)
        code = codes.get(m.group(1))
        if not symbols or code is None or not 1 <= code <= 0xef:
            continue
        levels = [value(s.strip(), table) for s in symbols.group(1).split(",")]
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


def main():
    target = sys.argv[1]
    table = keysyms()
    version = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "xkb-data"],
                             capture_output=True, text=True, check=True).stdout
    for layout in LAYOUTS:
        with open(os.path.join(target, layout + ".keymap"), "w") as f:
            f.write("# Layout %s, from Debian's xkb-data %s by src/keymaps/generate-keymaps.py.\n"
                    % (layout, version))
            f.write("# xkb-data is free software under the X11/MIT licence: see NOTICE.\n")
            f.write("# key: evdev code, then the keysyms of plain, Shift, AltGr, Shift+AltGr.\n")
            f.write("# pad: evdev code, then the keysyms without and with NumLock.\n")
            for code, (tag, levels) in sorted(keymap(layout, table).items()):
                f.write("%s %d %s\n" % (tag, code, " ".join("%x" % v for v in levels)))


main()
