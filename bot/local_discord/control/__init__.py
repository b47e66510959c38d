"""The control interface: for tests, scenes and benchmarks, not for bots. One module a resource."""
