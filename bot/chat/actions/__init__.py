"""What people can do in a room, each as one function of a turn, however they came to it."""
