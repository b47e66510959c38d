"""Gateway v10: one module for the streams that survive a connection, one for the connections."""
