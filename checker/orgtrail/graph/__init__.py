"""The shape of a Terraform configuration, and the paths in its dependency graph."""
