"""What stands between a request and its answer: buckets, faults asked for, the ledger."""
