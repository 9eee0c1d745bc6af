"""What an input looks like, as plain data: the order, the access matrix, the policies."""
