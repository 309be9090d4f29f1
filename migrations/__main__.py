"""``python -m migrations "what changes"``: write the next step, from the history so far to the tables as they are."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

from dialer.store import Database, schema


def main(message: str) -> None:
    """Compare on a scratch SQLite database and write ``versions/NNNN_message.py``, tidied by ruff."""
    number = len(list(ScriptDirectory.from_config(schema.config()).walk_revisions())) + 1
    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{Path(folder) / 'scratch.db'}")
        schema.upgrade(db)
        warnings.filterwarnings("ignore", "autogenerate skipping metadata-specified expression-based index")
        with db.engine.begin() as connection:
            made = command.revision(schema.config(connection), message, autogenerate=True, rev_id=f"{number:04}")
        db.close()
    if not made or isinstance(made, list):
        raise SystemExit("no step was written")
    path = Path(made.path)
    path.write_text("".join(line for line in path.read_text().splitlines(keepends=True) if "# ### " not in line))
    for words in (["check", "--fix", "--quiet"], ["format", "--quiet"]):
        subprocess.run([sys.executable, "-m", "ruff", *words, made.path], check=True)
    sys.stdout.write(f"{made.path}\n")


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]) or "change")
