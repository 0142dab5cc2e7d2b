"""The minutes of a lesson are honest, and its code is not cut by the pane. That each step fits the pane without scrolling is seen where it is
drawn (tests/ui/lesson_fit_test.cc)."""

import re
import unicodedata

from sources import Problem, files, read

CODE_COLUMNS = 40  # of the pane, 448 pixels wide; what is longer is cut, not wrapped

WORDS_A_MINUTE = 180
SECONDS_A_STEP = 10

FENCE = re.compile(r"^(```+)\s*(.*?)\s*$")
OPTION = re.compile(r"^- \[[ xX]\]\s*(.*)$")


class Step:
    def __init__(self):
        self.words, self.cut = 0, []


def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def question_words(lines):
    """Of a prediction once it is answered: question, options and the longest comment."""
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
    return len(" ".join([asked] + [part[0] for part in parts]).split()) + max(len(c.split()) for c in comments)


def take(step, info, lines, line):
    """Adds a fenced block, which begins in `line`, to its step."""
    if info == "predict":
        step.words += question_words(lines)
    elif info not in ("raft", "raft do", "raft hidden", "goal", "hint", "focus"):
        step.words += len(" ".join(lines).split())
        step.cut += [line + i for i, code in enumerate(lines, 1) if width(code) > CODE_COLUMNS]


def steps(text):
    lines = text.split("\n")
    begin = lines.index("---", 1) + 1 if lines[0] == "---" and "---" in lines[1:] else 0
    found, fence, comment = [], None, False
    for number, line in enumerate(lines[begin:], begin + 1):
        mark = FENCE.match(line)
        if fence:
            if mark and not mark.group(2) and len(mark.group(1)) >= fence[0]:
                take(found[-1], *fence[1:])
                fence = None
            else:
                fence[2].append(line)
            continue
        if line.startswith("# "):
            continue
        if line.startswith("## ") or (not found and line.strip()):
            found.append(Step())
        if mark:
            fence = (len(mark.group(1)), mark.group(2), [], number)
            continue
        comment = comment or line.startswith("<!--")
        if not comment and found:
            found[-1].words += len(line.removeprefix("## ").split())
        comment = comment and "-->" not in line
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
