"""Reads every #include of the folders in scripts/check/layers.txt and reports those not allowed."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
allowed = {}
for line in (root / "scripts/check/layers.txt").read_text().splitlines():
    if line and not line.startswith("#"):
        folder, _, rest = line.partition(":")
        allowed[folder] = rest.split() + [folder]

bad = []
headers = [*root.glob("libs/*/*.h"), *root.glob("services/*/*/*.h"), *root.glob("services/fupinctl/*.h")]
for folder in sorted({str(p.parent.relative_to(root)) for p in headers}):
    if folder not in allowed:
        bad.append(f"{folder} is not in layers.txt")
for folder, may in allowed.items():
    for file in sorted((root / folder).glob("*.[hc]*")):
        if file.suffix not in (".h", ".cc"):
            continue
        for number, line in enumerate(file.read_text().splitlines(), 1):
            found = re.match(r'#include "((?:libs|services)/[^"]+)"', line)
            if not found:
                continue
            target = found.group(1)
            if not any(target == m or target.startswith(m + "/") for m in may):
                bad.append(f"{file.relative_to(root)}:{number}: may not include {target}")
            if "/domain" in folder and ".pb.h" in target:
                bad.append(f"{file.relative_to(root)}:{number}: domain knows no generated code")
print("\n".join(bad) or "layers: ok")
sys.exit(1 if bad else 0)
