"""REST v10, one module a resource. A route is added by adding it to its module's `routes()`."""
