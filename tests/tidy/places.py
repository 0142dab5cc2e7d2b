"""Nothing in the tree may depend on one machine: no home folders, no addresses, no hosts but known ones."""

import re

from sources import Problem, files, read

# Whose pages the project's texts may name.
KNOWN_HOSTS = {
    "localhost", "127.0.0.1", "example.com", "example.org",
    "www.w3.org", "www.gnu.org", "www.apache.org", "creativecommons.org", "opensource.org", "scripts.sil.org",
    "openfontlicense.org", "spdx.org",
    "raft.github.io", "github.com", "doi.org", "web.stanford.edu", "www.usenix.org", "dl.acm.org", "arxiv.org",
    "jepsen.io", "www.sqlite.org", "sqlite.org", "protobuf.dev", "www.debian.org", "packages.debian.org", "deb.debian.org", "www.freedesktop.org",
    "en.wikipedia.org", "keepachangelog.com", "semver.org", "www.mozilla.org", "pdos.csail.mit.edu",
}
URL = re.compile(r"\b(?:https?|ftp|git|ssh|wss?)://(?:[^/@\s\"'<>]*@)?([A-Za-z0-9.-]+)")
FORBIDDEN = [
    (re.compile(r"(?<![\w.$}~-])/(?:home|Users|root|work|workspace|mnt|scratch)/[\w.-]+"), "a path of one machine"),
    (re.compile(r"\b[A-Z]:\\\\?Users\\"), "a path of one machine"),
    (re.compile(r"(?<![\w.-])(?!127\.0\.0\.1|0\.0\.0\.0)(?:\d{1,3}\.){3}\d{1,3}(?![\w.-])"), "an address"),
    (re.compile(r"(?i)\b(?:artifactory|nexus|devpi|verdaccio|goproxy|pypi|registry|mirror|proxy)[\w-]*\.(?:[\w-]+\.)*[a-z]{2,}\b(?=[:/])"),
     "a package registry"),
    (re.compile(r"\b[\w-]+\.(?:internal|local|corp|lan|intra)\b(?=[:/])"), "a host of one network"),
]
BINARY = {".png", ".raftrec", ".sqlite", ".gif", ".pdf", ".ttf", ".otf", ".gz", ".ico"}


def check(root):
    problems = []
    for path in files(root):
        # This file, and the bad examples of its test, name what they look for.
        if path.startswith("tests/tidy/") or any(path.endswith(suffix) for suffix in BINARY):
            continue
        for number, line in enumerate(read(root, path).split("\n"), 1):
            for host in URL.findall(line):
                if host.lower().rstrip(".") not in KNOWN_HOSTS:
                    problems.append(Problem(path, number, f"a host that tests/tidy/places.py does not know: {host}"))
            for pattern, what in FORBIDDEN:
                if match := pattern.search(line):
                    problems.append(Problem(path, number, f"{what}: {match.group()}"))
    return problems
