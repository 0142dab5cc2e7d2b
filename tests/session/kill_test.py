"""Kills a busy session at random moments; no command that was done may be lost.

usage: kill_test.py PROGRAM DRIVER KILLS [SEED]
"""
import json
import os
import random
import subprocess
import sys
import tempfile
import time

program, driver = sys.argv[1:3]
kills = int(sys.argv[3])
seed = int(sys.argv[4]) if len(sys.argv) > 4 else random.SystemRandom().randrange(10 ** 6)
print(f"{kills} kills, seed {seed}")
moments = random.Random(seed)
checked = 0
for number in range(kills):
    with tempfile.TemporaryDirectory() as home:
        folder = os.path.join(home, "raftarium", "sessions")
        environment = dict(os.environ, XDG_STATE_HOME=home)
        # More than one instance at once: they share nothing.
        several = [subprocess.Popen([driver, folder, str(seed + number + i)],
                                    stdout=subprocess.PIPE, text=True) for i in range(2)]
        told = [int(process.stdout.readline()) for process in several]
        listed = subprocess.run([program, "recover", "--json"], env=environment,
                                capture_output=True, text=True, check=True)
        assert listed.stdout.strip() == "[]", "a session that runs is offered: " + listed.stdout
        time.sleep(moments.random() * 1.5)
        for i, process in enumerate(several):
            process.kill()
            rest = process.communicate()[0]
            # A line that was cut off was not told.
            for line in rest[:rest.rfind("\n") + 1].split():
                told[i] = int(line)
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
print(f"{kills} times 2 sessions recovered, {checked} commands, none lost")
