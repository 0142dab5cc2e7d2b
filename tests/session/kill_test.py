"""Kills a busy session at random moments; no command that was done may be lost.

usage: kill_test.py PROGRAM DRIVER KILLS [SEED] [--full]

With --full the sessions are kept on a file system of 256 KiB that fills up and has room again, by turns:
what the program said it could not keep may be lost, and nothing else. Needs a name space for mounts of
its own (unshare); where there is none it ends with 77.
"""
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import time

FULL = "--full" in sys.argv
arguments = [word for word in sys.argv[1:] if word != "--full"]
program, driver = arguments[:2]
kills = int(arguments[2])
seed = int(arguments[3]) if len(arguments) > 3 else random.SystemRandom().randrange(10 ** 6)
if FULL and "KILL_TEST_MOUNTS" not in os.environ:
    os.environ["KILL_TEST_MOUNTS"] = "own"
    inside = ["unshare", "--map-root-user", "--mount"]
    if subprocess.run([*inside, "true"], capture_output=True, check=False).returncode != 0:
        print("skipped: this machine gives no name space for mounts")
        sys.exit(77)
    os.execvp(inside[0], [*inside, sys.executable, *sys.argv, *([] if len(arguments) > 3 else [str(seed)])])
print(f"{kills} kills, seed {seed}" + (", file system of 256 KiB" if FULL else ""))
moments = random.Random(seed)
checked = unkept = 0


def fill_by_turns(home, seconds):
    """Takes all room of the file system, and gives it back, until the time is over."""
    end = time.monotonic() + seconds
    for turn in itertools.count():
        left = end - time.monotonic()
        if left <= 0:
            return
        if turn % 2 == 0:
            try:
                with open(os.path.join(home, "filler"), "wb", buffering=0) as filler:
                    while True:
                        filler.write(b"x" * 512)
            except OSError:
                pass
        else:
            os.remove(os.path.join(home, "filler"))
        time.sleep(min(left, moments.random() * 0.3))


for number in range(kills):
    with tempfile.TemporaryDirectory() as home:
        if FULL:
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", home], check=True)
        folder = os.path.join(home, "raftarium", "sessions")
        environment = dict(os.environ, XDG_STATE_HOME=home)
        # More than one instance at once: they share nothing.
        several = [subprocess.Popen([driver, folder, str(seed + number + i)],
                                    stdout=subprocess.PIPE, text=True) for i in range(2)]
        told = [int(process.stdout.readline().split()[0]) for process in several]
        listed = subprocess.run([program, "recover", "--json"], env=environment,
                                capture_output=True, text=True, check=True)
        assert listed.stdout.strip() == "[]", "a session that runs is offered: " + listed.stdout
        if FULL:
            fill_by_turns(home, moments.random() * 1.5)
        else:
            time.sleep(moments.random() * 1.5)
        for i, process in enumerate(several):
            process.kill()
            rest = process.communicate()[0]
            # A line that was cut off was not told.
            for line in rest.split("\n")[:-1]:
                count, problem = line.split(" ", 1)
                assert FULL or not problem, line
                if problem:
                    unkept += 1
                else:
                    told[i] = int(count)
        listed = subprocess.run([program, "recover", "--json"], env=environment,
                                capture_output=True, text=True, check=True)
        found = json.loads(listed.stdout)
        assert len(found) == len(several), (found, told)
        for one in found:
            assert one["problem"] is None, one
        kept = sorted(one["commands"] for one in found)
        for have, need in zip(kept, sorted(told)):
            assert have >= need, f"seed {seed}: {have} commands kept, {need} were done"
        for one in found:
            names = json.loads(subprocess.run([program, "branches", one["file"], "--json"],
                                              capture_output=True, text=True, check=True).stdout)
            for branch in moments.sample(names, min(2, len(names))):
                played = subprocess.run([program, "replay", one["file"], "--branch",
                                         branch["name"], "--json"], capture_output=True, text=True)
                # What the faults broke is no difference.
                assert played.returncode in (0, 4, 5, 6), (played.stderr, played.stdout)
        checked += sum(told)
        if FULL:
            subprocess.run(["umount", home], check=True)
assert not FULL or unkept, "the file system was never full"
print(f"{kills} times 2 sessions recovered, {checked} commands, none lost"
      + (f"; {unkept} times it was said that there is no room" if FULL else ""))
