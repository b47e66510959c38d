"""OPT on real machines: what fits where, and how it is launched. Nothing here needs a GPU or torch."""
