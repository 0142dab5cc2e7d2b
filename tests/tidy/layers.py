"""#include lines against the picture of the layers: which folder may see which."""

import re

from sources import Problem, code_only, files, read

CORE = ("raft", "kv", "storage")
SIM = (*CORE, "app/sim")
# What an observer of the simulation sees: values, never the cluster that makes them.
SIM_VALUES = {"app/sim/" + name for name in (
    "chunked.h", "command.h", "config.h", "digest.h", "fact.h", "fact_names.h", "names.h", "time.h", "view.h")}
SESSION = (*SIM, "app/check", "app/scenario", "app/session")

# Each folder sees itself and these.
MAY_SEE = {
    "raft": (),
    "kv": ("raft",),
    "storage": ("raft", "kv"),
    "app/interact": ("raft",),
    "app/sim": CORE,
    "app/check": SIM,
    "app/scenario": (*SIM, "app/check"),
    "app/session": SESSION,
    "app/campaign": SESSION,
    "app/lesson": SESSION,
    "app/scene": SIM,
    "app/export": (*SESSION, "app/scene"),
    "app/ui": (*SESSION, "app/lesson", "app/scene", "app/export"),
    "app/bench": SESSION,
    "app/cli": (*SESSION, "app/bench", "app/interact", "app/campaign", "app/lesson", "app/scene", "app/export",
                "app/ui"),
}

# Of app/sim these folders see the values alone.
VALUES_ONLY = ("app/check", "app/scene")

# The command line asks the window for pictures, and to open. What is behind that is the window's own.
DOORS = {("app/cli", "app/ui"): {"app/ui/window.h"}}

# Libraries that one part of the tree has to itself.
LIBRARIES = [
    (re.compile(r"(^|/)(imgui|imgui_internal|imgui_stdlib|imgui_freetype|imgui_impl_\w+|imconfig)\.h$"),
     "Dear ImGui", ("app/ui", "tests/ui")),
    (re.compile(r"^GLFW/"), "GLFW", ("app/ui", "tests/ui")),
    (re.compile(r"^(glad|KHR|GL)/"), "OpenGL", ("app/ui", "tests/ui")),
    (re.compile(r"^md4c"), "md4c", ("app/lesson",)),
    (re.compile(r"^sqlite3\.h$"), "SQLite", ("storage", "tests/storage", "tests/bench")),
    (re.compile(r"^(gtest|gmock|rapidcheck)(/|\.h$)"), "a test library", ("tests",)),
]

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def folder_of(path):
    """The layer that a file belongs to: `app/sim` of app/sim/view.h, `raft` of raft/types.h."""
    parts = path.split("/")
    if parts[0] == "app":
        return "/".join(parts[:2]) if len(parts) > 2 else None
    return parts[0] if len(parts) > 1 else None


def is_in(path, folders):
    return any(path.startswith(folder + "/") for folder in folders)


def check_include(path, name):
    """What is wrong with file `path` including `name`, or None."""
    for pattern, library, owners in LIBRARIES:
        if pattern.search(name) and not is_in(path, owners):
            return f"only {' and '.join(owners)} may see {library}: {name}"
    source, target = folder_of(path), folder_of(name)
    if source not in MAY_SEE or target is None or target == source:
        return None
    if target == "tests":
        return f"the program must not see the tests: {name}"
    if target not in MAY_SEE:
        # A system header such as sys/stat.h, or a folder that the picture does not know.
        return f"{target} has no place in the picture of layers" if target.startswith("app/") else None
    if target not in MAY_SEE[source]:
        return f"{source} must not see {target}: {name}"
    if source in VALUES_ONLY and target == "app/sim" and name not in SIM_VALUES:
        return f"{source} sees only the values of app/sim, not {name}"
    doors = DOORS.get((source, target))
    if doors and name not in doors:
        return f"{source} sees of {target} only {' '.join(sorted(doors))}, not {name}"
    return None


def check(root):
    problems = []
    for path in files(root, ".h", ".cc", below=("raft", "kv", "storage", "app", "tests")):
        folder = folder_of(path)
        if path.startswith("app/") and folder not in MAY_SEE:
            problems.append(Problem(path, 1, f"folder {folder} has no place in the picture of layers"))
        for number, line in enumerate(code_only(read(root, path)).split("\n"), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            quote, name = match.groups()
            if ".." in name.split("/"):
                problems.append(Problem(path, number, f"include paths start at the root: {name}"))
            elif quote == '"' and "/" not in name and not name.endswith(".pb.h"):  # those are generated
                problems.append(Problem(path, number, f'include paths start at the root: "{name}"'))
            elif message := check_include(path, name):
                problems.append(Problem(path, number, message))
    return problems
