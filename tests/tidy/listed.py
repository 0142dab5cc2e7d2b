"""Every .cc file stands in the CMakeLists.txt of its folder or of one above: else nothing compiles it."""

import re
from pathlib import PurePosixPath

from sources import Problem, files, read


def words(text):
    without_comments = re.sub(r"#[^\n]*", "", text)
    return set(re.split(r'[\s()"]+', without_comments))


def check(root):
    lists = {str(PurePosixPath(path).parent): words(read(root, path))
             for path in files(root) if PurePosixPath(path).name == "CMakeLists.txt"}
    problems = []
    for path in files(root, ".cc", ".c", ".cpp"):
        pure = PurePosixPath(path)
        if not any(str(pure.relative_to(folder)) in lists.get(str(folder), ()) for folder in pure.parents):
            problems.append(Problem(path, 1, "no CMakeLists.txt lists this file"))
    return problems
