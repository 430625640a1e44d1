"""The packages of npm and PyPI that a test uses: installed once, at pinned versions."""

import shutil
import subprocess
import sys


def quiet(command, **options):
    """Whether it ends well; what it said if not."""
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        print(" ".join(map(str, command)), "failed:", (done.stdout + done.stderr)[-800:])
    return done.returncode == 0


def npm_install(source, folder):
    """The packages that source/package.json pins, without running anything of theirs."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = (source / "package.json").read_text()
    stamp = folder / "installed.json"
    if not (stamp.exists() and stamp.read_text() == wanted):
        shutil.copy(source / "package.json", folder)
        if not quiet(
            ["npm", "install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund"],
            cwd=folder,
        ):
            return False
        stamp.write_text(wanted)
    return True


def one_that_runs(folder, pattern):
    """The program that one of the npm packages brings for this machine."""
    return next((path for path in sorted(folder.glob(pattern)) if quiet([path, "--version"])), None)


def virtual_environment(source, folder):
    """The Python of folder/venv with what source/requirements.txt pins, or None."""
    python = folder / "venv/bin/python"
    stamp, wanted = folder / "venv/installed.txt", (source / "requirements.txt").read_text()
    if not (stamp.exists() and stamp.read_text() == wanted):
        made = quiet([sys.executable, "-m", "venv", folder / "venv"]) and quiet(
            [
                python,
                "-m",
                "pip",
                "install",
                "-q",
                "--disable-pip-version-check",
                "-r",
                source / "requirements.txt",
            ]
        )
        if not made:
            return None
        stamp.write_text(wanted)
    return python
