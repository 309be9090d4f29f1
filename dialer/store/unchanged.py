"""Rows that the database itself keeps from being changed: published versions of scripts, and their step log.

Rule 1: a published version is never changed, but that the name of who published it goes with their account, and is not
deleted within five years (16 CFR 310.5 keeps scripts so long). Rule 2: the step log is only added to; an attempt's
steps go with the attempt, or when its person is erased, which shows in the attempt's hashed number (``#…``).
The statements stand in the migration too, word for word (a test compares them). May import SQLAlchemy.
"""

from __future__ import annotations

from sqlalchemy import DDL, Table, event

VERSION_CHANGED = "a published script version is never changed"
VERSION_GONE = "a published script version is kept for five years"
STEP_CHANGED = "the step log is only added to"

_SQLITE_VERSION = (
    f"""CREATE TRIGGER script_version_unchanged BEFORE UPDATE ON script_version
WHEN NEW.id IS NOT OLD.id OR NEW.script_id IS NOT OLD.script_id OR NEW.number IS NOT OLD.number
OR NEW.hash IS NOT OLD.hash OR NEW.text IS NOT OLD.text OR NEW.note IS NOT OLD.note
OR NEW.restores IS NOT OLD.restores OR NEW.published_at IS NOT OLD.published_at
OR (NEW.published_by IS NOT OLD.published_by AND NEW.published_by IS NOT NULL)
BEGIN SELECT RAISE(ABORT, '{VERSION_CHANGED}'); END""",
    f"""CREATE TRIGGER script_version_kept BEFORE DELETE ON script_version
WHEN OLD.published_at > datetime('now', '-5 years')
BEGIN SELECT RAISE(ABORT, '{VERSION_GONE}'); END""",
)
_SQLITE_STEP = (
    f"""CREATE TRIGGER script_step_unchanged BEFORE UPDATE ON script_step
BEGIN SELECT RAISE(ABORT, '{STEP_CHANGED}'); END""",
    f"""CREATE TRIGGER script_step_kept BEFORE DELETE ON script_step
WHEN EXISTS (SELECT 1 FROM attempt WHERE attempt.id = OLD.attempt_id AND substr(attempt.to_number, 1, 1) <> '#')
BEGIN SELECT RAISE(ABORT, '{STEP_CHANGED}'); END""",  # noqa: S608 - constants only
)
_POSTGRES_VERSION = (
    f"""CREATE FUNCTION script_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF to_jsonb(NEW) - 'published_by' IS DISTINCT FROM to_jsonb(OLD) - 'published_by'
      OR (NEW.published_by IS DISTINCT FROM OLD.published_by AND NEW.published_by IS NOT NULL) THEN
      RAISE EXCEPTION '{VERSION_CHANGED}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'TRUNCATE' OR OLD.published_at > now() - interval '5 years' THEN
    RAISE EXCEPTION '{VERSION_GONE}' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN OLD;
END $$""",
    """CREATE TRIGGER script_version_unchanged BEFORE UPDATE OR DELETE ON script_version
FOR EACH ROW EXECUTE FUNCTION script_version_guard()""",
    """CREATE TRIGGER script_version_kept BEFORE TRUNCATE ON script_version
FOR EACH STATEMENT EXECUTE FUNCTION script_version_guard()""",
)
_POSTGRES_STEP = (
    f"""CREATE FUNCTION script_step_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF NOT EXISTS (SELECT 1 FROM attempt WHERE id = OLD.attempt_id AND left(to_number, 1) <> '#') THEN
      RETURN OLD;
    END IF;
  END IF;
  RAISE EXCEPTION '{STEP_CHANGED}' USING ERRCODE = 'integrity_constraint_violation';
END $$""",  # noqa: S608 - constants only
    """CREATE TRIGGER script_step_unchanged BEFORE UPDATE OR DELETE ON script_step
FOR EACH ROW EXECUTE FUNCTION script_step_guard()""",
    """CREATE TRIGGER script_step_kept BEFORE TRUNCATE ON script_step
FOR EACH STATEMENT EXECUTE FUNCTION script_step_guard()""",
)


def guard(version: Table, step: Table) -> None:
    """Have the triggers made with the two tables, and gone with them."""
    for table, lite, postgres in (
        (version, _SQLITE_VERSION, _POSTGRES_VERSION),
        (step, _SQLITE_STEP, _POSTGRES_STEP),
    ):
        for dialect, statements in (("sqlite", lite), ("postgresql", postgres)):
            for statement in statements:
                event.listen(table, "after_create", DDL(statement).execute_if(dialect=dialect))
        drop = DDL(f"DROP FUNCTION IF EXISTS {table.name}_guard()")
        event.listen(table, "after_drop", drop.execute_if(dialect="postgresql"))
