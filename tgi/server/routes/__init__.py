"""The HTTP routes, one module for each kind of answer. They translate; the rules are beside them."""
