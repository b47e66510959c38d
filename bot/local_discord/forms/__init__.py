"""What a body may be: one module a kind of body, each naming the fields that are wrong (50035)."""
