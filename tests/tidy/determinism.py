"""Same seed, same commands, same bytes: what could break that is forbidden below app/session.

A line that needs such a thing for another reason, such as a signature that SQLite prescribes, says so:
`// tidy: allow double (SQLite's signature)`.
"""

import re

from sources import Problem, code_only, files, read

FOLDERS = ("raft", "kv", "storage", "app/sim", "app/check", "app/scenario")

# Word, pattern, why.
FORBIDDEN = [
    ("random", r"#\s*include\s*<random>|\bstd::(mt19937\w*|random_device|\w+_distribution)\b",
     "distributions differ between libraries; use raft::Rng"),
    ("rand", r"\b(rand|srand|random|rand_r|drand48|arc4random|getrandom|shuffle|random_shuffle)\s*\(",
     "use raft::Rng"),
    ("clock", r"#\s*include\s*<(chrono|ctime|time\.h|sys/time\.h)>|\bstd::chrono\b",
     "there is no time but the tick"),
    ("time", r"(?<![\w.>:])(std::)?(time|localtime|gmtime)\s*\(\s*(NULL|nullptr|0|&)"
             r"|\bstd::clock\s*\(|\b(gettimeofday|clock_gettime)\s*\(",
     "there is no time but the tick"),
    ("thread", r"#\s*include\s*<(thread|mutex|future|atomic|condition_variable|shared_mutex|pthread\.h|semaphore|barrier|latch|stop_token)>"
               r"|\bstd::(jthread|thread|async|mutex|atomic)\b|\bthread_local\b",
     "our code starts no thread"),
    ("unordered", r"#\s*include\s*<unordered_(map|set)>|\bstd::unordered_\w+",
     "its order differs between libraries; use std::map, or a sorted vector"),
    ("hash", r"\bstd::hash\s*<", "its value differs between libraries; use the digest"),
    ("double", r"\b(double|float)\b|\bstd::(sqrt|pow|exp|log|floor|ceil|round)\s*\(|#\s*include\s*<cmath>",
     "floating point differs between compilers; use integers or Ratio"),
    ("locale", r"#\s*include\s*<(locale|clocale|locale\.h)>|\bstd::locale\b|\bsetlocale\s*\(|\bstd::(isalpha|isspace|tolower|toupper|isdigit|isalnum)\s*\(|#\s*include\s*<(cctype|ctype\.h)>",
     "it depends on the user's environment"),
    ("stream", r"#\s*include\s*<(iostream|sstream|fstream|iomanip)>", "streams carry a locale; use std::to_chars"),
    ("environment", r"\b(std::)?(getenv|getpid|gethostname)\s*\(", "it differs between machines"),
    ("coroutine", r"#\s*include\s*<(coroutine|ranges|source_location|format|expected|print|generator)>|\bstd::(ranges::|format\s*\()",
     "the tools of the browser build lack it"),
]
COMPILED = [(word, re.compile(pattern), why) for word, pattern, why in FORBIDDEN]
ALLOWED = re.compile(r"//\s*tidy: allow (\w+) \(.{3,}\)")

# A draw from something that is called a random generator.
DRAW = re.compile(
    r"\b\w*(?:rng|random|stream|dice)\w*(?:\.\w+|\[[^\]]*\]|\([^()]*\))*(?:\.|->)(?:below|between|chance|next)\s*\(",
    re.IGNORECASE)


def double_draws(code):
    """Line numbers of statements with two draws. A brace ends a statement here, which lets an initialiser
    in braces pass; there the language fixes the order."""
    for match in re.finditer(r"[^;{}]+", code):
        if len(DRAW.findall(match.group())) > 1:
            first = DRAW.search(match.group()).start() + match.start()
            yield code.count("\n", 0, first) + 1


def check(root):
    problems = []
    for path in files(root, ".h", ".cc", below=FOLDERS):
        text = read(root, path)
        lines = text.split("\n")
        code = code_only(text)
        for number, line in enumerate(code.split("\n"), 1):
            allowed = set(ALLOWED.findall(lines[number - 1]))
            for word, pattern, why in COMPILED:
                if word not in allowed and (match := pattern.search(line)):
                    problems.append(Problem(path, number, f"{match.group().strip()}: {why}"))
        for number in double_draws(code):
            problems.append(Problem(path, number, "two random draws in one full expression: compilers order them differently"))
    return problems
