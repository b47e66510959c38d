"""A TGI-compatible server for one machine: TGI's routes, rules and frames over a small local engine."""
