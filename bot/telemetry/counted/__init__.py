"""The metrics, by the part of the main road that they count; `docs/watching.md` has a row for each."""
