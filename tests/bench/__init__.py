"""What `docs/benchmarks.md` records, measured on the real parts by `make bench`; not collected by pytest."""
