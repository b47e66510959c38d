"""What happens: each module is the one writer of its part of the world, and tells the bus what it did."""
