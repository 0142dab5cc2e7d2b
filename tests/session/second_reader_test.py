"""What the program writes, read_recording.py reads: same commands, end and digest."""
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import read_recording  # noqa: E402

program, scenario = sys.argv[1:3]
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "a.raftrec")
    run = subprocess.run([program, "run", scenario, "--record", path, "--json"],
                         capture_output=True, text=True, check=True)
    with open(path, "rb") as file:
        data = file.read()
outcome = json.loads(run.stdout)
lines = list(read_recording.lines(data))
commands = [line.split(" ", 3)[3] for line in lines if " command " in line]
words = ("timer", "put", "crash", "restart")
with open(scenario, encoding="utf-8") as file:
    expected = [line.strip() for line in file if line.split(" ")[0] in words]
assert commands == expected, (commands, expected)
assert any(" bookmark a new leader" in line for line in lines), lines
assert lines[0] == "model 5, seed 3, nodes 5", lines[0]
end = lines[-1].split(" ")
assert end[2:] == ["end", "main", outcome["digest"]], (end, outcome)
assert int(end[0]) == round(outcome["tick"] * 1000), (end, outcome)
assert int(end[1]) == outcome["event"], (end, outcome)

damaged = bytearray(data)
damaged[len(data) // 2] ^= 1
try:
    list(read_recording.lines(bytes(damaged)))
    raise SystemExit("a changed byte was not noticed")
except read_recording.Damaged:
    pass
print(f"{len(commands)} commands, {len(lines)} lines")
