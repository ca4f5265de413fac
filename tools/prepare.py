"""Make this folder ready to run: virtual environment, pinned Python and front-end parts, built pages, messages.

    python3 tools/prepare.py            what `make demo` needs
    python3 tools/prepare.py --dev      also what checks and tests need

Runs on the machine's own Python (3.11 or newer) with nothing installed. Every step remembers a digest of what it was
made from in .venv/stamps and is skipped while that is unchanged, so a second run takes a moment.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BIN = VENV / "bin"
STAMPS = VENV / "stamps"
FRONTEND = ROOT / "frontend"
BUILT = ROOT / "src" / "linli" / "site" / "static" / "built" / "manifest.json"
OLDEST = (3, 11)
ICON = re.compile(r"\bicon[ =:(]+[\"'][a-z0-9-]+")
NODE_OK = ((20, 19), (22, 12))  # what Vite runs on: 20.19 and later of 20, or 22.12 and newer


class Trouble(Exception):
    """A sentence for the person at the terminal."""


def digest(paths: Iterable[Path], *words: str) -> str:
    """One fingerprint of some files' names and contents."""
    found = hashlib.sha256("\n".join(words).encode())
    for path in sorted(paths):
        found.update(str(path.relative_to(ROOT)).encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def step(name: str, sentence: str, mark: str, do: Callable[[], None], *, made: Path | None = None) -> None:
    """Do something once per fingerprint, saying so and how long it took."""
    stamp = STAMPS / name
    if stamp.exists() and stamp.read_text() == mark and (made is None or made.exists()):
        return
    print(f"  {sentence} …", flush=True)
    begun = time.monotonic()
    do()
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(mark)
    print(f"  {sentence}: done in {time.monotonic() - begun:.0f} s", flush=True)


def run(*command: str | Path, folder: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a command, showing every few seconds that it is alive; its output is shown only when it fails."""
    log = VENV / "prepare.log" if VENV.exists() else Path(os.devnull)
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
        )
        waited = 0
        while True:
            try:
                code = process.wait(timeout=5)
                break
            except subprocess.TimeoutExpired:
                waited += 5
                print(f"    … {waited} s{_last_line(log)}", flush=True)
            except KeyboardInterrupt:
                process.terminate()
                raise
    if code:
        tail = log.read_text(errors="replace")[-3000:] if log.is_file() else ""
        raise Trouble(f"`{' '.join(Path(str(part)).name for part in command[:4])} …` failed:\n{tail}")


def _last_line(log: Path) -> str:
    if not log.is_file():
        return ""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines()]
    lines = [line for line in lines if line and not line.lower().startswith(("warning", "npm warn"))]
    return f"  {re.sub(r'https?://[^ ]+', '', lines[-1])[:80]}" if lines else ""


def environment() -> None:
    if (BIN / "python").exists():
        return
    if subprocess.run([sys.executable, "-c", "import ensurepip"], capture_output=True, check=False).returncode:
        if os.geteuid() or not shutil.which("apt-get"):
            raise Trouble("Python's venv module is not installed. On Debian: apt-get install python3-venv")
        run("apt-get", "install", "-y", "-q", "python3-venv")
    print("  Virtual environment …", flush=True)
    run(sys.executable, "-m", "venv", VENV)


def pip(*arguments: str | Path) -> None:
    run(
        BIN / "python",
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
        "--prefer-binary",
        *arguments,
    )


def python_parts(lock: str) -> None:
    path = ROOT / "requirements" / lock
    step(lock, f"Python parts ({lock})", digest([path]), lambda: pip("--require-hashes", "-r", path))


def linli_itself() -> None:
    build = ROOT / "requirements" / "build.lock"

    def install() -> None:
        pip("--require-hashes", "-r", build)
        pip("--no-deps", "--no-build-isolation", "-e", ROOT)

    step("linli", "The linli command", digest([build, ROOT / "pyproject.toml"]), install, made=BIN / "linli")


def node_folder() -> str:
    """The folder of a Node that Vite runs on: the machine's, or the one that comes as a Python wheel."""
    for folder in (None, str(BIN)):
        node = shutil.which("node", path=folder)
        if node and shutil.which("npm", path=str(Path(node).parent)) and _new_enough(node):
            return str(Path(node).parent)
    python_parts("node.lock")
    return str(BIN)


def _new_enough(node: str) -> bool:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.match(r"v(\d+)\.(\d+)", said)
    version = (int(match[1]), int(match[2])) if match else (0, 0)
    return version >= NODE_OK[1] or (version[0] == NODE_OK[0][0] and version >= NODE_OK[0])


def front_end() -> None:
    kept = {"node_modules", "dist"}
    sources = [p for p in FRONTEND.rglob("*") if p.is_file() and not kept & set(p.relative_to(FRONTEND).parts)]
    lock = FRONTEND / "package-lock.json"
    said = {line for path in _pages() for line in ICON.findall(path.read_text(encoding="utf-8"))}

    def install() -> None:
        run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", folder=FRONTEND, env=_with_node())

    def build() -> None:
        run("npm", "run", "build", folder=FRONTEND, env=_with_node())

    step("frontend-parts", "Front-end parts", digest([lock]), install, made=FRONTEND / "node_modules")
    step("frontend", "Front end", digest(sources, *sorted(said)), build, made=BUILT)


def _pages() -> Iterable[Path]:
    """Templates and code name the icons that go into the sprite."""
    return (path for path in (ROOT / "src").rglob("*") if path.suffix in {".html", ".py"})


def _with_node() -> dict[str, str]:
    return {"PATH": f"{node_folder()}{os.pathsep}{os.environ['PATH']}"}


def messages() -> None:
    run(BIN / "python", ROOT / "tools" / "messages.py", "compile")


def main(arguments: list[str]) -> int:
    if sys.version_info < OLDEST:
        print(f"Linli needs Python 3.11 or newer; this is {sys.version.split()[0]}.", file=sys.stderr)
        return 1
    try:
        environment()
        python_parts("dev.lock" if "--dev" in arguments else "base.lock")
        linli_itself()
        front_end()
        messages()
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
