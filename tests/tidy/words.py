"""The texts of the window: each has its Chinese, with the same places for figures, and none stands outside tr().

app/scene/zh.txt has two lines an entry: English at the margin, Chinese behind a tab.
"""

import re

from sources import Problem, code_only, files, read

TABLE = "app/scene/zh.txt"
FOLDERS = ("app/scene", "app/ui")
CALL = re.compile(r"\b(?:tr|tr_later)\(")
LITERAL = re.compile(r'"((?:\\.|[^"\\\n])*)"')
PLACE = re.compile(r"[{\[]([1-9])[}\]]")

# Texts of tables that are handed to tr() row by row: the second, fifth and sixth literal of an action.
ACTIONS = "app/ui/actions.cc"
ACTION_ROW = re.compile(r"^\s*\{Action::k\w+, Menu::k\w+, (.*)\},?$", re.M)


def unescaped(literal):
    return literal.replace('\\"', '"').replace("\\\\", "\\")


def first_argument(text, start):
    """From behind the opening parenthesis up to the comma or parenthesis that ends the first argument."""
    depth, i = 0, start
    while i < len(text):
        character = text[i]
        if character == '"':
            literal = LITERAL.match(text, i)
            i = literal.end() if literal else i + 1
            continue
        if character in "([{":
            depth += 1
        elif character in ")]}":
            if depth == 0:
                return text[start:i]
            depth -= 1
        elif character == "," and depth == 0:
            return text[start:i]
        i += 1
    return text[start:]


def literals(argument):
    """The texts in an argument; those that stand side by side are one."""
    found, end = [], None
    for match in LITERAL.finditer(argument):
        if end is not None and argument[end:match.start()].strip() == "":
            found[-1] += unescaped(match.group(1))
        else:
            found.append(unescaped(match.group(1)))
        end = match.end()
    return found


def without_comments(text):
    return re.sub(r"^\s*//[^\n]*", "", text, flags=re.M)


def used(root):
    """(path, line, text) of every text that is handed to tr()."""
    for path in files(root, ".cc", ".h", below=FOLDERS):
        if path.startswith("app/scene/tr."):
            continue
        text = without_comments(read(root, path))
        for match in CALL.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            for literal in literals(first_argument(text, match.end())):
                yield path, line, literal
        if path == ACTIONS:
            for match in ACTION_ROW.finditer(text):
                line = text.count("\n", 0, match.start(1)) + 1
                row = [unescaped(word) for word in LITERAL.findall(match.group(1))]
                for literal in row[1:2] + row[3:]:
                    if literal:
                        yield path, line, literal


# What pictures and panels write past tr(): keys, the program's name, commands.
BARE = {"Tab", "Enter", "Esc", "Ctrl+O", "Raftarium", "links only",
        "leader any    applied n3 >= 5    halted n2"}
BARE_FOLDERS = ("app/scene/", "app/ui/panels/")
SENTENCE = re.compile(r"^[A-Z][a-z]+|[a-z]{2,} [a-z]{2,}")


def bare(root):
    """Texts that look like words for people, and that no tr() surrounds."""
    for path in files(root, ".cc", below=FOLDERS):
        if not path.startswith(BARE_FOLDERS) or path.startswith("app/scene/tr."):
            continue
        text = without_comments(read(root, path))
        wrapped = [(match.end(), match.end() + len(first_argument(text, match.end())))
                   for match in CALL.finditer(text)]
        for match in LITERAL.finditer(text):
            line = text[text.rfind("\n", 0, match.start()) + 1:match.start()]
            literal = match.group(1)
            if line.lstrip().startswith("#") or literal in BARE or not SENTENCE.search(literal):
                continue
            if not any(start <= match.start() < end for start, end in wrapped):
                yield path, text.count("\n", 0, match.start()) + 1, literal


def table(root):
    """English to (line, Chinese), and what is wrong with the file itself."""
    entries, problems, english = {}, [], None
    for number, line in enumerate(read(root, TABLE).split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if not line.startswith("\t"):
            if english is not None:
                problems.append(Problem(TABLE, number - 1, f"no Chinese for: {english}"))
            english = line
        elif english is None:
            problems.append(Problem(TABLE, number, "Chinese without English before it"))
        else:
            if english in entries:
                problems.append(Problem(TABLE, number, f"a second time: {english}"))
            entries[english] = (number, line[1:])
            english = None
    if english is not None:
        problems.append(Problem(TABLE, number, f"no Chinese for: {english}"))
    return entries, problems


def check_places(entries):
    for english, (line, chinese) in entries.items():
        wanted = sorted(set(PLACE.findall(english)))
        got = sorted(set(PLACE.findall(chinese)))
        if wanted != got:
            yield Problem(TABLE, line, f"other places than in: {english}")
        if wanted != [str(i + 1) for i in range(len(wanted))]:
            yield Problem(TABLE, line, f"places are numbered from 1 on: {english}")


def check(root):
    if not files(root, below=("app/scene",)) or TABLE not in files(root, below=("app/scene",)):
        return []
    entries, problems = table(root)
    problems += check_places(entries)
    problems += [Problem(path, line, f"drawn past tr(): {text}") for path, line, text in bare(root)]
    missing = set()
    for path, line, text in used(root):
        if text and re.search(r"[A-Za-z]", PLACE.sub("", text)) and text not in entries and text not in missing:
            missing.add(text)
            problems.append(Problem(path, line, f"no Chinese in {TABLE} for: {text}"))
    return problems
