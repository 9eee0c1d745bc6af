"""What tests and tools both need: terraform, AWS on loopback, the command run in this process, other judges."""
