"""Past 800 lines it pays to look for a second concept in a file."""

from sources import Problem, files, read

LIMIT = 800
SUFFIXES = (".h", ".cc", ".py", ".sh", ".js", ".css", ".proto", ".cmake")


def check(root):
    problems = []
    for path in files(root):
        is_script = path.startswith(("scripts/", ".ci/")) and "." not in path.rsplit("/", 1)[-1]
        if not (path.endswith(SUFFIXES) or is_script):
            continue
        lines = read(root, path).count("\n")
        if lines > LIMIT:
            problems.append(Problem(path, LIMIT + 1, f"{lines} lines, more than {LIMIT}"))
    return problems
