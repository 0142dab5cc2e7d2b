"""What an installed program has beside it: manual page, completions, menu entry, icons."""
import gzip
import os
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

from cli_case import PROGRAM, CliCase

ROOT = Path(__file__).resolve().parent.parent.parent
DESKTOP = ROOT / "assets" / "desktop"


def run(*command, **options):
    return subprocess.run([str(word) for word in command], capture_output=True, check=False, timeout=60,
                          text=True, **options)


class PackageTest(CliCase):
    def generate(self, kind):
        result = self.run_cli("--generate", kind)
        self.assertEqual((result.exit, result.err), (0, ""))
        return result.out

    def test_generate_knows_three_kinds(self):
        self.check(1, "--generate expects man, bash or zsh, found 'fish'", "--generate", "fish")
        self.check(1, "--generate expects man, bash or zsh, found ''", "--generate")

    def test_the_manual_page_has_every_command_and_no_warning(self):
        page = self.write("raftarium.1", self.generate("man"))
        shown = run("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", page)
        self.assertEqual((shown.returncode, shown.stderr), (0, ""))
        text = run("man", "-l", page, env={**os.environ, "MANWIDTH": "100", "LC_ALL": "C.UTF-8"}).stdout
        for word in ("raftarium shrink FILE.raftrec", "--profile P", "EXIT STATUS", "a replay differs"):
            self.assertIn(word, text)
        self.assertNotIn("not built", text)

    def complete(self, *words):
        """What bash offers for the last word."""
        script = self.write("raftarium.bash", self.generate("bash"))
        line = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _raftarium; printf "%s\\n" "${COMPREPLY[@]}"'
        done = run("bash", "--norc", "-c", line, "bash", script, "raftarium", *words, cwd=self.folder.name)
        self.assertEqual(done.stderr, "")
        return done.stdout.split()

    def test_bash_completes(self):
        for name in ("one.raftrec", "two.scenario"):
            self.write(name, "")
        os.mkdir(self.path("folder"))
        self.assertEqual(self.complete("sh"), ["shot", "shrink"])
        self.assertIn("one.raftrec", self.complete("o"))
        self.assertEqual(self.complete("disk", ""), ["extract", "check", "boot"])
        self.assertEqual(self.complete("fuzz", "--se"), ["--seeds"])
        self.assertEqual(self.complete("fuzz", "--profile", "me"), ["membership"])
        self.assertIn("vote-twice", self.complete("fuzz", "--mistake", "vote"))
        self.assertEqual(self.complete("replay", ""), ["folder", "one.raftrec"])
        self.assertEqual(self.complete("disk", "extract", "--n"), ["--node"])
        self.assertEqual(self.complete("--v"), ["--version"])

    def test_zsh_gets_every_command(self):
        text = self.generate("zsh")
        for word in ("'fuzz:", "'disk extract')", "--mistake["):
            self.assertIn(word, text)
        if shutil.which("zsh"):
            done = run("zsh", "-n", self.write("_raftarium", text))
            self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_the_menu_entry_is_valid(self):
        done = run("desktop-file-validate", DESKTOP / "raftarium.desktop")
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_files_for_the_desktop_are_made_alike_each_time(self):
        made = []
        for name in ("a", "b"):
            done = run(ROOT / "scripts" / "desktop-files", PROGRAM, self.path(name))
            self.assertEqual(done.returncode, 0, done.stderr)
            files = sorted(file for file in Path(self.path(name)).rglob("*") if file.is_file())
            made.append([(file.relative_to(self.path(name)), file.read_bytes()) for file in files])
        self.assertEqual(*made)
        names = [str(name) for name, _ in made[0]]
        self.assertIn("icons/16x16/apps/raftarium.png", names)
        page = gzip.decompress((Path(self.path("a")) / "raftarium.1.gz").read_bytes())
        self.assertTrue(page.startswith(b".TH RAFTARIUM"))
        self.assertIn(b"Omar Cornut", (Path(self.path("a")) / "copyright").read_bytes())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
