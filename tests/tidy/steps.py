"""A step of a lesson fits its pane without scrolling, with its question, the options and a comment; and the minutes are honest.

The window's pane is 448 pixels wide and, at 1920x1080, has room for 27 lines of 24 pixels between its head and its buttons. A line has 48
columns; a Chinese character takes two. What is folded at first (hints, all lines of commands but one) does not count.
app/ui/panels/lesson.cc draws it; this is an estimate, a little on the careful side.
"""

import math
import re
import unicodedata

from sources import Problem, files, read

ROOM = 27  # lines
COLUMNS = 48
CODE_COLUMNS = 40  # what is longer is cut, not wrapped
LINE = 24  # pixels

WORDS_A_MINUTE = 180
SECONDS_A_STEP = 10

MARKUP = re.compile(r"\*\*|`|(?<!\w)\*|\*(?!\w)|\]\([^)]*\)|(?<!\\)\[(?=[^\]]*\]\()")
FENCE = re.compile(r"^(```+)\s*(.*?)\s*$")
OPTION = re.compile(r"^- \[[ xX]\]\s*(.*)$")
ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")
CJK = "\u2e80-\u9fff\uff00-\uffef"
# What a line may not break: a word with the blanks behind it; between Chinese characters it breaks anywhere.
UNBROKEN = re.compile(rf"[{CJK}]|[^\s{CJK}]+\s*|\s+")


class Step:
    def __init__(self, line, height=0.0):
        self.line, self.height, self.cut, self.words = line, height, [], 0


def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def wrapped(text, columns):
    """How many lines a paragraph takes."""
    lines, at = 1, 0
    for piece in UNBROKEN.findall(MARKUP.sub("", text)):
        if at and at + width(piece.rstrip()) > columns:
            lines, at = lines + 1, 0
        at += width(piece)
    return lines


def prose(lines):
    """The height of paragraphs and lists, in lines, with the gaps between them."""
    blocks = []
    for line in lines:
        if not line.strip():
            blocks.append(None)
        elif ITEM.match(line):
            blocks.append((True, ITEM.sub("", line)))
        elif blocks and blocks[-1]:
            blocks[-1] = (blocks[-1][0], blocks[-1][1] + " " + line.strip())
        else:
            blocks.append((False, line.strip()))
    height, item_before = 0.0, None
    for item, text in filter(None, blocks):
        if item_before is not None:
            height += 0.14 if item and item_before else 0.45
        height += wrapped(text, COLUMNS - 2 * item)
        item_before = item
    return height + 0.35 if item_before is not None else 0.0


def question(lines):
    """A prediction once it is answered: its height with the longest comment, and its words."""
    asked, options = "", []
    for line in lines:
        option = OPTION.match(line)
        if line.startswith("Q:"):
            asked = line[2:].strip()
        elif option:
            options.append(option.group(1))
        elif options:
            options[-1] += " " + line.strip()
    parts = [[part.strip() for part in re.split(r"(?<!\\)\|", option)] for option in options]
    comments = [part[1] for part in parts if len(part) > 1 and part[1]] or [""]
    pixels = 60 + 23 * wrapped(asked, COLUMNS - 3)
    pixels += sum(2 + max(32, 11 + 21 * wrapped(part[0], COLUMNS - 5)) for part in parts)
    pixels += 20 + 22 * max(wrapped(comment, COLUMNS) for comment in comments)
    words = len(" ".join([asked] + [part[0] for part in parts]).split()) + max(len(c.split()) for c in comments)
    return pixels / LINE, words


def take(step, info, lines, line):
    """Adds a fenced block, which begins in `line`, to its step."""
    if info in ("raft", "raft do"):
        step.height += 34 / LINE
    elif info == "goal":
        step.height += (23 + 20 * wrapped(" ".join(lines), 28)) / LINE
    elif info == "predict":
        height, words = question(lines)
        step.height += height
        step.words += words
    elif info not in ("raft hidden", "hint", "focus"):
        step.height += (19 * len(lines) + 22) / LINE
        step.words += len(" ".join(lines).split())
        step.cut += [line + i for i, code in enumerate(lines, 1) if width(code) > CODE_COLUMNS]


def steps(text):
    lines = text.split("\n")
    begin = lines.index("---", 1) + 1 if lines[0] == "---" and "---" in lines[1:] else 0
    found, pending, fence, comment = [], [], None, False

    def flush(line):
        if any(part.strip() for part in pending) and not found:
            found.append(Step(line))
        if found:
            found[-1].height += prose(pending)
            found[-1].words += len(" ".join(pending).split())
        pending.clear()

    for number, line in enumerate(lines[begin:], begin + 1):
        mark = FENCE.match(line)
        if fence:
            if mark and not mark.group(2) and len(mark.group(1)) >= fence[0]:
                if not found:
                    found.append(Step(number))
                take(found[-1], *fence[1:])
                fence = None
            else:
                fence[2].append(line)
        elif mark:
            flush(number)
            fence = (len(mark.group(1)), mark.group(2), [], number)
        elif line.startswith("## "):
            flush(number)
            found.append(Step(number, wrapped(line[3:], COLUMNS - 4) - 1))
            found[-1].words += len(line[3:].split())
        elif not line.startswith("# "):
            comment = comment or line.startswith("<!--")
            if not comment:
                pending.append(line)
            comment = comment and "-->" not in line
    flush(len(lines))
    return found


def minutes(found):
    return sum(step.words for step in found) / WORDS_A_MINUTE + len(found) * SECONDS_A_STEP / 60


def stated(text):
    """(line, minutes) of the front matter."""
    for number, line in enumerate(text.split("\n"), 1):
        match = re.match(r"minutes:\s*(\d+)\s*$", line)
        if match:
            return number, int(match.group(1))
    return 1, 0


def check(root):
    problems = []
    for path in files(root, ".md", below=("lessons",)):
        folder, name = path.rsplit("/", 1)
        if not re.match(r"\d", name):
            continue
        text = read(root, path)
        found = steps(text)
        for step in found:
            if step.height > ROOM:
                problems.append(Problem(path, step.line,
                                        f"the step takes {math.ceil(step.height)} lines, and its pane holds {ROOM}: split it"))
            problems += [Problem(path, line, f"the pane cuts code behind column {CODE_COLUMNS}") for line in step.cut]
        line, says = stated(text)
        if folder == "lessons":
            takes = minutes(found)
            if not takes - 0.5 <= says <= takes + 1.5:
                problems.append(Problem(path, line, f"it says {says} minutes, and takes {takes:.1f}"))
        elif (root / "lessons" / name).is_file():
            english = stated(read(root, "lessons/" + name))[1]
            if says != english:
                problems.append(Problem(path, line, f"it says {says} minutes, and in English {english}"))
    return problems
