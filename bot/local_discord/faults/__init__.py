"""Things that go wrong on command: on the way of a request, on the gateway, and in the world."""
