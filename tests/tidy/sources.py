"""The project's files, and their text without what a compiler ignores. Shared by the checks."""

import re
from dataclasses import dataclass
from pathlib import Path

# Not ours, or made by tools. Build folders may have any name that begins so.
SKIPPED_FOLDERS = re.compile(r"^(\.git|\.cache|__pycache__|build.*)$")


@dataclass(frozen=True)
class Problem:
    path: str
    line: int
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.message}"


def files(root, *suffixes, below=("",)):
    """Paths relative to `root`, sorted, of all files with one of the suffixes below the given folders."""
    found = set()
    for folder in below:
        top = Path(root) / folder
        for path in top.rglob("*") if top.is_dir() else []:
            relative = path.relative_to(root)
            if any(SKIPPED_FOLDERS.match(part) for part in relative.parts[:-1]):
                continue
            if path.name == ".git":
                continue  # in a worktree a file: it says where the repository lies on this machine
            if path.is_file() and (not suffixes or path.suffix in suffixes):
                found.add(relative.as_posix())
    return sorted(found)


def read(root, path):
    return (Path(root) / path).read_text(encoding="utf-8", errors="replace")


_TOKENS = re.compile(
    r"""//[^\n]*
      | /\*.*?\*/
      | R"(?P<mark>[^()\s\\]{0,16})\(.*?\)(?P=mark)"
      | "(?:\\.|[^"\\\n])*"
      | '(?:\\.|[^'\\\n])'
      """,
    re.VERBOSE | re.DOTALL,
)


def code_only(text):
    """C++ with comments and literals blanked out; every line keeps its number.

    An #include keeps its file name, which looks like a string."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match.group())

    lines = text.split("\n")
    includes = {i: line for i, line in enumerate(lines) if re.match(r"\s*#\s*include\b", line)}
    blanked = _TOKENS.sub(blank, "\n".join("" if i in includes else line for i, line in enumerate(lines)))
    result = blanked.split("\n")
    for i, line in includes.items():
        result[i] = line.split("//")[0]
    return "\n".join(result)
