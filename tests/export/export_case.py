"""What the tests of exports share: the program, a recording of the tour, hostile texts."""
import json
import os
import struct
import subprocess
import sys
import tempfile
import zlib

PROGRAM, TOUR = map(os.path.abspath, sys.argv[1:3])


def call(*arguments, expect=0, environment=None):
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, timeout=300, env=environment)
    if done.returncode != expect:
        raise AssertionError(f"{arguments}: exit {done.returncode}\n{done.stderr.decode()}")
    return done


def record(folder, scenario=TOUR, name="tour.raftrec"):
    path = os.path.join(folder, name)
    call("run", scenario, "--record", path, "--json")
    return path


def state(recording, position):
    return json.loads(call("replay", recording, "--at", position, "--state").stdout)


def varint(value):
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def with_title(recording, title, author):
    """Puts the record 'about' (docs/formats.md) behind the header of a recording."""
    with open(recording, "rb") as file:
        data = file.read()
    first = 12
    end = first + 5 + 4 + struct.unpack_from("<I", data, first + 1)[0] + 4
    body = b""
    for number, text in ((1, title), (2, author)):
        bytes_ = text.encode()
        body += bytes([number << 3 | 2]) + varint(len(bytes_)) + bytes_
    head = struct.pack("<BI", 8, len(body))
    record_ = head + struct.pack("<I", zlib.crc32(head)) + body
    record_ += struct.pack("<I", zlib.crc32(head + body))
    with open(recording, "wb") as file:
        file.write(data[:end] + record_ + data[end:])


def hostile_texts(address):
    """Sixty texts that mean something in HTML, SVG, scripts, styles, addresses or JSON; many call for `address`."""
    hit = f"fetch('{address}/x')"
    texts = [
        f"<script>{hit}</script>", f"</script><script>{hit}</script>", f"</SCRIPT ><ScRiPt>{hit}</sCrIpT>",
        f"<img src={address}/img>", f"<img src=x onerror=\"{hit}\">", f"\"><img src=x onerror={hit}>",
        f"'><svg onload=\"{hit}\">", f"<svg><script>{hit}</script></svg>", f"<svg/onload={hit}>",
        f"<iframe src=\"{address}/frame\"></iframe>", f"<iframe srcdoc=\"<script>{hit}</script>\">",
        f"<link rel=stylesheet href={address}/css>", f"<link rel=prefetch href={address}/pre>",
        f"<style>@import url({address}/style);</style>", f"</style><style>*{{background:url({address}/bg)}}</style>",
        f"<base href=\"{address}/\">", f"<meta http-equiv=refresh content=\"0;url={address}/meta\">",
        f"<object data={address}/object></object>", f"<embed src={address}/embed>",
        f"<video src={address}/video autoplay>", f"<audio src={address}/audio autoplay>",
        f"<body onload=\"{hit}\">", f"<input autofocus onfocus=\"{hit}\">", f"<details open ontoggle=\"{hit}\">",
        f"<a href=\"javascript:{hit}\" id=play>x</a>", f"javascript:{hit}", f"data:text/html,<script>{hit}</script>",
        f"<form action={address}/form><button>x", f"<marquee onstart={hit}>", f"<math href=\"javascript:{hit}\">",
        "</title><script>document.title='hit'</script>", "<!--", "-->", "<!-- --!><script>window.hit=1</script>",
        "]]>", "<![CDATA[<script>window.hit=1</script>]]>", "<?xml version='1.0'?>", "<!DOCTYPE html>",
        "{{script}}", "{{data}}", "{{title}}", "{{constructor.constructor('window.hit=1')()}}",
        "${window.hit=1}", "#{window.hit=1}", "<%= window.hit=1 %>", "';window.hit=1;//", "\";window.hit=1;//",
        "\\\";window.hit=1;//", "\\u003cscript\\u003ewindow.hit=1\\u003c/script\\u003e", "&lt;script&gt;window.hit=1",
        "&#60;script&#62;window.hit=1&#60;/script&#62;", "\u2028window.hit=1\u2029", "\x00<script>window.hit=1</script>",
        "\u202e<script>window.hit=1</script>", "</main></body></html><script>window.hit=1</script>",
        "<template><script>window.hit=1</script></template>", "__proto__", "constructor", "<x" + "y" * 300 + ">",
        f"url({address}/css2)",
    ]
    assert len(texts) == len(set(texts)) == 60, len(texts)
    return texts


def quoted(text):
    return '"' + "".join(f"\\x{byte:02X}" for byte in text.encode()) + '"'


def hostile_recording(folder, address):
    """Hostile keys, values, notes, bookmarks, title and author in one run."""
    texts = hostile_texts(address)
    lines = ["seed 3", "campaign n1", "until leader n1"]
    for i, text in enumerate(texts):
        lines.append(f"put {quoted(text)} {quoted(texts[-i - 1])}")
        lines.append(f"say {quoted(text)}")
        lines.append(f"bookmark {quoted(text)}")
        lines.append("tick 2")
    scenario = os.path.join(folder, "hostile.scenario")
    with open(scenario, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    recording = record(folder, scenario, "hostile.raftrec")
    with_title(recording, "".join(texts[:12])[:1000], texts[1])
    return recording
